-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The people of a session depend on what the route is for: a delegation for payments alone opens payments alone.

-- For whom a person may use one service on a day. She herself is missing where she is a minor and the region's rules do not
-- list the service for minors.
create function access.patients_of(person uuid, today date, service text) returns uuid[] language plpgsql stable as $$
begin
  return array(select patient_id from access.acting_for(person, today) where patients_of.service = any (services));
end $$;

drop function access.resolve_session(bytea, timestamptz, inet);
-- One round trip per request: the live session of a token with the people it may act for. Idle time is pushed forward
-- at most once a minute. Without a service the people are those of bookings, and always the person herself.
create function access.resolve_session(token bytea, at timestamptz, address inet, service text default null)
returns table (id uuid, person_id uuid, csrf_token text, method text, level smallint, authenticated_at timestamptz,
  language text, patients uuid[])
language plpgsql as $$
#variable_conflict use_column
declare
  found access.session;
  asker text := coalesce(current_setting('app.role', true), '');
  today date := (at at time zone 'Europe/Rome')::date;
begin
  perform set_config('app.role', 'system', true);
  select * into found from access.session s
  where s.token_hash = token and s.idle_expires_at > at and s.expires_at > at;
  if found.id is not null and (found.last_seen_at < at - interval '1 minute' or found.address is null) then
    update access.session s set last_seen_at = at, idle_expires_at = least(at + s.idle, s.expires_at),
      address = coalesce(resolve_session.address, s.address)
    where s.token_hash = token;
  end if;
  return query select found.id, found.person_id, found.csrf_token, found.method, found.level, found.authenticated_at,
    found.language, case when resolve_session.service is null then access.patients_of(found.person_id, today)
      else access.patients_of(found.person_id, today, resolve_session.service) end
    where found.id is not null;
  perform set_config('app.role', asker, true);
end $$;
