-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Logouts sent to a provider (SPID level 1, "esci da tutto"): the answer is believed only about one found here, once.

create table access.sign_out_request (
  id         text primary key check (id ~ '^_[0-9a-f]{40}$'),
  provider   text not null,
  issued_at  timestamptz not null,
  expires_at timestamptz not null
);
create index sign_out_request_by_expiry on access.sign_out_request (expires_at);
alter table access.sign_out_request enable row level security;
alter table access.sign_out_request force row level security;
create policy system_only on access.sign_out_request using ((select platform.acts_as_system()));
