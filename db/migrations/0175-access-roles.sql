-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Roles of professionals: an organisation's administrator gives a person a role for a period (incarico).

create table access.role_appointment (
  id              uuid primary key,
  person_id       uuid not null references registry.person (id),
  role            text not null constraint role_appointment_role check (role in ('doctor', 'nurse', 'clerk', 'pharmacist',
                    'specialist', 'district-officer', 'supplier', 'crisis-unit', 'auditor', 'administrator', 'partner-manager')),
  organisation_id uuid not null references registry.organisation (id),
  unit            text check (length(unit) between 2 and 120),
  valid           daterange not null constraint role_appointment_period check (not isempty(valid) and not lower_inf(valid)),
  act_reference   text not null check (length(act_reference) between 3 and 200),
  state           text not null default 'active' check (state in ('active', 'suspended', 'ended')),
  granted_by      uuid,
  granted_at      timestamptz not null,
  -- Who is not confirmed by this day is on the administrator's list; nothing ends by itself.
  certify_by      date not null,
  last_used_at    timestamptz,
  constraint role_appointment_not_to_oneself check (granted_by is distinct from person_id),
  constraint role_appointment_once exclude using gist
    (person_id with =, role with =, organisation_id with =, coalesce(unit, '') with =, valid with &&) where (state <> 'ended')
);
comment on table access.role_appointment is 'Incarico: what a professional may do for an organisation, and until when';
comment on column access.role_appointment.granted_by is 'The administrator; null for the first one, entered with npm run administrator';
create index role_appointment_of_person on access.role_appointment (person_id) where state = 'active';
create index role_appointment_of_organisation on access.role_appointment (organisation_id, state);
select platform.protect('access.role_appointment', 'person_id');
revoke delete on access.role_appointment from sinfonia_app;

-- What happened to an appointment, for ever.
create table access.role_appointment_change (
  id             uuid primary key,
  appointment_id uuid not null references access.role_appointment (id),
  person_id      uuid not null,
  at             timestamptz not null,
  step           text not null check (step in ('granted', 'suspended', 'resumed', 'ended', 'confirmed')),
  changed_by     uuid,
  reason         text check (length(reason) <= 500)
);
create index role_appointment_change_of on access.role_appointment_change (appointment_id, at);
select platform.protect('access.role_appointment_change', 'person_id');
revoke update, delete on access.role_appointment_change from sinfonia_app;

-- A person keeps what she was given: nobody turns an appointment into another.
create function access.appointment_stays() returns trigger language plpgsql as $$
begin
  if (new.person_id, new.role, new.organisation_id, new.granted_by, new.act_reference)
     is distinct from (old.person_id, old.role, old.organisation_id, old.granted_by, old.act_reference)
     or old.state = 'ended' and new.state <> 'ended' then
    raise exception 'an appointment stays what it was given as' using errcode = 'check_violation', constraint = 'appointment_stays';
  end if;
  return new;
end $$;
create trigger appointment_stays before update on access.role_appointment
  for each row execute function access.appointment_stays();

-- A session is a citizen's, or acts in exactly one role.
alter table access.session add column appointment_id uuid references access.role_appointment (id);
create index session_of_appointment on access.session (appointment_id) where appointment_id is not null;

drop function access.resolve_session(bytea, timestamptz, inet, text);
-- One round trip per request: the live session of a token with the people it may act for, or the role it acts in. Idle time
-- is pushed forward at most once a minute. A session in a role ends with the appointment: over, suspended or ended, it
-- resolves to nobody. Without a service the people are those of bookings, and always the person herself.
create function access.resolve_session(token bytea, at timestamptz, address inet, service text default null)
returns table (id uuid, person_id uuid, csrf_token text, method text, level smallint, authenticated_at timestamptz,
  language text, patients uuid[], appointment_id uuid, role text, organisation_id uuid)
language plpgsql as $$
#variable_conflict use_column
declare
  found access.session;
  held access.role_appointment;
  asker text := coalesce(current_setting('app.role', true), '');
  today date := (at at time zone 'Europe/Rome')::date;
begin
  perform set_config('app.role', 'system', true);
  select * into found from access.session s
  where s.token_hash = token and s.idle_expires_at > at and s.expires_at > at;
  if found.appointment_id is not null then
    select * into held from access.role_appointment a
    where a.id = found.appointment_id and a.state = 'active' and a.valid @> today;
    if held.id is null then found := null; end if;
  end if;
  if found.id is not null and (found.last_seen_at < at - interval '1 minute' or found.address is null) then
    update access.session s set last_seen_at = at, idle_expires_at = least(at + s.idle, s.expires_at),
      address = coalesce(resolve_session.address, s.address)
    where s.token_hash = token;
  end if;
  return query select found.id, found.person_id, found.csrf_token, found.method, found.level, found.authenticated_at,
    found.language, case when held.id is not null then '{}' when resolve_session.service is null
      then access.patients_of(found.person_id, today)
      else access.patients_of(found.person_id, today, resolve_session.service) end,
    held.id, held.role, held.organisation_id
    where found.id is not null;
  perform set_config('app.role', asker, true);
end $$;
