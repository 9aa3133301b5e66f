-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The scheduling engine: agendas, weekly patterns, slots, appointments. It knows no prescriptions and no class letters:
-- a class is a rank, 0 the most urgent. Rows of an agenda carry schedule_id, the key by which they would be distributed.

select platform.room('scheduling');

-- Agendas that anybody may book in the same way: same services with the same limits, same territory, same access. The
-- search decides once per group and reads the free slots of all its agendas in one order. Written by scheduling.regroup.
create table scheduling.offer_group (
  no                 integer generated always as identity primary key,
  digest             uuid not null constraint offer_group_digest unique,
  asl_id             uuid not null,
  regime             text not null,
  access_type        text not null,
  channels           text[] not null,
  visible            boolean not null,
  lowest_rank        smallint not null,
  opening_lead_hours smallint not null,
  residents_of       uuid[]
);

create table scheduling.offer_group_service (
  service_id uuid not null,
  asl_id     uuid not null,
  group_no   integer not null references scheduling.offer_group (no),
  max_rank   smallint not null,
  age_min    smallint not null,
  age_max    smallint not null,
  sex        text,
  primary key (service_id, asl_id, group_no)
);

-- An agenda (FHIR Schedule).
create table scheduling.schedule (
  id                 uuid primary key,
  code               text not null constraint schedule_code unique,
  name               text not null,
  organisation_id    uuid not null references registry.organisation (id),
  location_id        uuid not null references registry.location (id),
  asl_id             uuid not null references registry.organisation (id),
  unit               text,
  room               text,
  regime             text not null default 'SSN' check (regime in ('SSN', 'ALPI', 'PRIV', 'CONV')),
  access_type        text not null check (access_type in ('first', 'follow-up', 'both', 'internal')),
  channels           text[] not null default '{WEB,APP,SPORTELLO,TELEFONO,FARMACIA,MMG}'
                     check (channels <@ '{WEB,APP,SPORTELLO,TELEFONO,FARMACIA,MMG,TELEMEDICINA}'::text[]),
  visible            boolean not null default true,
  lowest_rank        smallint not null default 3 check (lowest_rank between 0 and 9),
  opening_lead_hours smallint not null default 1 check (opening_lead_hours >= 0),
  horizon_days       smallint not null default 180 check (horizon_days between 1 and 730),
  hold_minutes       smallint not null default 10 check (hold_minutes between 1 and 60),
  overbooking        smallint not null default 0 check (overbooking between 0 and 100),
  residents_of       uuid[],
  -- Copied from the place, so that search and calendar read one table.
  istat_code         text not null references registry.municipality (istat_code),
  latitude           double precision not null,
  longitude          double precision not null,
  materialised_to    date,
  group_no           integer references scheduling.offer_group (no)
);
comment on column scheduling.schedule.asl_id is 'Health authority of the territory of the place';
comment on column scheduling.schedule.lowest_rank is 'Rank of the least urgent class of this agenda: an unreserved slot is open to it and all before it';
comment on column scheduling.schedule.opening_lead_hours is 'Slots that start sooner than this can no longer be taken';
comment on column scheduling.schedule.overbooking is 'Per cent of the seats of a day that may be given beyond capacity';
comment on column scheduling.schedule.residents_of is 'Health authorities whose residents alone may book; null is everybody';
create index schedule_at on scheduling.schedule (location_id);
create index schedule_of_organisation on scheduling.schedule (organisation_id);
create index schedule_to_materialise on scheduling.schedule (materialised_to);
create index schedule_of_group on scheduling.schedule (group_no);

create table scheduling.schedule_service (
  schedule_id  uuid not null references scheduling.schedule (id),
  service_id   uuid not null references registry.service (id),
  minutes      smallint check (minutes between 5 and 480),
  max_rank     smallint not null default 9,
  age_min      smallint not null default 0,
  age_max      smallint not null default 130,
  sex          text check (sex in ('M', 'F')),
  note         jsonb not null default '{}',
  primary key (service_id, schedule_id),
  constraint schedule_service_ages check (age_min <= age_max)
);
comment on column scheduling.schedule_service.minutes is 'Length of the service here, when it is not the slot''s';
comment on column scheduling.schedule_service.max_rank is 'Least urgent class admitted';
comment on column scheduling.schedule_service.note is 'What to do before, here: {it, en}';
create index schedule_service_of on scheduling.schedule_service (schedule_id);
-- Release of unused reserved slots, as data: a slot reserved to class `reserved_for` opens to `opens_to` some working
-- days before it starts. `plan` names a set of such rules.
create table scheduling.release_rule (
  plan         text not null,
  reserved_for smallint not null check (reserved_for >= 0),
  opens_to     smallint not null,
  working_days smallint not null check (working_days between 0 and 60),
  valid        daterange not null,
  source       text not null,
  constraint release_rule_opens check (opens_to > reserved_for),
  constraint release_rule_once exclude using gist (plan with =, reserved_for with =, opens_to with =, valid with &&)
);
insert into scheduling.release_rule values
  ('standard', 0, 1, 1, '(,)', 'Regional configuration: unused urgent slots open to class B one working day before'),
  ('standard', 1, 2, 5, '(,)', 'Regional configuration: B opens to D five working days before'),
  ('standard', 2, 3, 15, '(,)', 'Regional configuration: D opens to P fifteen working days before');

-- Weekly pattern of a session. `quotas[n]` slots of each session are reserved to the n-th class: {1,2} keeps one for the
-- most urgent and two for the next. Times are Rome's wall clock.
create table scheduling.template (
  id            uuid primary key,
  schedule_id   uuid not null references scheduling.schedule (id),
  weekday       smallint not null check (weekday between 1 and 7),
  parity        text not null default 'every' check (parity in ('every', 'odd', 'even')),
  starts        time not null,
  ends          time not null,
  slot_minutes  smallint not null check (slot_minutes between 5 and 480),
  capacity      smallint not null default 1 check (capacity between 1 and 200),
  quotas        smallint[] not null default '{}' check (0 <= all (quotas) and cardinality(quotas) <= 10),
  release_plan  text default 'standard',
  on_holidays   boolean not null default false,
  room          text,
  valid         daterange not null,
  constraint template_hours check (starts < ends)
);
comment on column scheduling.template.parity is 'ISO weeks in which it is held';
create index template_of_schedule on scheduling.template (schedule_id);

-- Where an agenda departs from its templates: closed, held in another room, or with one session more.
create table scheduling.exception (
  id           uuid primary key,
  schedule_id  uuid not null references scheduling.schedule (id),
  kind         text not null check (kind in ('closure', 'extra', 'room')),
  during       tstzrange not null,
  slot_minutes smallint check (slot_minutes between 5 and 480),
  capacity     smallint check (capacity between 1 and 200),
  room         text,
  reason       text not null check (length(reason) between 3 and 300),
  approved_by  text not null check (length(approved_by) between 2 and 120),
  created_at   timestamptz not null default now(),
  ended_at     timestamptz,
  constraint exception_bounded check (not lower_inf(during) and not upper_inf(during) and not isempty(during)),
  constraint exception_extra check (kind <> 'extra' or (slot_minutes is not null and capacity is not null)),
  constraint exception_room check (kind <> 'room' or room is not null)
);
create index exception_of_schedule on scheduling.exception using gist (schedule_id, during);

-- Days on which nobody works: everywhere, or in the places of one municipality (patron saint).
create table scheduling.holiday (
  day         date not null,
  istat_code  text references registry.municipality (istat_code),
  constraint holiday_once unique nulls not distinct (day, istat_code)
);

-- The id of the slot a template (or extra session) gives at an instant: the start in milliseconds, then a digest of the
-- source. The same template never makes two slots of one start, however often it is unrolled. Without a source: the
-- lowest id of that instant.
create function scheduling.slot_id(starts_at timestamptz, source_digest text default repeat('0', 32)) returns uuid
language sql stable parallel safe as $$
  select (lpad(to_hex((extract(epoch from starts_at) * 1000)::bigint), 12, '0') || '8' || substr(source_digest, 1, 3)
    || '8' || substr(source_digest, 4, 15))::uuid
$$;

-- A slot with its free seats (FHIR Slot). A request of rank c may take a seat iff c <= open_to. Seat numbers above
-- `capacity` are overbooked ones. The id begins with the start, so ids are in the order of time.
create table scheduling.slot (
  schedule_id  uuid not null references scheduling.schedule (id),
  id           uuid not null,
  template_id  uuid references scheduling.template (id),
  group_no     integer,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  capacity     smallint not null,
  reserved_for smallint not null,
  open_to      smallint not null,
  last_seat    smallint,
  suspended    boolean not null default false,
  has_room     boolean not null generated always as (free_seats <> '{}' and not suspended) stored,
  free_seats   smallint[] not null,
  extra_seats  smallint[],
  room         text,
  primary key (schedule_id, id),
  constraint slot_hours check (starts_at < ends_at),
  constraint slot_id_tells_start
    check (substr(uuid_send(id), 1, 6) = substr(int8send((extract(epoch from starts_at) * 1000)::bigint), 3, 6)),
  constraint slot_seats check (cardinality(free_seats) <= capacity),
  constraint slot_release check (open_to >= reserved_for)
);
comment on column scheduling.slot.reserved_for is 'Class the slot was made for; open_to grows from here as unused slots are released';
comment on column scheduling.slot.last_seat is 'Seat given last: lets the statement that takes a seat return its number';
comment on column scheduling.slot.extra_seats is 'Overbooked seats now given, in rising order; null is none';
comment on column scheduling.slot.suspended is 'Closed to new bookings; people already booked stay booked until they are placed elsewhere';
-- Only what can still be taken: full days cost a search nothing. The class comes before the time, so that slots reserved
-- to more urgent classes cost nothing either; the id is the time. By agenda, and by group of agendas.
create index slot_free on scheduling.slot (schedule_id, open_to, id) where has_room;
create index slot_free_in_group on scheduling.slot (group_no, open_to, id) where has_room;

-- What the release of reserved slots did, per run, for whoever asks why a seat went to another class.
create table scheduling.release_log (
  at           timestamptz not null,
  plan         text not null,
  reserved_for smallint not null,
  opens_to     smallint not null,
  slots        bigint not null,
  primary key (at, plan, reserved_for, opens_to)
);

-- The digest of everything that decides who may book an agenda and how.
create function scheduling.group_digests(schedules uuid[]) returns table (schedule_id uuid, digest uuid)
language sql stable as $$
  select s.id, md5(row(s.asl_id, s.regime, s.access_type, s.channels, s.visible, s.lowest_rank, s.opening_lead_hours, s.residents_of,
    string_agg(row(v.service_id, v.max_rank, v.age_min, v.age_max, v.sex)::text, ';' order by v.service_id))::text)::uuid
  from scheduling.schedule s join scheduling.schedule_service v on v.schedule_id = s.id
  where s.id = any (schedules)
  group by s.id
$$;

-- Puts agendas into the group that fits their services and access, and tells their coming slots.
create function scheduling.regroup(schedules uuid[]) returns void language sql as $$
  insert into scheduling.offer_group (digest, asl_id, regime, access_type, channels, visible, lowest_rank, opening_lead_hours, residents_of)
  select distinct on (w.digest) w.digest, s.asl_id, s.regime, s.access_type, s.channels, s.visible, s.lowest_rank, s.opening_lead_hours, s.residents_of
  from scheduling.group_digests(schedules) w join scheduling.schedule s on s.id = w.schedule_id
  on conflict do nothing;

  insert into scheduling.offer_group_service (service_id, asl_id, group_no, max_rank, age_min, age_max, sex)
  select v.service_id, g.asl_id, g.no, v.max_rank, v.age_min, v.age_max, v.sex
  from (select distinct on (digest) digest, schedule_id from scheduling.group_digests(schedules)) w
  join scheduling.offer_group g on g.digest = w.digest
  join scheduling.schedule_service v on v.schedule_id = w.schedule_id
  on conflict do nothing;

  update scheduling.schedule s set group_no = g.no
  from unnest(schedules) wished(id)
  left join scheduling.group_digests(schedules) w on w.schedule_id = wished.id
  left join scheduling.offer_group g on g.digest = w.digest
  where s.id = wished.id and s.group_no is distinct from g.no;

  update scheduling.slot l set group_no = s.group_no
  from scheduling.schedule s
  where s.id = any (schedules) and l.schedule_id = s.id and l.group_no is distinct from s.group_no and l.starts_at > now();
$$;

create function scheduling.regroup_changed() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'schedule' then
    perform scheduling.regroup(array[new.id]);
  elsif tg_op = 'INSERT' then
    perform scheduling.regroup(array(select distinct schedule_id from new_rows));
  elsif tg_op = 'DELETE' then
    perform scheduling.regroup(array(select distinct schedule_id from old_rows));
  else
    perform scheduling.regroup(array(select schedule_id from new_rows union select schedule_id from old_rows));
  end if;
  return null;
end $$;
create trigger schedule_regroup
  after update of asl_id, regime, access_type, channels, visible, lowest_rank, opening_lead_hours, residents_of
  on scheduling.schedule for each row execute function scheduling.regroup_changed();
create trigger schedule_service_added after insert on scheduling.schedule_service
  referencing new table as new_rows for each statement execute function scheduling.regroup_changed();
create trigger schedule_service_removed after delete on scheduling.schedule_service
  referencing old table as old_rows for each statement execute function scheduling.regroup_changed();
create trigger schedule_service_changed after update on scheduling.schedule_service
  referencing old table as old_rows new table as new_rows for each statement execute function scheduling.regroup_changed();
