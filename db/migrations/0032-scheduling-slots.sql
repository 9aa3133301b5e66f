-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- From templates to slots, and the release of reserved ones. Set-based: one statement for any number of agendas and days.

-- The slots that templates and extra sessions of some agendas (all when null) ask for on some days. Sessions keep their
-- wall-clock hours when the clocks change and are cut into slots by real time, so a night session has one hour less in
-- March and one more in October. A slot is left out when a closure touches it or nobody works that day.
create function scheduling.planned_slots(schedules uuid[], first_day date, last_day date)
returns table (
  schedule_id uuid, id uuid, template_id uuid, group_no integer, starts_at timestamptz, ends_at timestamptz, capacity smallint,
  reserved_for smallint, room text
) language sql stable as $$
  with session as (
    select t.schedule_id, t.id as template_id, md5(t.id::text) as digest, make_interval(mins => t.slot_minutes) as length,
           t.capacity, s.lowest_rank, s.group_no, t.room, reserve.upto,
           (d.day + t.starts) at time zone 'Europe/Rome' as opens, (d.day + t.ends) at time zone 'Europe/Rome' as closes
    from scheduling.template t
    join scheduling.schedule s on s.id = t.schedule_id
    -- Running sums of the quotas: slot number n belongs to the first class whose sum reaches n.
    cross join lateral (
      select array_agg((1 + q.upto)::int order by q.class) as upto
      from (select class, sum(share) over (order by class) as upto from unnest(t.quotas) with ordinality u(share, class)) q
    ) reserve
    cross join lateral (
      select g.at::date as day
      from generate_series(
        greatest(first_day, coalesce(lower(t.valid), first_day)), least(last_day, coalesce(upper(t.valid) - 1, last_day)),
        interval '1 day'
      ) g(at)
    ) d
    where (schedules is null or t.schedule_id = any (schedules))
      and t.weekday = extract(isodow from d.day)
      and (t.parity = 'every' or (t.parity = 'odd') = (extract(week from d.day)::int % 2 = 1))
      and (t.on_holidays or not exists (
        select from scheduling.holiday h where h.day = d.day and (h.istat_code is null or h.istat_code = s.istat_code)
      ))
    union all
    select e.schedule_id, null, md5(e.id::text), make_interval(mins => e.slot_minutes), e.capacity, s.lowest_rank, s.group_no, e.room, null,
           lower(e.during), upper(e.during)
    from scheduling.exception e
    join scheduling.schedule s on s.id = e.schedule_id
    where (schedules is null or e.schedule_id = any (schedules)) and e.kind = 'extra' and e.ended_at is null
      and e.during && tstzrange(first_day::timestamp at time zone 'Europe/Rome', (last_day + 1)::timestamp at time zone 'Europe/Rome')
  )
  select s.schedule_id, scheduling.slot_id(cut.at, s.digest), s.template_id, s.group_no, cut.at, cut.at + s.length, s.capacity,
         case when cut.nth < s.upto[cardinality(s.upto)] then least(width_bucket(cut.nth::int, s.upto), s.lowest_rank)
              else s.lowest_rank end::smallint,
         coalesce(elsewhere.room, s.room)
  from session s
  cross join lateral generate_series(s.opens, s.closes - s.length, s.length) with ordinality cut(at, nth)
  left join lateral (
    select e.room from scheduling.exception e
    where e.schedule_id = s.schedule_id and e.kind = 'room' and e.ended_at is null and e.during @> cut.at
    order by e.created_at desc limit 1
  ) elsewhere on true
  where not exists (
    select from scheduling.exception e
    where e.schedule_id = s.schedule_id and e.kind = 'closure' and e.ended_at is null
      and e.during && tstzrange(cut.at, cut.at + s.length)
  )
$$;

-- Makes the slots of some agendas (all when null) that are not there yet. Returns how many were made.
create function scheduling.make_slots(schedules uuid[], first_day date, last_day date) returns bigint language sql as $$
  with made as (
    insert into scheduling.slot
      (schedule_id, id, template_id, group_no, starts_at, ends_at, capacity, reserved_for, open_to, free_seats, room)
    select p.schedule_id, p.id, p.template_id, p.group_no, p.starts_at, p.ends_at, p.capacity, p.reserved_for, p.reserved_for,
           array(select n::smallint from generate_series(1, p.capacity) n), p.room
    from scheduling.planned_slots(schedules, first_day, last_day) p
    on conflict do nothing
    returning 1
  )
  select count(*) from made
$$;

-- The same, and notes how far their horizon now reaches.
create function scheduling.materialise(schedules uuid[], first_day date, last_day date) returns bigint language sql as $$
  update scheduling.schedule s set materialised_to = last_day
  where (schedules is null or s.id = any (schedules)) and (s.materialised_to is null or s.materialised_to < last_day);
  select scheduling.make_slots(schedules, first_day, last_day)
$$;

-- The last day, place by place, that is no more than `days` working days away from today: Monday to Friday outside the
-- holidays there. The first working day after today is one day away, and so are the days off before it.
create function scheduling.within_working_days(today date, days integer) returns table (istat_code text, last_day date)
language sql stable as $$
  with town as (
    select distinct s.istat_code from scheduling.schedule s
  ), ahead as (
    select t.istat_code, d.at::date as day, count(*) filter (
        where extract(isodow from d.at) <= 5 and not exists (
          select from scheduling.holiday h
          where h.day = d.at::date and (h.istat_code is null or h.istat_code = t.istat_code)))
      over (partition by t.istat_code order by d.at rows between unbounded preceding and 1 preceding) as worked
    from town t cross join generate_series(today + 1, today + 2 * days + 30, interval '1 day') d(at)
  )
  select a.istat_code, max(a.day) from ahead a where a.worked < days group by a.istat_code
$$;

-- Opens unused reserved slots to the next classes by the rules in force, and logs what each rule did. A slot already open
-- that far is left alone, so running it again changes nothing. Returns how many slots were opened.
create function scheduling.release_slots(at timestamptz) returns bigint language plpgsql as $$
declare
  today constant date := (at at time zone 'Europe/Rome')::date;
  rule record;
  opened bigint;
  total bigint := 0;
begin
  for rule in
    select r.plan, r.reserved_for, r.opens_to, r.working_days from scheduling.release_rule r
    where r.valid @> today order by r.plan, r.reserved_for, r.opens_to
  loop
    update scheduling.slot l set open_to = least(rule.opens_to, s.lowest_rank)
    from scheduling.within_working_days(today, rule.working_days) w
    join scheduling.schedule s on s.istat_code = w.istat_code
    where l.schedule_id = s.id and l.has_room and l.reserved_for = rule.reserved_for
      and l.open_to = any (array(select generate_series(rule.reserved_for, rule.opens_to - 1)))
      and l.open_to < s.lowest_rank
      and l.id >= scheduling.slot_id(at)
      and l.id < scheduling.slot_id((w.last_day + 1)::timestamp at time zone 'Europe/Rome')
      and rule.plan = coalesce((select t.release_plan from scheduling.template t where t.id = l.template_id), 'none');
    get diagnostics opened = row_count;
    total := total + opened;
    if opened > 0 then
      insert into scheduling.release_log values (at, rule.plan, rule.reserved_for, rule.opens_to, opened);
    end if;
  end loop;
  return total;
end $$;
