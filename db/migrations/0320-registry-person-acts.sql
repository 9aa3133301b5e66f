-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What offices do to a person's record (a registration, a change of address, a code, a death, an emigration): each act with the day
-- it counts from and the rows it wrote, so that a mistake is corrected by taking it back and nothing is lost.

create table registry.person_act (
  id              uuid primary key,
  person_id       uuid not null references registry.person (id),
  kind            text not null check (kind in ('REGISTERED', 'MOVED', 'DOMICILED', 'DOMICILE_ENDED', 'CODE_GIVEN', 'CODE_ISSUED',
                    'CODE_RENEWED', 'DIED', 'EMIGRATED')),
  happened_on     date not null,
  note            text check (length(note) between 3 and 500),
  steps           jsonb not null check (jsonb_typeof(steps) = 'array'),
  done_at         timestamptz not null,
  done_by         uuid not null,
  idempotency_key uuid not null,
  undone_at       timestamptz,
  undone_by       uuid,
  undone_why      text check (length(undone_why) between 3 and 500),
  constraint person_act_once unique (done_by, idempotency_key),
  constraint person_act_undone check ((undone_at is null) = (undone_by is null) and (undone_at is null) = (undone_why is null))
);
comment on column registry.person_act.happened_on is 'First day from which it counts';
comment on column registry.person_act.steps is 'Rows written, in order: [{relation, id, before, after}]; before is null for a row that was added';
comment on column registry.person_act.done_by is 'Appointment of the officer';
create index person_act_of on registry.person_act (person_id, done_at desc, id desc);
select platform.protect('registry.person_act', 'person_id');
revoke delete on registry.person_act from sinfonia_app;
insert into registry.person_reference (relation, field, rule, why) values
  ('registry.person_act', 'person_id', 'stays', 'what was done to this record, as it was done');

-- Nothing counts from before somebody was born, nor happens to the dead or to a record that was merged into another; what was done
-- is only ever taken back.
create function registry.guard_person_act() returns trigger language plpgsql as $$
declare
  p registry.person;
begin
  if tg_op = 'UPDATE' then
    if old.undone_at is not null or (new.id, new.person_id, new.kind, new.happened_on, new.note, new.steps, new.done_at, new.done_by)
      is distinct from (old.id, old.person_id, old.kind, old.happened_on, old.note, old.steps, old.done_at, old.done_by) then
      raise exception 'an act is taken back, not changed' using errcode = 'check_violation', constraint = 'person_act_kept';
    end if;
    return new;
  end if;
  select * into p from registry.person where id = new.person_id;
  if new.happened_on < p.birth_date then
    raise exception 'an act before birth' using errcode = 'check_violation', constraint = 'person_act_after_birth';
  end if;
  if p.merged_into is not null or (p.deceased_on is not null and new.kind <> 'DIED') then
    raise exception 'an act for the dead or for a merged record' using errcode = 'check_violation', constraint = 'person_act_of_living';
  end if;
  return new;
end $$;
create trigger guard before insert or update on registry.person_act for each row execute function registry.guard_person_act();

-- Codes of foreigners without cover (STP, ENI): 3 digits of the region, 3 of the authority, 7 in a row that no two people share.
alter table registry.person_identifier add constraint person_identifier_form
  check (type not in ('STP', 'ENI') or (value ~ '^[A-Z]{3}[0-9]{13}$' and left(value, 3) = type));
create table registry.code_series (
  prefix text primary key check (prefix ~ '^(STP|ENI)[0-9]{6}$'),
  last   integer not null check (last between 1 and 9999999)
);

-- A move within the authority changes the district.
alter table registry.enrolment drop constraint enrolment_end_reason_check;
alter table registry.enrolment add constraint enrolment_end_reason_check check (end_reason in ('DEATH', 'MOVED_OTHER_ASL',
  'MOVED_DISTRICT', 'MOVED_ABROAD', 'PERMIT_EXPIRED', 'DOUBLE', 'CANCELLED_ERROR'));

-- By which number a state is named as somebody's citizenship (ANPR); Italy is 100.
alter table registry.birth_place add column citizenship text check (citizenship ~ '^[0-9]{3}$');
comment on column registry.birth_place.citizenship is 'State code of the Ministry of the Interior (ANPR); none for municipalities';
