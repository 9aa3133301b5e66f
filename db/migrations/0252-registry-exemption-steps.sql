-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What changed in each exemption somebody holds, written by the database: whoever changes it, nobody can leave it out.

create table registry.exemption_step (
  id           bigint generated always as identity primary key,
  exemption_id uuid not null references registry.person_exemption (id),
  person_id    uuid not null references registry.person (id),
  state_before text not null,
  valid_before daterange not null,
  state        text not null,
  valid        daterange not null,
  at           timestamptz not null default clock_timestamp()
);
comment on table registry.exemption_step is 'State and period of an exemption before and after each change';
create index exemption_step_of on registry.exemption_step (exemption_id, id);
select platform.protect('registry.exemption_step', 'person_id');

create function registry.note_exemption_step() returns trigger language plpgsql as $$
begin
  if (new.state, new.valid) is distinct from (old.state, old.valid) then
    insert into registry.exemption_step (exemption_id, person_id, state_before, valid_before, state, valid)
    values (new.id, new.person_id, old.state, old.valid, new.state, new.valid);
  end if;
  return new;
end $$;
create trigger step after update on registry.person_exemption for each row execute function registry.note_exemption_step();

create function registry.keep_exemption_steps() returns trigger language plpgsql as $$
begin
  raise exception 'steps of an exemption are kept as they were' using errcode = 'insufficient_privilege';
end $$;
create trigger kept before update or delete on registry.exemption_step
  for each row execute function registry.keep_exemption_steps();
