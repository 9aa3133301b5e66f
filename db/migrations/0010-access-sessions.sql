-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Sessions, delegations and the audit trail.

select platform.room('access');

-- A session (sessione). The cookie holds a random token; only its SHA-256 is stored.
create table access.session (
  token_hash      bytea primary key,
  id              uuid not null constraint session_id unique,
  person_id       uuid not null,
  csrf_token      text not null,
  method          text not null check (method in ('SPID', 'CIE', 'CNS', 'EIDAS', 'LOCAL')),
  provider        text not null,
  level           smallint not null check (level between 1 and 3),
  authenticated_at timestamptz not null,
  assertion_id    text,
  name_id         text,
  session_index   text,
  user_agent      text,
  language        text not null default 'it' check (language in ('it', 'en')),
  created_at      timestamptz not null default now(),
  last_seen_at    timestamptz not null default now(),
  idle_expires_at timestamptz not null,
  expires_at      timestamptz not null,
  check (idle_expires_at <= expires_at)
);
create index session_of_person on access.session (person_id);
create index session_by_expiry on access.session (idle_expires_at);

-- A delegation (delega): one adult acts for another. Parents act for minors by the registry's family links, not by a row here.
create table access.delegation (
  id           uuid primary key,
  delegator_id uuid not null,
  delegate_id  uuid not null,
  services     text[] not null default '{BOOKING,PAYMENT}'
               check (services <@ '{BOOKING,PAYMENT,RECORD,DOCTOR_CHOICE,VACCINATION,EXEMPTION}'::text[]),
  state        text not null check (state in ('pending', 'active', 'rejected', 'revoked', 'ceased')),
  evidence     text not null,
  valid        daterange not null,
  created_at   timestamptz not null default now(),
  ended_at     timestamptz,
  constraint delegation_not_to_oneself check (delegator_id <> delegate_id),
  constraint delegation_once exclude using gist (delegator_id with =, delegate_id with =, valid with &&)
    where (state in ('pending', 'active'))
);
create index delegation_of_delegate on access.delegation (delegate_id) where state in ('pending', 'active');

-- Audit trail: who did what with whose data. Append-only for the application.
create table access.audit_entry (
  id          uuid primary key,
  at          timestamptz not null default clock_timestamp(),
  actor_kind  text not null,
  person_id   uuid,
  session_id  uuid,
  patient_id  uuid not null,
  action      text not null check (action in ('READ', 'SEARCH', 'CREATE', 'UPDATE', 'DELETE', 'PRINT', 'EXPORT')),
  object_type text not null,
  object_id   uuid,
  purpose     text not null,
  request_id  uuid not null,
  address     inet
);
create index audit_of_patient on access.audit_entry (patient_id, at);
create index audit_of_actor on access.audit_entry (person_id, at);
select platform.protect('access.audit_entry');
revoke update, delete on access.audit_entry from sinfonia_app;

-- The people a signed-in person may act for today: herself, her minor children, those who delegated her.
create function access.patients_of(person uuid, today date) returns uuid[] language plpgsql stable as $$
begin
  return array(
    select person
    union
    select child_id from registry.minor_child where parent_id = person and valid @> today
    union
    select delegator_id from access.delegation
    where delegate_id = person and state = 'active' and valid @> today
  );
end $$;

-- One round trip per request: the live session of a token with the people it may act for. Idle time is pushed
-- forward at most once a minute.
create function access.resolve_session(token bytea, at timestamptz, idle interval)
returns table (id uuid, person_id uuid, csrf_token text, level smallint, language text, patients uuid[])
language plpgsql as $$
declare
  found access.session;
  asker text := coalesce(current_setting('app.role', true), '');
begin
  perform set_config('app.role', 'system', true);
  select * into found from access.session s
  where s.token_hash = token and s.idle_expires_at > at and s.expires_at > at;
  if found.id is not null and found.last_seen_at < at - interval '1 minute' then
    update access.session s set last_seen_at = at, idle_expires_at = least(at + idle, s.expires_at)
    where s.token_hash = token;
  end if;
  return query select found.id, found.person_id, found.csrf_token, found.level, found.language,
    access.patients_of(found.person_id, (at at time zone 'Europe/Rome')::date)
    where found.id is not null;
  perform set_config('app.role', asker, true);
end $$;
