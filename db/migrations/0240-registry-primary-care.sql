-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Family doctors and paediatricians (medici di medicina generale, pediatri di libera scelta): where they receive, how many people
-- they may have, and the choices of people. A doctor is never given more people than she may have, and nobody is left without
-- a doctor by a change that went wrong: the database refuses both.

-- Area whose residents may choose its doctors (ambito territoriale di scelta, ACN 2024 art. 39); never smaller than a municipality.
create table registry.catchment (
  id     uuid primary key,
  asl_id uuid not null references registry.organisation (id),
  code   text not null constraint catchment_code unique,
  name   text not null
);
create index catchment_of_asl on registry.catchment (asl_id);

create table registry.catchment_municipality (
  catchment_id uuid not null references registry.catchment (id),
  istat_code   text not null references registry.municipality (istat_code),
  valid        daterange not null,
  constraint catchment_municipality_once exclude using gist (catchment_id with =, istat_code with =, valid with &&)
);
create index catchment_municipality_in on registry.catchment_municipality (istat_code);

-- The post a family doctor or paediatrician holds under the national agreement.
create table registry.primary_care_post (
  role_id            uuid primary key references registry.practitioner_role (id),
  kind               text not null check (kind in ('MMG', 'PLS')),
  catchment_id       uuid not null references registry.catchment (id),
  ceiling            integer not null check (ceiling between 1 and 2000),
  self_limit         integer check (self_limit between 1 and ceiling),
  temporary_ceiling  integer not null default 0 check (temporary_ceiling >= 0),
  state              text not null default 'ACTIVE' check (state in ('ACTIVE', 'SUSPENDED', 'CEASED')),
  leaving_on         date,
  telephone          text,
  email              text,
  receives           text not null default 'both' check (receives in ('walk-in', 'appointment', 'both')),
  patients           integer not null default 0 check (patients >= 0),
  temporary_patients integer not null default 0 check (temporary_patients >= 0)
);
comment on table registry.primary_care_post is 'Ceilings (massimali): ACN 2024 art. 38 for MMG, agreement in force for PLS';
comment on column registry.primary_care_post.self_limit is 'Lower number the doctor chose for herself (autolimitazione)';
comment on column registry.primary_care_post.temporary_ceiling is 'People with a choice that has an end, beyond the ceiling';
comment on column registry.primary_care_post.patients is 'Open choices without an end; kept by triggers on doctor_choice alone';
create index primary_care_post_in on registry.primary_care_post (catchment_id, kind) where state = 'ACTIVE';

-- Where and when she receives (ambulatorio).
create table registry.surgery (
  id         uuid primary key,
  role_id    uuid not null references registry.primary_care_post (role_id),
  address    text not null,
  postcode   text check (postcode ~ '^[0-9]{5}$'),
  istat_code text not null references registry.municipality (istat_code),
  latitude   double precision not null,
  longitude  double precision not null,
  telephone  text,
  step_free  boolean not null default false
);
create index surgery_of on registry.surgery (role_id);
create index surgery_in on registry.surgery (istat_code);

create table registry.surgery_hours (
  surgery_id uuid not null references registry.surgery (id),
  weekday    smallint not null check (weekday between 1 and 7),
  opens      time not null,
  closes     time not null check (closes > opens),
  primary key (surgery_id, weekday, opens)
);

alter table registry.doctor_choice
  add column channel    text not null default 'OFFICE' check (channel in ('ONLINE', 'DESK', 'OFFICE', 'EX_OFFICIO')),
  add column chosen_by  uuid references registry.person (id),
  add column began_at   timestamptz not null default clock_timestamp(),
  add column ended_at   timestamptz,
  add column end_reason text check (end_reason in ('CHANGED', 'REVOKED', 'REFUSED_BY_DOCTOR', 'DOCTOR_CEASED', 'AGE_LIMIT',
                          'TERM_ENDED', 'DECEASED', 'MOVED', 'DOUBLE')),
  add column code       text constraint doctor_choice_code unique,
  add constraint doctor_choice_ended check ((ended_at is null) = (end_reason is null)),
  -- An open choice goes on, or has its end written down from the start because the law limits it.
  add constraint doctor_choice_open check (ended_at is not null or upper_inf(valid) or kind in ('TEMPORARY', 'OVER_14', 'PROVISIONAL_PAED'));
comment on column registry.doctor_choice.valid is 'Days on which the doctor is hers; empty when it ended on the day it began';
comment on column registry.doctor_choice.code is 'What the attestation is checked by';
comment on column registry.doctor_choice.chosen_by is 'Who chose: the person, or who acts for her; nobody for acts of the office';

drop index registry.doctor_choice_of_doctor;
create index doctor_choice_of_doctor on registry.doctor_choice (role_id, began_at) where ended_at is null;
create index doctor_choice_of_person on registry.doctor_choice (person_id, began_at);

-- Adds to (or takes from) the lists of doctors as many people as a statement did, and refuses to go over a ceiling. Whoever comes
-- second waits for the first on the row of the doctor. Choices beside the ceiling (derogation to reunite a family, ACN art. 39;
-- assignments ex officio) enter a full list; nobody enters the list of who has left.
create function registry.count_choices(roles uuid[], kinds text[], steps integer[]) returns void
language plpgsql as $$
declare
  post record;
begin
  for post in
    select c.role_id,
           coalesce(sum(c.n) filter (where c.kind <> 'TEMPORARY'), 0) as people,
           coalesce(sum(c.n) filter (where c.kind = 'TEMPORARY'), 0) as temporary,
           bool_or(c.n > 0) as enters,
           bool_or(c.n > 0 and c.kind not in ('REUNIFICATION', 'EX_OFFICIO')) as bound
    from unnest(roles, kinds, steps) c(role_id, kind, n)
    group by c.role_id
    order by c.role_id -- always in this order, so that two statements do not wait for each other
  loop
    update registry.primary_care_post p
    set patients = p.patients + post.people,
        temporary_patients = p.temporary_patients + post.temporary
    where p.role_id = post.role_id
      and (not post.enters or p.state <> 'CEASED')
      and (not post.bound
           or p.patients + post.people + greatest(p.temporary_patients + post.temporary - p.temporary_ceiling, 0)
              <= coalesce(p.self_limit, p.ceiling));
    if not found then
      raise exception 'the list of this doctor is full or closed' using errcode = 'check_violation', constraint = 'doctor_choice_ceiling';
    end if;
  end loop;
end $$;

create function registry.count_inserted_choices() returns trigger language plpgsql as $$
begin
  perform registry.count_choices(array_agg(c.role_id), array_agg(c.kind), array_agg(c.n)) from (
    select role_id, kind, 1 as n from entering where ended_at is null
  ) c;
  return null;
end $$;
create function registry.count_deleted_choices() returns trigger language plpgsql as $$
begin
  perform registry.count_choices(array_agg(c.role_id), array_agg(c.kind), array_agg(c.n)) from (
    select role_id, kind, -1 as n from leaving where ended_at is null
  ) c;
  return null;
end $$;
create function registry.count_updated_choices() returns trigger language plpgsql as $$
begin
  perform registry.count_choices(array_agg(c.role_id), array_agg(c.kind), array_agg(c.n)) from (
    select role_id, kind, 1 as n from entering where ended_at is null
    union all
    select role_id, kind, -1 as n from leaving where ended_at is null
  ) c;
  return null;
end $$;

create trigger count_inserted after insert on registry.doctor_choice
  referencing new table as entering for each statement execute function registry.count_inserted_choices();
create trigger count_deleted after delete on registry.doctor_choice
  referencing old table as leaving for each statement execute function registry.count_deleted_choices();
create trigger count_updated after update on registry.doctor_choice
  referencing old table as leaving new table as entering for each statement execute function registry.count_updated_choices();

-- A choice is never turned into another: it ends, and another begins.
create function registry.keep_choice() returns trigger language plpgsql as $$
begin
  if (new.person_id, new.role_id, new.kind) is distinct from (old.person_id, old.role_id, old.kind) or old.ended_at is not null then
    raise exception 'a choice of a doctor is ended, not changed' using errcode = 'check_violation', constraint = 'doctor_choice_kept';
  end if;
  return new;
end $$;
create trigger keep before update on registry.doctor_choice for each row execute function registry.keep_choice();

-- Whoever changes doctor has the new one at the end of the transaction.
create function registry.change_has_successor() returns trigger language plpgsql as $$
begin
  if not exists (
    select from registry.doctor_choice c where c.person_id = new.person_id and c.id <> new.id and c.began_at >= new.ended_at
  ) then
    raise exception 'a change of doctor without the new one' using errcode = 'check_violation', constraint = 'doctor_choice_successor';
  end if;
  return null;
end $$;
create constraint trigger successor after update on registry.doctor_choice deferrable initially deferred
  for each row when (new.end_reason = 'CHANGED') execute function registry.change_has_successor();

-- A region that was there before has doctors: each authority is one area until its areas are entered, and they keep their lists.
insert into registry.catchment (id, asl_id, code, name)
  select gen_random_uuid(), o.id, o.code, o.name
  from registry.organisation o
  where exists (select from registry.practitioner_role r where r.organisation_id = o.id and r.role in ('family-doctor', 'paediatrician'));
insert into registry.catchment_municipality (catchment_id, istat_code, valid)
  select c.id, a.istat_code, a.valid
  from registry.catchment c join registry.municipality_assignment a on a.asl_id = c.asl_id;
insert into registry.primary_care_post (role_id, kind, catchment_id, ceiling, temporary_ceiling, patients)
  select r.id, case r.role when 'paediatrician' then 'PLS' else 'MMG' end, c.id,
         case r.role when 'paediatrician' then 880 else 1500 end, case r.role when 'paediatrician' then 120 else 0 end,
         (select count(*) from registry.doctor_choice d where d.role_id = r.id)
  from registry.practitioner_role r join registry.catchment c on c.asl_id = r.organisation_id
  where r.role in ('family-doctor', 'paediatrician');
