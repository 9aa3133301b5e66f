-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Sign-in with CIE by OpenID Connect: the provider we trust, the requests under way, the tokens to hand back.

-- An OpenID provider: the last good trust chain (OpenID Federation) and what was read from it, with the policy applied.
create table access.oidc_provider (
  entity_id  text primary key,
  chain      jsonb not null,
  facts      jsonb not null,
  expires_at timestamptz not null,
  fetched_at timestamptz not null
);
comment on column access.oidc_provider.chain is 'Signed statements from the provider up to the trust anchor';
comment on column access.oidc_provider.expires_at is 'When the first statement of the chain expires';

-- A sign-in under way. An answer is believed only with a state found here, in the browser that began, and only once.
create table access.oidc_request (
  id               uuid primary key,
  state_hash       bytea not null constraint oidc_request_state unique,
  nonce            text not null,
  code_verifier    text not null,
  provider         text not null,
  level            smallint not null check (level between 1 and 3),
  browser_hash     bytea not null,
  previous_session uuid,
  return_to        text not null check (return_to like '/%'),
  language         text not null check (language in ('it', 'en')),
  issued_at        timestamptz not null,
  expires_at       timestamptz not null,
  consumed_at      timestamptz
);
create index oidc_request_by_expiry on access.oidc_request (expires_at);

-- An access token that was used and has to be revoked at its provider; encrypted, and gone as soon as that is done.
create table access.oidc_token (
  id         uuid primary key,
  request_id uuid not null,
  provider   text not null,
  token      bytea not null,
  expires_at timestamptz not null
);
create index oidc_token_by_expiry on access.oidc_token (expires_at);

do $$
declare
  fenced regclass;
begin
  foreach fenced in array array['access.oidc_request', 'access.oidc_token']::regclass[] loop
    execute format('alter table %s enable row level security', fenced);
    execute format('alter table %s force row level security', fenced);
    execute format('create policy system_only on %s using ((select platform.acts_as_system()))', fenced);
  end loop;
end $$;

-- The register keeps the messages of OpenID Connect too, for the same 24 months.
alter table access.sign_in_log drop constraint sign_in_log_kind_check;
alter table access.sign_in_log add constraint sign_in_log_kind_check check (kind in
  ('authn-request', 'response', 'logout-request', 'logout-response', 'trust-chain', 'token-request', 'token-response',
   'userinfo-response', 'revocation'));
