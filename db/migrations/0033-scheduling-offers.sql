-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The search for free places.

-- An instant as the interface writes it.
create function scheduling.instant(at timestamptz) returns text language sql stable parallel safe as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

-- Kilometres along the surface between two points (haversine).
create function scheduling.km(lat1 float8, lon1 float8, lat2 float8, lon2 float8) returns float8
language sql immutable parallel safe as $$
  select round(127420 * asin(sqrt(
    power(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2)
  ))) / 10
$$;

-- The groups of agendas that give a service to this patient on this channel: what every search starts from. `asl` keeps to
-- the territory of some health authorities, or (`outside`) leaves it.
create function scheduling.groups_for(
  service uuid, class_rank smallint, asl uuid[], outside boolean, age smallint, patient_sex text, residence uuid, via text,
  access text, regimes text[]
) returns table (no integer, lowest_rank smallint, lead interval) language sql stable as $$
  select g.no, g.lowest_rank, make_interval(hours => g.opening_lead_hours)
  from scheduling.offer_group_service v
  join scheduling.offer_group g on g.no = v.group_no
  where v.service_id = service and v.max_rank >= class_rank
    and (asl is null or outside or v.asl_id = any (asl)) and (not outside or v.asl_id <> all (asl))
    and (age is null or age between v.age_min and v.age_max) and (patient_sex is null or v.sex is null or v.sex = patient_sex)
    and g.visible and g.regime = any (regimes) and via = any (g.channels)
    and case access when 'internal' then g.access_type = 'internal'
                    when 'any' then g.access_type <> 'internal'
                    else g.access_type in (access, 'both') end
    and (g.residents_of is null or residence = any (g.residents_of))
$$;

-- Whether a start lies in the wished half of the day and on the wished ISO weekdays, by Rome's clock.
create function scheduling.suits(starts_at timestamptz, half_day text, week_days smallint[]) returns boolean
language sql stable parallel safe as $$
  select (half_day is null or (extract(hour from starts_at at time zone 'Europe/Rome') < 13) = (half_day = 'am'))
     and (week_days is null or extract(isodow from starts_at at time zone 'Europe/Rome') = any (week_days))
$$;

-- Free slots of a service, earliest or nearest first. By date over a whole area, each group of agendas gives its first free
-- slots, one index range per class, and these are merged: the time depends neither on the number of slots nor of agendas.
-- By distance, at one place or organisation, or with at most `per_agenda` of each agenda, the same is done agenda by agenda.
-- A function, so that it is planned once per connection; its plan must read the indexes in order, hence the settings.
create function scheduling.find_offers(
  service uuid, class_rank smallint, at timestamptz, not_before timestamptz, not_after timestamptz, half_day text,
  week_days smallint[], only_place uuid, only_organisation uuid, asl uuid[], outside boolean, home_latitude float8, home_longitude float8,
  by_distance boolean, age smallint, patient_sex text, residence uuid, via text, access text, regimes text[],
  per_agenda integer, page integer, after_km float8, after_at timestamptz, after_id uuid
) returns table (
  "scheduleId" uuid, "slotId" uuid, "startsAt" text, "endsAt" text, "locationId" uuid, "aslId" uuid, "place" text, address text,
  municipality text, latitude float8, longitude float8, "organisationId" uuid, "organisation" text, "distanceKm" float8
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
        select greatest(scheduling.slot_id(greatest(earliest, at + c.lead)), after_id) as id
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
           s.location_id, s.asl_id, p.name, p.address, m.name, s.latitude, s.longitude, s.organisation_id, g.name,
           scheduling.km(home_latitude, home_longitude, s.latitude, s.longitude)
    from chosen o
    join scheduling.schedule s on s.id = o.schedule_id
    join registry.location p on p.id = s.location_id
    join registry.municipality m on m.istat_code = s.istat_code
    join registry.organisation g on g.id = s.organisation_id
    order by o.id;
  else
    return query
    with candidate as materialized (
      select s.id, s.location_id, s.organisation_id, s.asl_id, s.istat_code, c.lowest_rank, s.latitude as lat, s.longitude as lon,
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
           o.location_id, o.asl_id, p.name, p.address, m.name, o.lat, o.lon, o.organisation_id, g.name,
           coalesce(o.km, scheduling.km(home_latitude, home_longitude, o.lat, o.lon))
    from chosen o
    join registry.location p on p.id = o.location_id
    join registry.municipality m on m.istat_code = o.istat_code
    join registry.organisation g on g.id = o.organisation_id
    order by o.km, o.slot_id;
  end if;
end $$;

-- The first days on which all these services (one per line) have a free place at one location, earliest first: a set that
-- spares the patient a second journey. Whether the times fit one after another is for the caller to see.
create function scheduling.find_common_days(
  services uuid[], class_rank smallint, at timestamptz, not_before timestamptz, not_after timestamptz, half_day text,
  week_days smallint[], only_place uuid, only_organisation uuid, asl uuid[], outside boolean, age smallint, patient_sex text,
  residence uuid, via text, access text[], regimes text[], days integer
) returns table (location_id uuid, day date)
language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
begin
  return query
  with line as (
    select u.service, u.access, u.nth from unnest(services, access) with ordinality u(service, access, nth)
  ), candidate as (
    select w.nth, s.id, s.location_id, g.lead
    from line w
    cross join lateral scheduling.groups_for(w.service, class_rank, asl, outside, age, patient_sex, residence, via, w.access, regimes) g
    join scheduling.schedule s on s.group_no = g.no
    where (only_place is null or s.location_id = only_place) and (only_organisation is null or s.organisation_id = only_organisation)
  ), complete as (
    select c.location_id from candidate c group by c.location_id having count(distinct c.nth) = cardinality(services)
  ), line_day as (
    select distinct c.nth, c.location_id, (l.starts_at at time zone 'Europe/Rome')::date as day
    from complete k
    join candidate c on c.location_id = k.location_id
    join scheduling.slot l on l.schedule_id = c.id
    where l.has_room and l.open_to >= class_rank
      and l.id >= scheduling.slot_id(greatest(not_before, at + c.lead)) and l.starts_at <= not_after
      and scheduling.suits(l.starts_at, half_day, week_days)
  )
  select d.location_id, d.day from line_day d
  group by d.location_id, d.day having count(*) = cardinality(services)
  order by d.day, d.location_id limit days;
end $$;
