-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Sign-in with CNS and the health card (TS-CNS): whom we trust, what we know of revoked cards, sign-ins under way.

-- The last good copy of a trusted list (ETSI TS 119 612), whose own signature was checked.
create table access.trusted_list (
  address     text primary key,
  sequence    bigint not null,
  next_update timestamptz not null,
  authorities jsonb not null,
  fetched_at  timestamptz not null
);
comment on column access.trusted_list.authorities is 'Certificates of the authorities that issue cards, base64 of DER';

-- Revocation lists (CRL) as they were signed, kept until their next update.
create table access.revocation_list (
  address     text primary key,
  content     bytea not null,
  next_update timestamptz not null,
  fetched_at  timestamptz not null
);

-- A sign-in under way: the card is shown on another host than the one that asked.
create table access.card_request (
  id               uuid primary key,
  browser_hash     bytea not null,
  previous_session uuid,
  return_to        text not null check (return_to like '/%'),
  language         text not null check (language in ('it', 'en')),
  expires_at       timestamptz not null
);
create index card_request_by_expiry on access.card_request (expires_at);

-- What the host of cards tells the main host: who holds the card. Sixty seconds, once.
create table access.card_code (
  id          uuid primary key,
  request_id  uuid not null references access.card_request (id) on delete cascade,
  fiscal_code text not null,
  fingerprint text not null,
  issuer      text not null,
  checked_at  timestamptz not null,
  expires_at  timestamptz not null
);
create index card_code_by_expiry on access.card_code (expires_at);

-- Nonces of the hand-over of a reverse proxy: none is accepted twice, by whatever process.
create table access.card_hand_over (
  nonce      text primary key,
  expires_at timestamptz not null
);

-- Every card that was shown, by the fingerprint of its certificate, and what was found; append-only for 24 months.
create table access.card_check (
  id          uuid primary key,
  at          timestamptz not null,
  request_id  uuid,
  fingerprint text,
  outcome     text not null,
  evidence    text
);
comment on column access.card_check.outcome is 'accepted or the check that failed';
comment on column access.card_check.evidence is 'How revocation was ruled out: list, ocsp, both, or grace when neither answered and the region allows it';
create index card_check_by_age on access.card_check using brin (at);
revoke update, delete on access.card_check from sinfonia_app;

create function access.forget_card_checks(today timestamptz) returns bigint
language sql security definer set search_path = access, pg_temp as $$
  with gone as (
    delete from access.card_check where at < least(today, now()) - interval '24 months' returning 1
  )
  select count(*) from gone
$$;

do $$
declare
  fenced regclass;
begin
  foreach fenced in array array['access.card_request', 'access.card_code', 'access.card_hand_over',
    'access.card_check']::regclass[]
  loop
    execute format('alter table %s enable row level security', fenced);
    execute format('alter table %s force row level security', fenced);
    execute format('create policy system_only on %s using ((select platform.acts_as_system()))', fenced);
  end loop;
end $$;
