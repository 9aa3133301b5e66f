-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Public flows: fiscal code, health card and a code by text message, for who adheres to a campaign without signing in. It is
-- no proof of identity and never leads to clinical data.

-- What a public flow may be for, e.g. a campaign that is open. A service writes a row here when it opens one.
create table access.public_purpose (
  code     text primary key check (code ~ '^[a-z0-9][a-z0-9-]{2,59}$'),
  title_it text not null check (length(title_it) between 1 and 120),
  title_en text not null check (length(title_en) between 1 and 120),
  valid    tstzrange not null
);

-- A flow under way. person_id is the person whose card matched; null when nobody's did, and the caller is told neither. No
-- foreign key: its check would take time only where there is a person.
create table access.public_flow (
  id         uuid primary key,
  purpose    text not null references access.public_purpose (code),
  owner      bytea not null,
  person_id  uuid,
  code_id    uuid not null,
  created_at timestamptz not null,
  ended_at   timestamptz
);
comment on column access.public_flow.owner is 'HMAC of the code that was typed (fiscal code, STP, ENI)';
create index public_flow_by_age on access.public_flow (created_at);
select platform.protect('access.public_flow', 'person_id');

-- A grant: for a short time, one person, one purpose. Only the SHA-256 of its token is stored.
create table access.public_grant (
  token_hash bytea primary key,
  flow_id    uuid not null constraint public_grant_once unique references access.public_flow (id),
  purpose    text not null references access.public_purpose (code),
  person_id  uuid not null,
  mobile     text not null check (mobile ~ '^\+393[0-9]{8,9}$'),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index public_grant_by_expiry on access.public_grant (expires_at);
select platform.protect('access.public_grant', 'person_id');
