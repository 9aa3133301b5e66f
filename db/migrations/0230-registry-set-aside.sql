-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What was taken away from tables while millions of rows are loaded into them, and how to bring it back. Empty at all other times.

create table registry.set_aside (
  id        bigint generated always as identity primary key,
  relation  text not null,
  statement text not null
);
comment on table registry.set_aside is 'Indexes and constraints missing during a load of the region (npm run region), as statements that make them';
revoke insert, update, delete on registry.set_aside from sinfonia_app;
