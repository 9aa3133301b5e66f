-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Partners: systems of other organisations that call the platform (OAuth 2.0 client credentials, PDND vouchers).
-- Nothing here is about a patient.

select platform.room('partner');

-- A client (client OAuth): one system of one organisation. It has no secret, only public keys.
create table partner.client (
  id              uuid primary key,
  organisation_id uuid not null references registry.organisation (id),
  name            text not null check (length(name) between 3 and 100),
  purpose         text not null check (length(purpose) between 10 and 1000),
  contact         text not null check (contact ~ '^[^@[:space:]]+@[^@[:space:]]+$' and length(contact) <= 200),
  jwks_uri        text check (jwks_uri ~ '^https?://' and length(jwks_uri) <= 500),
  state           text not null default 'active' check (state in ('active', 'suspended', 'deleted')),
  suspended_by    text check (suspended_by in ('partner', 'region')),
  generation      integer not null default 1,
  per_minute      integer not null check (per_minute between 1 and 100000),
  per_day         integer not null check (per_day between 1 and 100000000),
  created_by      uuid not null,
  created_at      timestamptz not null,
  constraint client_suspended_by_somebody check ((state = 'suspended') = (suspended_by is not null))
);
comment on column partner.client.contact is 'Mailbox of an office, not of a person';
comment on column partner.client.generation is 'Tokens carry it: raising it ends every token at once';
create index client_of_organisation on partner.client (organisation_id, created_at);
create unique index client_once on partner.client (organisation_id, lower(name)) where state <> 'deleted';

-- Public keys of a client: two places, so that a new key can be tried before the old one goes.
create table partner.client_key (
  client_id    uuid not null references partner.client (id),
  place        smallint not null check (place in (1, 2)),
  kid          text not null check (kid ~ '^[A-Za-z0-9._~:+/=-]{1,128}$'),
  jwk          jsonb not null,
  added_at     timestamptz not null,
  last_used_at timestamptz,
  primary key (client_id, place),
  constraint client_key_once unique (client_id, kid)
);

-- What a client may do: open scopes are granted when asked, the others when the region approves.
create table partner.client_scope (
  client_id  uuid not null references partner.client (id),
  scope      text not null check (scope ~ '^[a-z-]+:[a-z-]+$'),
  state      text not null check (state in ('asked', 'granted', 'refused')),
  reason     text check (length(reason) <= 1000),
  asked_at   timestamptz not null,
  asked_by   uuid not null,
  decided_at timestamptz,
  decided_by uuid,
  answer     text check (length(answer) <= 1000),
  primary key (client_id, scope),
  constraint client_scope_decided check ((state = 'asked') = (decided_at is null))
);
create index client_scope_to_decide on partner.client_scope (asked_at) where state = 'asked';

-- A purpose (finalità) of the national data platform: calls with its vouchers are calls of this client.
create table partner.purpose (
  id             uuid primary key,
  client_id      uuid not null references partner.client (id),
  e_service_id   uuid not null,
  pdnd_client_id uuid not null,
  state          text not null check (state in ('asked', 'granted', 'refused')),
  asked_at       timestamptz not null,
  asked_by       uuid not null,
  decided_at     timestamptz,
  decided_by     uuid,
  answer         text check (length(answer) <= 1000),
  constraint purpose_decided check ((state = 'asked') = (decided_at is null))
);
comment on column partner.purpose.pdnd_client_id is 'The consumer''s client on PDND: the only one whose vouchers for this purpose are taken';
create index purpose_of_client on partner.purpose (client_id);
create index purpose_to_decide on partner.purpose (asked_at) where state = 'asked';

-- Identifiers of signed statements already used, kept as long as they would be valid: none is accepted twice.
create table partner.used_statement (
  issuer     text not null,
  jti        text not null,
  expires_at timestamptz not null,
  primary key (issuer, jti)
);
create index used_statement_by_expiry on partner.used_statement (expires_at);

-- Access tokens taken back before they expired.
create table partner.revoked_token (
  jti        text primary key,
  client_id  uuid not null references partner.client (id),
  expires_at timestamptz not null
);
create index revoked_token_by_expiry on partner.revoked_token (expires_at);

-- Calls counted in the minute and in the day under way: one narrow row per client, rewritten in place.
create table partner.quota (
  client_id    uuid primary key references partner.client (id),
  minute       timestamptz not null,
  minute_calls integer not null,
  day          date not null,
  day_calls    integer not null
) with (fillfactor = 40);

-- Calls, for thirty days: one partition per day (in UTC), made and dropped by partner.keep_calls.
create table partner.call (
  id         uuid not null,
  at         timestamptz not null,
  client_id  uuid not null,
  request_id uuid not null,
  method     text not null,
  route      text not null,
  status     smallint not null,
  ms         integer not null,
  code       text
) partition by range (at);
comment on table partner.call is 'Routes as written in the contract, without identifiers of people; no addresses';
create index call_of_client on partner.call (client_id, at);
create index call_refused on partner.call (client_id, at) where status >= 400;

-- The same, summed per day, for thirteen months.
create table partner.call_day (
  client_id uuid not null references partner.client (id),
  day       date not null,
  calls     integer not null,
  refused   integer not null,
  failed    integer not null,
  ms        bigint not null,
  primary key (client_id, day)
);
comment on column partner.call_day.refused is 'Answers 4xx';
comment on column partner.call_day.failed is 'Answers 5xx';

-- Signed evidence of who asked, on the consumer's side (ModI, AUDIT_REST_02), kept whole for twelve months.
create table partner.evidence (
  id         uuid primary key,
  at         timestamptz not null,
  client_id  uuid not null references partner.client (id),
  purpose_id uuid not null,
  request_id uuid not null,
  document   text not null
);
create index evidence_by_age on partner.evidence (at);
revoke update on partner.evidence from sinfonia_app;

-- Makes the partitions of a day and of the two after it, and drops those of which every call is older than thirty days.
create function partner.keep_calls(today date) returns void
language plpgsql security definer set search_path = partner, pg_temp as $$
declare
  wanted date;
  old text;
begin
  perform pg_advisory_xact_lock(hashtext('partner.keep_calls'));
  for wanted in select today + n from generate_series(0, 2) n loop
    if to_regclass(format('partner.call_%s', to_char(wanted, 'YYYYMMDD'))) is null then
      execute format('create table partner.call_%s partition of partner.call for values from (%L) to (%L)',
        to_char(wanted, 'YYYYMMDD'), wanted::timestamp at time zone 'UTC', (wanted + 1)::timestamp at time zone 'UTC');
    end if;
  end loop;
  for old in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'partner.call'::regclass
      and c.relname < format('call_%s', to_char(least(today, current_date) - 30, 'YYYYMMDD'))
  loop
    execute format('drop table partner.%I', old);
  end loop;
end $$;

-- One round trip per call: is the client live, is the token still good, is there quota left; counts the call if so.
-- Outcomes: ok, unknown, suspended, revoked, minute, day (the quota that is used up).
create function partner.admit(caller uuid, token_id text, token_generation integer, at timestamptz)
returns table (outcome text, granted text[], per_minute integer, per_day integer, minute_calls integer, day_calls integer)
language plpgsql as $$
declare
  found partner.client;
  used partner.quota;
  this_minute timestamptz := date_trunc('minute', at);
  today date := (at at time zone 'Europe/Rome')::date;
begin
  select * into found from partner.client c where c.id = caller and c.state <> 'deleted';
  outcome := case
    when found.id is null then 'unknown'
    when found.state = 'suspended' then 'suspended'
    when token_generation <> found.generation then 'revoked'
    when exists (select from partner.revoked_token r where r.jti = token_id) then 'revoked'
    else 'ok' end;
  if outcome = 'ok' then
    -- A process whose clock is a little behind counts in the minute that another has begun.
    insert into partner.quota as q values (caller, this_minute, 1, today, 1)
    on conflict (client_id) do update set
      minute = greatest(q.minute, this_minute),
      minute_calls = case when q.minute >= this_minute then q.minute_calls + 1 else 1 end,
      day = greatest(q.day, today),
      day_calls = case when q.day >= today then q.day_calls + 1 else 1 end
    where (q.minute < this_minute or q.minute_calls < found.per_minute) and (q.day < today or q.day_calls < found.per_day)
    returning * into used;
    if used.client_id is null then
      select * into used from partner.quota q where q.client_id = caller;
      outcome := case when used.day >= today and used.day_calls >= found.per_day then 'day' else 'minute' end;
    end if;
  end if;
  return query select outcome,
    array(select s.scope from partner.client_scope s where s.client_id = caller and s.state = 'granted'),
    found.per_minute, found.per_day, used.minute_calls, used.day_calls;
end $$;
