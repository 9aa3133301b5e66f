-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Seals on the register of messages: each covers the rows that came after the seal before it and is chained to it, so
-- that a row removed, changed or slipped in is found, also when somebody with full rights on the database did it.

create table access.sign_in_seal (
  number      bigint primary key check (number > 0),
  first_id    uuid not null,
  last_id     uuid not null,
  row_count   integer not null check (row_count > 0),
  -- SHA-256 over the rows in the order of their ids.
  digest      bytea not null,
  -- HMAC-SHA-256, with the key of the register, of this seal and of the chain value before it.
  chain       bytea not null,
  sealed_at   timestamptz not null,
  check (first_id <= last_id)
);
revoke update, delete on access.sign_in_seal from sinfonia_app;

-- Forgets whole seals' worth of rows, and only what is older than 24 months; the seals themselves stay.
create or replace function access.forget_sign_in_log(today timestamptz) returns bigint
language sql security definer set search_path = access, pg_temp as $$
  with old as (
    select max(last_id::text)::uuid as last_id from access.sign_in_seal
    where sealed_at < least(today, now()) - interval '24 months'
  ), gone as (
    delete from access.sign_in_log using old where id <= old.last_id returning 1
  )
  select count(*) from gone
$$;
