-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- App accounts: credentials of the service itself, opened by a person who had proved who she is with SPID, CIE or CNS.

-- An account (credenziali). One per person, for ever hers: it is never moved to another person.
create table access.account (
  id                 uuid primary key,
  person_id          uuid not null constraint account_one_per_person unique references registry.person (id),
  user_name          text not null constraint account_user_name unique check (user_name ~ '^[a-z0-9][a-z0-9._-]{3,39}$'),
  password_hash      text not null check (password_hash like '$argon2id$%'),
  pepper             text not null,
  password_set_at    timestamptz not null,
  mobile             text check (mobile ~ '^\+393[0-9]{8,9}$'),
  mobile_verified_at timestamptz,
  bound_method       text not null check (bound_method in ('SPID', 'CIE', 'CNS')),
  bound_level        smallint not null check (bound_level between 2 and 3),
  bound_session      uuid not null,
  created_at         timestamptz not null,
  constraint account_mobile_is_verified check ((mobile is null) = (mobile_verified_at is null))
);
comment on column access.account.pepper is 'Which line of the pepper file went into the hash';
comment on column access.account.bound_session is 'The session of the strong identity it was opened from';
select platform.protect('access.account', 'person_id');

-- A passkey (WebAuthn credential) of an account.
create table access.account_passkey (
  id            uuid primary key,
  account_id    uuid not null references access.account (id),
  credential_id text not null constraint account_passkey_credential unique check (length(credential_id) <= 1400),
  public_key    bytea not null,
  counter       bigint not null check (counter >= 0),
  transports    text[] not null,
  synced        boolean not null,
  name          text not null check (length(name) between 1 and 60),
  created_at    timestamptz not null,
  last_used_at  timestamptz,
  suspended_at  timestamptz
);
comment on column access.account_passkey.synced is 'Kept by the maker of the device on more than one device';
comment on column access.account_passkey.suspended_at is 'Its counter went backwards: two copies of the key are in use';
create index account_passkey_of on access.account_passkey (account_id);

-- A challenge that an authenticator must sign: used once, by the browser that was given it.
create table access.account_challenge (
  challenge_hash bytea primary key,
  browser_hash   bytea not null,
  account_id     uuid references access.account (id),
  expires_at     timestamptz not null
);
comment on column access.account_challenge.account_id is 'Whose passkey is being made; null for a sign-in, where the passkey says who it is';
create index account_challenge_by_expiry on access.account_challenge (expires_at);
create index account_challenge_of on access.account_challenge (account_id);

-- The password was right, the code is still to come. It opens nothing: it is no session, only what the code is typed into.
create table access.account_half_session (
  token_hash  bytea primary key,
  account_id  uuid not null references access.account (id),
  code_id     uuid not null,
  return_to   text not null check (return_to like '/%'),
  language    text not null check (language in ('it', 'en')),
  created_at  timestamptz not null,
  expires_at  timestamptz not null
);
create index account_half_session_by_expiry on access.account_half_session (expires_at);
create index account_half_session_of on access.account_half_session (account_id);

-- A browser from which the owner has already signed in: strangers who try passwords do not lock it out.
create table access.account_device (
  token_hash bytea primary key,
  account_id uuid not null references access.account (id),
  expires_at timestamptz not null
);
create index account_device_of on access.account_device (account_id);
create index account_device_by_expiry on access.account_device (expires_at);
