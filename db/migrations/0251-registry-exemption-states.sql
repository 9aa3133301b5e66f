-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Exemptions people hold: nothing that citizens declare begins before it was declared, and what has ended does not begin again.

alter table registry.person_exemption
  add constraint person_exemption_not_backdated check (origin <> 'self-certified'
    or lower(valid) >= (created_at at time zone 'Europe/Rome')::date),
  add constraint person_exemption_some_day check (not isempty(valid));
create index person_exemption_starting on registry.person_exemption (lower(valid)) where state in ('ACTIVE', 'CERTIFIED');
create index person_exemption_ending on registry.person_exemption (upper(valid)) where state in ('ACTIVE', 'CERTIFIED');

-- Which state may follow which: the same table as src/server/registry/people/exemption-states.ts (a test compares them).
create table registry.exemption_transition (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into registry.exemption_transition (from_state, to_state) values
  ('SUBMITTED', 'ACTIVE'), ('SUBMITTED', 'ANNULLED'),
  ('ACTIVE', 'SUSPENDED'), ('ACTIVE', 'CEASED_BY_CITIZEN'), ('ACTIVE', 'EXPIRED'), ('ACTIVE', 'ANNULLED'), ('ACTIVE', 'REVOKED_CHECK'),
  ('CERTIFIED', 'SUSPENDED'), ('CERTIFIED', 'CEASED_BY_CITIZEN'), ('CERTIFIED', 'EXPIRED'), ('CERTIFIED', 'ANNULLED'),
  ('CERTIFIED', 'REVOKED_CHECK'),
  ('SUSPENDED', 'ACTIVE'), ('SUSPENDED', 'CERTIFIED'), ('SUSPENDED', 'EXPIRED'), ('SUSPENDED', 'ANNULLED'), ('SUSPENDED', 'REVOKED_CHECK'),
  ('EXPIRED', 'REVOKED_CHECK'), ('CEASED_BY_CITIZEN', 'REVOKED_CHECK');
revoke insert, update, delete on registry.exemption_transition from sinfonia_app;

create function registry.guard_exemption() returns trigger language plpgsql as $$
begin
  if (new.person_id, new.code, new.origin) is distinct from (old.person_id, old.code, old.origin) then
    raise exception 'whose exemption it is stays' using errcode = 'check_violation', constraint = 'person_exemption_stays';
  end if;
  if new.state <> old.state and not exists (
    select from registry.exemption_transition t where t.from_state = old.state and t.to_state = new.state) then
    raise exception 'an exemption that is "%" cannot become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'person_exemption_transition';
  end if;
  return new;
end $$;
create trigger guard before update on registry.person_exemption for each row execute function registry.guard_exemption();
