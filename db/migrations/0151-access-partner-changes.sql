-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What people changed about a partner's client: shown to the partner and to the region, never altered.

create table partner.change (
  id         uuid primary key,
  at         timestamptz not null,
  client_id  uuid not null references partner.client (id),
  person_id  uuid not null,
  by_region  boolean not null,
  action     text not null check (action in ('registered', 'key-added', 'key-removed', 'scopes-asked', 'scope-dropped',
               'suspended', 'reactivated', 'deleted', 'purpose-asked', 'purpose-removed', 'granted', 'refused', 'quota')),
  detail     text check (length(detail) <= 300),
  request_id uuid not null
);
create index change_of_client on partner.change (client_id, at);
revoke update, delete on partner.change from sinfonia_app;
