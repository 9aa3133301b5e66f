-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Sign-in with SPID: the identity providers we trust, the requests under way, the register of messages.

-- An identity provider (gestore di identità): the last good copy of its signed metadata and what was read from it.
-- A copy that cannot be checked never takes its place.
create table access.identity_provider (
  entity_id   text primary key,
  metadata    text not null,
  facts       jsonb not null,
  valid_until timestamptz,
  fetched_at  timestamptz not null
);

-- A login request under way. Whoever answers is believed only about a request found here, and only once.
create table access.sign_in_request (
  id           text primary key check (id ~ '^_[0-9a-f]{40}$'),
  relay_state  text not null,
  provider     text not null,
  binding      text not null check (binding in ('post', 'redirect')),
  level        smallint not null check (level between 1 and 3),
  comparison   text not null check (comparison in ('exact', 'minimum', 'better', 'maximum')),
  browser_hash bytea not null,
  return_to    text not null check (return_to like '/%'),
  language     text not null check (language in ('it', 'en')),
  issued_at    timestamptz not null,
  expires_at   timestamptz not null,
  consumed_at  timestamptz
);
create index sign_in_request_by_expiry on access.sign_in_request (expires_at);

-- Assertions already used, kept as long as they would be valid: none is accepted twice.
create table access.used_assertion (
  provider     text not null,
  assertion_id text not null,
  expires_at   timestamptz not null,
  primary key (provider, assertion_id)
);
create index used_assertion_by_expiry on access.used_assertion (expires_at);

-- A proven identity that waits for its holder to say "it is me", when the answer came to a browser that did not
-- bring back the cookie of the request (protection against being logged in as somebody else).
create table access.pending_sign_in (
  token_hash   bytea primary key,
  browser_hash bytea not null,
  session      jsonb not null,
  return_to    text not null,
  expires_at   timestamptz not null
);
create index pending_sign_in_by_expiry on access.pending_sign_in (expires_at);

-- The register of messages (DPCM 24 October 2014, article 13): every request and every answer whole, encrypted, for
-- 24 months. `document` is AES-256-GCM over the deflated message, bound to the row's id.
create table access.sign_in_log (
  id                uuid primary key,
  at                timestamptz not null,
  kind              text not null check (kind in ('authn-request', 'response', 'logout-request', 'logout-response')),
  provider          text not null,
  request_id        text not null,
  request_issued_at timestamptz,
  response_id       text,
  response_issued_at timestamptz,
  response_issuer   text,
  assertion_id      text,
  subject           text,
  subject_qualifier text,
  outcome           text not null,
  session_id        uuid,
  key_id            text not null,
  document          bytea not null
);
comment on column access.sign_in_log.outcome is 'sent, accepted, denied/NN (number of the SPID table of errors) or the check that failed';
create index sign_in_log_by_request on access.sign_in_log (request_id);
create index sign_in_log_by_session on access.sign_in_log (session_id) where session_id is not null;
create index sign_in_log_by_age on access.sign_in_log using brin (at);
-- Append-only for the application: rows leave only through the function below, and only when they are old enough.
revoke update, delete on access.sign_in_log from sinfonia_app;

create function access.forget_sign_in_log(today timestamptz) returns bigint
language sql security definer set search_path = access, pg_temp as $$
  with gone as (
    delete from access.sign_in_log where at < least(today, now()) - interval '24 months' returning 1
  )
  select count(*) from gone
$$;
