-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Appointments: seats taken by people, their states, and the statements that take and return a seat.

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
revoke insert, update, delete on scheduling.appointment_transition from sinfonia_app;

-- A seat taken by a person (FHIR Appointment).
create table scheduling.appointment (
  id           uuid primary key,
  schedule_id  uuid not null,
  slot_id      uuid not null,
  seat         smallint not null check (seat > 0),
  overbooked   boolean not null default false,
  patient_id   uuid not null references registry.person (id),
  service_id   uuid not null references registry.service (id),
  nth          smallint not null default 1 check (nth between 1 and 20),
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
  moves        smallint not null default 0,
  constraint appointment_slot foreign key (schedule_id, slot_id) references scheduling.slot (schedule_id, id),
  constraint appointment_held_until check (state <> 'held' or held_until is not null),
  -- One person is never in two places at once.
  constraint appointment_no_overlap exclude using gist (patient_id with =, tstzrange(starts_at, ends_at) with &&)
    where (state in ('held', 'booked', 'arrived')) deferrable initially immediate
);
comment on column scheduling.appointment.nth is 'Which of several places for the same service taken by one request';
comment on column scheduling.appointment.requested_at is 'First contact of the patient; a move keeps it, so waits are measured from the first request';
-- Second fence behind the conditional write on the slot: a seat has one live appointment.
create unique index appointment_one_per_seat on scheduling.appointment (schedule_id, slot_id, seat)
  where state in ('held', 'booked', 'arrived', 'fulfilled', 'noshow', 'not-performed');
create unique index appointment_one_hold on scheduling.appointment (patient_id, service_id, nth) where state = 'held';
create index appointment_hold_expiry on scheduling.appointment (held_until) where state = 'held';
create index appointment_of_patient on scheduling.appointment (patient_id, starts_at);
create index appointment_of_schedule on scheduling.appointment (schedule_id, starts_at);
select platform.protect('scheduling.appointment');

create function scheduling.check_transition() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state not in ('held', 'booked') then
      raise exception 'an appointment cannot begin as %', new.state
        using errcode = 'check_violation', constraint = 'appointment_transition';
    end if;
  elsif not exists (
    select from scheduling.appointment_transition where from_state = old.state and to_state = new.state
  ) then
    raise exception 'an appointment that is % cannot become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'appointment_transition';
  end if;
  return new;
end $$;
create trigger appointment_begins before insert on scheduling.appointment
  for each row execute function scheduling.check_transition();
create trigger appointment_state before update of state on scheduling.appointment
  for each row when (old.state is distinct from new.state) execute function scheduling.check_transition();

-- One statement takes a seat: PostgreSQL re-evaluates the condition under the row lock, so no seat is given twice.
-- Returns no row when the slot has no seat for this class any more, or the agenda does not give this service to this class
-- on this channel.
create function scheduling.take_seat(
  schedule uuid, slot uuid, new_id uuid, patient uuid, service uuid, nth_place smallint, class_rank smallint,
  until timestamptz, at timestamptz, via text, requested timestamptz
) returns table (id uuid, starts_at timestamptz, ends_at timestamptz) language sql as $$
  with taken as (
    update scheduling.slot s
    set last_seat = s.free_seats[1], free_seats = s.free_seats[2:]
    where s.schedule_id = schedule and s.id = slot and s.has_room and s.open_to >= class_rank and s.starts_at > at
      and exists (
        select from scheduling.schedule_service ss join scheduling.schedule d on d.id = ss.schedule_id
        where ss.service_id = service and ss.schedule_id = schedule and ss.max_rank >= class_rank
          and via = any (d.channels) and (d.visible or via not in ('WEB', 'APP')))
    returning s.starts_at, s.ends_at, s.last_seat
  )
  insert into scheduling.appointment as a (id, schedule_id, slot_id, seat, patient_id, service_id, nth, rank, state,
    starts_at, ends_at, held_until, channel, requested_at, created_at)
  select new_id, schedule, slot, t.last_seat, patient, service, nth_place, class_rank, 'held',
    t.starts_at, t.ends_at, until, via, requested, at
  from taken t
  returning a.id, a.starts_at, a.ends_at
$$;

-- Puts a seat back. Overbooked seats (numbers above the capacity) vanish; a seat that is already free stays one seat.
create function scheduling.return_seat(schedule uuid, slot uuid, seat smallint) returns void language sql as $$
  update scheduling.slot s
  set free_seats = case when seat <= s.capacity and not seat = any (s.free_seats) then array_append(s.free_seats, seat) else s.free_seats end,
      extra_seats = nullif(array_remove(s.extra_seats, seat), '{}')
  where s.schedule_id = schedule and s.id = slot
$$;

-- Gives a seat beyond capacity, with a number of its own, within the share the agenda allows per day.
-- Returns no row when the slot is over or that share is used up.
create function scheduling.overbook_seat(
  schedule uuid, slot uuid, new_id uuid, patient uuid, service uuid, class_rank smallint,
  at timestamptz, via text, requested timestamptz
) returns table (id uuid, starts_at timestamptz, ends_at timestamptz) language plpgsql as $$
declare
  session_day date;
begin
  -- One overbooking of an agenda at a time: the share is counted over the whole day.
  perform from scheduling.schedule s where s.id = schedule for no key update;
  select (l.starts_at at time zone 'Europe/Rome')::date into session_day
  from scheduling.slot l where l.schedule_id = schedule and l.id = slot;
  return query
  with day as (
    select sum(l.capacity) * max(s.overbooking) / 100 - coalesce(sum(cardinality(l.extra_seats)), 0) as left_over
    from scheduling.slot l join scheduling.schedule s on s.id = l.schedule_id
    where l.schedule_id = schedule and not l.suspended
      and l.id >= scheduling.slot_id(session_day::timestamp at time zone 'Europe/Rome')
      and l.id < scheduling.slot_id((session_day + 1)::timestamp at time zone 'Europe/Rome')
  ), given as (
    update scheduling.slot l
    set last_seat = l.capacity + coalesce(l.extra_seats[cardinality(l.extra_seats)] - l.capacity, 0) + 1,
        extra_seats = array_append(l.extra_seats, (l.capacity + coalesce(l.extra_seats[cardinality(l.extra_seats)] - l.capacity, 0) + 1)::smallint)
    from day
    where l.schedule_id = schedule and l.id = slot and not l.suspended and l.starts_at > at and day.left_over >= 1
    returning l.starts_at, l.ends_at, l.last_seat
  )
  insert into scheduling.appointment as a (id, schedule_id, slot_id, seat, overbooked, patient_id, service_id, rank, state,
    starts_at, ends_at, channel, requested_at, created_at)
  select new_id, schedule, slot, g.last_seat, true, patient, service, class_rank, 'booked',
    g.starts_at, g.ends_at, via, requested, at
  from given g
  returning a.id, a.starts_at, a.ends_at;
end $$;
