-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Everybody in the list of a doctor who leaves is told, some at a time: how far it is.

alter table registry.departure
  add column told         integer not null default 0 check (told >= 0),
  add column told_through uuid;
comment on column registry.departure.told is 'People told that the doctor leaves; when it was called off, that she stays';
comment on column registry.departure.told_through is 'Last person told, by id';
