-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How long a session lives, as dated data, and where it was last used.

-- A session lives at most `longest`, and `idle` without a request. The stronger the identity, the shorter.
create table access.session_limit (
  kind    text not null check (kind in ('citizen', 'professional')),
  level   smallint not null check (level between 1 and 3),
  idle    interval not null check (idle >= interval '1 minute'),
  longest interval not null check (longest >= idle),
  valid   daterange not null,
  source  text not null,
  constraint session_limit_once exclude using gist (kind with =, level with =, valid with &&)
);
comment on table access.session_limit is 'Dated rules: close a row by its upper date and add the next one';
insert into access.session_limit (kind, level, idle, longest, valid, source) values
  ('citizen', 1, '15 min', '8 h', '[2022-01-01,)', 'OWASP ASVS 4.0.3, 3.3.2 (30 min, 12 h at most); regional choice'),
  ('citizen', 2, '15 min', '8 h', '[2022-01-01,)', 'OWASP ASVS 4.0.3, 3.3.2 (30 min, 12 h at most); regional choice'),
  ('citizen', 3, '10 min', '1 h', '[2022-01-01,)', 'NIST SP 800-63B, 4.3.3 (15 min at level 3); regional choice'),
  ('professional', 1, '15 min', '1 h', '[2022-01-01,)', 'OWASP ASVS 4.0.3, 3.3.2; regional choice'),
  ('professional', 2, '30 min', '12 h', '[2022-01-01,)', 'OWASP ASVS 4.0.3, 3.3.2 (30 min, 12 h)'),
  ('professional', 3, '15 min', '12 h', '[2022-01-01,)', 'NIST SP 800-63B, 4.3.3 (15 min, 12 h)');
revoke insert, update, delete on access.session_limit from sinfonia_app;

-- What a session was given when it was opened: a later rule does not lengthen it.
alter table access.session add column idle interval not null default '15 min';
alter table access.session add column address inet;
comment on column access.session.address is 'Network address of the last request, noted once a minute';

drop function access.resolve_session(bytea, timestamptz, interval);
-- One round trip per request: the live session of a token with the people it may act for. Idle time is pushed forward
-- at most once a minute.
create function access.resolve_session(token bytea, at timestamptz, address inet)
returns table (id uuid, person_id uuid, csrf_token text, method text, level smallint, authenticated_at timestamptz,
  language text, patients uuid[])
language plpgsql as $$
#variable_conflict use_column
declare
  found access.session;
  asker text := coalesce(current_setting('app.role', true), '');
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
    found.language, access.patients_of(found.person_id, (at at time zone 'Europe/Rome')::date)
    where found.id is not null;
  perform set_config('app.role', asker, true);
end $$;
