-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The search no longer needs the index without what an offer shows, and writes instants without to_char, which cost five times this.

drop index scheduling.slot_free_in_group;

-- An instant as the interface writes it.
create or replace function scheduling.instant(at timestamptz) returns text language sql stable parallel safe as $$
  select replace((at at time zone 'UTC')::timestamp(0)::text, ' ', 'T') || 'Z'
$$;

-- Free slots of a service, earliest or nearest first. By date over a whole area, each group of agendas gives its first free
-- slots, one index range per class, and these are merged: the time depends neither on the number of slots nor of agendas.
-- By distance, at one place or organisation, or with at most `per_agenda` of each agenda, the same is done agenda by agenda.
-- A function, so that it is planned once per connection; its plan must read the indexes in order, hence the settings.
create or replace function scheduling.find_offers(
  service uuid, class_rank smallint, at timestamptz, not_before timestamptz, not_after timestamptz, half_day text,
  week_days smallint[], only_place uuid, only_organisation uuid, asl uuid[], outside boolean, home_latitude float8, home_longitude float8,
  by_distance boolean, age smallint, patient_sex text, residence uuid, via text, access text, regimes text[],
  per_agenda integer, page integer, after_km float8, after_at timestamptz, after_id uuid
) returns table (
  "scheduleId" uuid, "slotId" uuid, "startsAt" text, "endsAt" text, "distanceKm" float8
) language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
  earliest constant timestamptz := greatest(at, not_before);
  last_id constant uuid := scheduling.slot_id(coalesce(not_after, at + interval '10 years') + interval '1 millisecond');
begin
  if not by_distance and only_place is null and only_organisation is null and per_agenda is null then
    return query
    with chosen as (
      select f.schedule_id, f.id, f.starts_at, f.ends_at
      from scheduling.groups_for(service, class_rank, asl, outside, age, patient_sex, residence, via, access, regimes) c
      cross join lateral (
        select greatest(scheduling.slot_id(greatest(earliest, at + c.lead)), after_id) as id offset 0 -- once for each group
      ) start
      cross join lateral generate_series(class_rank::integer, c.lowest_rank::integer) r(class)
      cross join lateral (
        select l.schedule_id, l.id, l.starts_at, l.ends_at
        from scheduling.slot l
        where l.group_no = c.no and l.has_room and l.open_to = r.class and l.id >= start.id and l.id < last_id
          and (after_id is null or l.id > after_id) and scheduling.suits(l.starts_at, half_day, week_days)
        order by l.id
        limit page
      ) f
      order by f.id
      limit page
    )
    select o.schedule_id, o.id, scheduling.instant(o.starts_at), scheduling.instant(o.ends_at),
           case when home_latitude is not null then (
             select scheduling.km(home_latitude, home_longitude, s.latitude, s.longitude)
             from scheduling.schedule s where s.id = o.schedule_id
           ) end
    from chosen o
    order by o.id;
  else
    return query
    with candidate as materialized (
      select s.id, c.lowest_rank, s.latitude as lat, s.longitude as lon,
             scheduling.slot_id(greatest(earliest, at + c.lead)) as first_id,
             case when by_distance then scheduling.km(home_latitude, home_longitude, s.latitude, s.longitude) end as km
      from scheduling.groups_for(service, class_rank, asl, outside, age, patient_sex, residence, via, access, regimes) c
      join scheduling.schedule s on s.group_no = c.no
      where (only_place is null or s.location_id = only_place) and (only_organisation is null or s.organisation_id = only_organisation)
    ), chosen as (
      select c.*, f.id as slot_id, f.starts_at, f.ends_at
      from candidate c
      cross join lateral (
        select t.id, t.starts_at, t.ends_at
        from generate_series(class_rank::integer, c.lowest_rank::integer) r(class)
        cross join lateral (
          select l.id, l.starts_at, l.ends_at
          from scheduling.slot l
          where l.schedule_id = c.id and l.has_room and l.open_to = r.class and l.id >= c.first_id and l.id < last_id
            and (by_distance or after_id is null or l.id > after_id) and scheduling.suits(l.starts_at, half_day, week_days)
          order by l.id
          limit coalesce(per_agenda, page)
        ) t
        order by t.id
        limit coalesce(per_agenda, page)
      ) f
      where not by_distance or after_id is null or (c.km, f.id) > (after_km, after_id)
      order by c.km, f.id
      limit page
    )
    select o.id, o.slot_id, scheduling.instant(o.starts_at), scheduling.instant(o.ends_at),
           coalesce(o.km, scheduling.km(home_latitude, home_longitude, o.lat, o.lon))
    from chosen o
    order by o.km, o.slot_id;
  end if;
end $$;
