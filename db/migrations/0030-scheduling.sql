-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The scheduling engine: agendas, templates, slots, appointments. It knows no prescriptions: a class is a rank, lower is
-- more urgent. Rows of an agenda carry schedule_id, the key by which they would be distributed.

select platform.room('scheduling');

-- An agenda (FHIR Schedule).
create table scheduling.schedule (
  id                 uuid primary key,
  code               text not null constraint schedule_code unique,
  name               text not null,
  organisation_id    uuid not null references registry.organisation (id),
  location_id        uuid not null references registry.location (id),
  asl_id             uuid not null references registry.organisation (id),
  room               text,
  regime             text not null default 'SSN' check (regime in ('SSN', 'ALPI', 'PRIV', 'CONV')),
  access_type        text not null check (access_type in ('first', 'follow-up', 'both', 'internal')),
  channels           text[] not null default '{WEB,APP,SPORTELLO,TELEFONO,FARMACIA,MMG}',
  visible            boolean not null default true,
  opening_lead_hours smallint not null default 1 check (opening_lead_hours >= 0),
  horizon_days       smallint not null default 180 check (horizon_days between 1 and 730),
  overbooking        smallint not null default 0 check (overbooking between 0 and 20),
  -- Copied from the place so that the search by distance reads one table.
  latitude           double precision not null,
  longitude          double precision not null,
  materialised_to    date
);
create index schedule_at on scheduling.schedule (location_id);
create index schedule_of_organisation on scheduling.schedule (organisation_id);

create table scheduling.schedule_service (
  schedule_id  uuid not null references scheduling.schedule (id),
  service_id   uuid not null references registry.service (id),
  max_rank     smallint not null default 9,
  age_min      smallint not null default 0,
  age_max      smallint not null default 130,
  sex          text check (sex in ('M', 'F')),
  note         jsonb not null default '{}',
  primary key (service_id, schedule_id)
);
comment on column scheduling.schedule_service.max_rank is 'Least urgent class admitted';
create index schedule_service_of on scheduling.schedule_service (schedule_id);

-- Weekly pattern. `quotas` gives seats of each session reserved to a class and the more urgent ones: {"0": 2, "1": 3}.
create table scheduling.template (
  id           uuid primary key,
  schedule_id  uuid not null references scheduling.schedule (id),
  weekday      smallint not null check (weekday between 1 and 7),
  parity       text not null default 'every' check (parity in ('every', 'odd', 'even')),
  starts       time not null,
  ends         time not null,
  slot_minutes smallint not null check (slot_minutes between 5 and 480),
  capacity     smallint not null default 1 check (capacity between 1 and 200),
  quotas       jsonb not null default '{}',
  valid        daterange not null,
  check (starts < ends),
  constraint template_once exclude using gist (
    schedule_id with =, weekday with =, int4range(extract(epoch from starts)::int, extract(epoch from ends)::int) with &&, valid with &&
  ) where (parity = 'every')
);
create index template_of_schedule on scheduling.template (schedule_id);

-- Days on which an agenda does not follow its templates.
create table scheduling.exception (
  id          uuid primary key,
  schedule_id uuid not null references scheduling.schedule (id),
  kind        text not null check (kind in ('closure', 'extra')),
  during      tstzrange not null,
  slot_minutes smallint check (slot_minutes between 5 and 480),
  capacity    smallint check (capacity between 1 and 200),
  reason      text not null check (length(reason) between 3 and 300),
  approved_by text not null,
  created_at  timestamptz not null default now(),
  check (kind = 'closure' or (slot_minutes is not null and capacity is not null))
);
create index exception_of_schedule on scheduling.exception using gist (schedule_id, during);

-- A slot with its free seats (FHIR Slot). A request of rank c may take it iff c <= open_to. Seat numbers above `capacity`
-- are overbooked ones.
create table scheduling.slot (
  schedule_id uuid not null,
  id          uuid not null,
  starts_at   timestamptz not null,
  ends_at     timestamptz not null,
  capacity    smallint not null,
  open_to     smallint not null,
  suspended   boolean not null default false,
  free_seats  smallint[] not null,
  last_seat   smallint,
  primary key (schedule_id, id),
  check (starts_at < ends_at),
  constraint slot_seats check (cardinality(free_seats) <= capacity)
);
-- Only what can still be taken: full days cost a search nothing.
create index slot_free on scheduling.slot (schedule_id, starts_at, open_to) include (id, ends_at) where free_seats <> '{}' and not suspended;
create index slot_by_time on scheduling.slot (schedule_id, starts_at);
create index slot_to_release on scheduling.slot (open_to, starts_at) where free_seats <> '{}' and open_to < 3;

-- Legal moves of an appointment's state: the same table as `transitions` in src/server/engines/scheduling/rules.ts.
create table scheduling.appointment_transition (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into scheduling.appointment_transition values
  ('held', 'booked'), ('held', 'expired'), ('held', 'released'),
  ('booked', 'arrived'), ('booked', 'cancelled-by-patient'), ('booked', 'cancelled-by-provider'), ('booked', 'moved'),
  ('booked', 'noshow'), ('booked', 'entered-in-error'),
  ('arrived', 'fulfilled'), ('arrived', 'not-performed'), ('arrived', 'entered-in-error');

-- A seat taken by a person (FHIR Appointment).
create table scheduling.appointment (
  id           uuid primary key,
  schedule_id  uuid not null,
  slot_id      uuid not null,
  seat         smallint not null check (seat > 0),
  patient_id   uuid not null references registry.person (id),
  service_id   uuid not null references registry.service (id),
  rank         smallint not null,
  state        text not null check (state in ('held', 'booked', 'arrived', 'fulfilled', 'expired', 'released',
                 'cancelled-by-patient', 'cancelled-by-provider', 'moved', 'noshow', 'not-performed', 'entered-in-error')),
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  held_until   timestamptz,
  channel      text not null,
  requested_at timestamptz not null,
  created_at   timestamptz not null,
  moved_from   uuid references scheduling.appointment (id),
  foreign key (schedule_id, slot_id) references scheduling.slot (schedule_id, id),
  check (state <> 'held' or held_until is not null),
  -- One person is never in two places at once.
  constraint appointment_no_overlap exclude using gist (patient_id with =, tstzrange(starts_at, ends_at) with &&)
    where (state in ('held', 'booked', 'arrived')) deferrable initially immediate
);
-- Second fence behind the conditional write on the slot: a seat has one live appointment.
create unique index appointment_one_per_seat on scheduling.appointment (schedule_id, slot_id, seat)
  where state in ('held', 'booked', 'arrived', 'fulfilled');
create unique index appointment_one_hold on scheduling.appointment (patient_id, service_id) where state = 'held';
create index appointment_hold_expiry on scheduling.appointment (held_until) where state = 'held';
create index appointment_of_patient on scheduling.appointment (patient_id, starts_at);
create index appointment_in_slot on scheduling.appointment (schedule_id, starts_at);
select platform.protect('scheduling.appointment');

create function scheduling.check_transition() returns trigger language plpgsql as $$
begin
  if not exists (select from scheduling.appointment_transition where from_state = old.state and to_state = new.state) then
    raise exception 'an appointment that is % cannot become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'appointment_transition';
  end if;
  return new;
end $$;
create trigger appointment_state before update of state on scheduling.appointment
  for each row when (old.state is distinct from new.state) execute function scheduling.check_transition();

-- What the release of class quotas did, per run: it can be explained to who asks.
create table scheduling.quota_release (
  id         uuid primary key,
  at         timestamptz not null,
  from_rank  smallint not null,
  to_rank    smallint not null,
  until      timestamptz not null,
  slots      integer not null
);

-- Release cascade of unused reserved seats, as data: class `from_rank` opens to `to_rank` some working days before.
create table scheduling.quota_rule (
  from_rank    smallint not null,
  to_rank      smallint not null,
  working_days smallint not null,
  valid        daterange not null,
  source       text not null,
  check (from_rank < to_rank),
  constraint quota_rule_once exclude using gist (from_rank with =, valid with &&)
);
insert into scheduling.quota_rule values
  (0, 1, 1, '(,)', 'Regional configuration: unused urgent seats open to class B one working day before'),
  (1, 2, 5, '(,)', 'Regional configuration: B opens to D five working days before'),
  (2, 3, 15, '(,)', 'Regional configuration: D opens to P fifteen working days before');

-- One statement takes a seat: PostgreSQL re-evaluates the condition under the row lock, so no seat is given twice.
create function scheduling.take_seat(
  schedule uuid, slot uuid, new_id uuid, patient uuid, service uuid, class_rank smallint, until timestamptz,
  at timestamptz, via text, requested timestamptz
) returns table (starts_at timestamptz, ends_at timestamptz) language sql as $$
  with taken as (
    update scheduling.slot s
    set last_seat = s.free_seats[1], free_seats = s.free_seats[2:]
    where s.schedule_id = schedule and s.id = slot
      and s.free_seats <> '{}' and not s.suspended and s.open_to >= class_rank and s.starts_at > at
    returning s.starts_at, s.ends_at, s.last_seat
  )
  insert into scheduling.appointment as a
    (id, schedule_id, slot_id, seat, patient_id, service_id, rank, state, starts_at, ends_at, held_until, channel, requested_at, created_at)
  select new_id, schedule, slot, t.last_seat, patient, service, class_rank,
         'held', t.starts_at, t.ends_at, until, via, requested, at
  from taken t
  returning a.starts_at, a.ends_at
$$;

-- Puts a seat back. Overbooked seats (numbers above the capacity) vanish.
create function scheduling.return_seat(schedule uuid, slot uuid, seat smallint) returns void language sql as $$
  update scheduling.slot s set free_seats = array_append(s.free_seats, seat)
  where s.schedule_id = schedule and s.id = slot and seat <= s.capacity and not seat = any (s.free_seats)
$$;

-- Turns templates and extra sessions into slots for some days, in one statement; doing it twice changes nothing.
-- Civil times are Rome's: a session keeps its hours when the clocks change. `closed` are the days nobody works there.
create function scheduling.materialise(schedule uuid, first_day date, last_day date, closed date[]) returns integer
language plpgsql as $$
declare
  made integer;
begin
  with session as (
    select t.id::text || d.day::text as key, t.slot_minutes, t.capacity, t.quotas,
           (d.day + t.starts) at time zone 'Europe/Rome' as starts_at, (d.day + t.ends) at time zone 'Europe/Rome' as ends_at
    from generate_series(first_day, last_day, interval '1 day') g(at)
    cross join lateral (select g.at::date as day) d
    join scheduling.template t on t.schedule_id = schedule and t.weekday = extract(isodow from d.day) and t.valid @> d.day
      and (t.parity = 'every' or (t.parity = 'odd') = (extract(week from d.day)::int % 2 = 1))
    where not d.day = any (closed)
    union all
    select e.id::text, e.slot_minutes, e.capacity, '{}', lower(e.during), upper(e.during)
    from scheduling.exception e
    where e.schedule_id = schedule and e.kind = 'extra'
      and (lower(e.during) at time zone 'Europe/Rome')::date between first_day and last_day
  ), raw as (
    select s.*, start, row_number() over (partition by s.key order by start) as position
    from session s
    cross join lateral generate_series(s.starts_at, s.ends_at - make_interval(mins => s.slot_minutes), make_interval(mins => s.slot_minutes)) start
  )
  insert into scheduling.slot (schedule_id, id, starts_at, ends_at, capacity, open_to, free_seats)
  select schedule, md5(schedule::text || r.start::text)::uuid, r.start, r.start + make_interval(mins => r.slot_minutes), r.capacity,
         coalesce((
           select min(q.rank) from (
             select key::smallint as rank, sum(value::int) over (order by key::smallint) as upto from jsonb_each_text(r.quotas)
           ) q where r.position <= q.upto
         ), 3),
         array(select n::smallint from generate_series(1, r.capacity) n)
  from raw r
  where not exists (
    select from scheduling.exception e
    where e.schedule_id = schedule and e.kind = 'closure' and e.during && tstzrange(r.start, r.start + make_interval(mins => r.slot_minutes))
  )
  on conflict do nothing;
  get diagnostics made = row_count;
  update scheduling.schedule s set materialised_to = greatest(s.materialised_to, last_day) where s.id = schedule;
  return made;
end $$;

-- Kilometres along the surface between two points.
create function scheduling.km(lat1 float8, lon1 float8, lat2 float8, lon2 float8) returns float8
language sql immutable parallel safe as $$
  select round((12742 * asin(sqrt(
    power(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2)
  )))::numeric, 1)::float8
$$;

-- Free slots of a service: the first ones of each candidate agenda, merged. A function, so that it is planned once per session.
create function scheduling.find_offers(
  service uuid, class_rank smallint, at timestamptz, not_before timestamptz, not_after timestamptz, half_day text,
  week_day smallint, at_place uuid, at_organisation uuid, asl uuid[], outside boolean, home_latitude float8, home_longitude float8,
  by_distance boolean, age smallint, patient_sex text, via text, page integer, after_km float8, after_at timestamptz, after_id uuid
) returns table (
  "scheduleId" uuid, "slotId" uuid, "startsAt" text, "endsAt" text, "locationId" uuid, "aslId" uuid, "place" text, address text,
  municipality text, latitude float8, longitude float8, "organisationId" uuid, "organisation" text, "distanceKm" float8
) language plpgsql stable set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query
  select o.schedule_id, o.id, to_char(o.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
         to_char(o.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
         l.id, o.asl_id, l.name, l.address, m.name, o.lat, o.lon, g.id, g.name, o.km
  from (
    select c.schedule_id, f.id, f.starts_at, f.ends_at, c.location_id, c.organisation_id, c.asl_id, c.lat, c.lon, c.km
    from (
      select s.id as schedule_id, s.location_id, s.organisation_id, s.asl_id, s.latitude as lat, s.longitude as lon,
             scheduling.km(home_latitude, home_longitude, s.latitude, s.longitude) as km,
             greatest(at + make_interval(hours => s.opening_lead_hours), coalesce(not_before, at), case when by_distance then at else coalesce(after_at, at) end) as earliest
      from scheduling.schedule_service ss
      join scheduling.schedule s on s.id = ss.schedule_id
      where ss.service_id = service and ss.max_rank >= class_rank and s.visible and s.access_type <> 'internal'
        and s.regime in ('SSN', 'CONV') and via = any (s.channels)
        and (age is null or age between ss.age_min and ss.age_max) and (patient_sex is null or ss.sex is null or ss.sex = patient_sex)
        and (at_place is null or s.location_id = at_place) and (at_organisation is null or s.organisation_id = at_organisation)
        and (asl is null or (s.asl_id = any (asl)) <> outside)
    ) c
    cross join lateral (
      select t.id, t.starts_at, t.ends_at
      from scheduling.slot t
      where t.schedule_id = c.schedule_id and t.free_seats <> '{}' and not t.suspended and t.open_to >= class_rank
        and t.starts_at >= c.earliest and (not_after is null or t.starts_at <= not_after)
        and (half_day is null or (extract(hour from t.starts_at at time zone 'Europe/Rome') < 13) = (half_day = 'am'))
        and (week_day is null or extract(isodow from t.starts_at at time zone 'Europe/Rome') = week_day)
        and (by_distance or after_at is null or (t.starts_at, t.id) > (after_at, after_id))
      order by t.starts_at
      limit case when by_distance then 3 else page end
    ) f
    where not by_distance or after_km is null or (c.km, f.starts_at, f.id) > (after_km, after_at, after_id)
    order by case when by_distance then c.km else 0 end, f.starts_at, f.id
    limit page
  ) o
  join registry.location l on l.id = o.location_id
  join registry.municipality m on m.istat_code = l.istat_code
  join registry.organisation g on g.id = o.organisation_id
  order by case when by_distance then o.km else 0 end, o.starts_at, o.id;
end $$;
