-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The search for free places.

-- Kilometres along the surface between two points (haversine).
create function scheduling.km(lat1 float8, lon1 float8, lat2 float8, lon2 float8) returns float8
language sql immutable parallel safe as $$
  select round((12742 * asin(sqrt(
    power(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2)
  )))::numeric, 1)::float8
$$;

-- Free slots of a service, earliest or nearest first: each candidate agenda gives its first few, read from the index of
-- free slots once per class it may use, and these are merged. So the time depends on the number of agendas, not of slots.
-- `per_agenda` slots at most of one agenda keep one clinic's morning from hiding the others; with few candidates, as many
-- as fill the page. A function, so that it is planned once per connection.
create function scheduling.find_offers(
  service uuid, class_rank smallint, at timestamptz, not_before timestamptz, not_after timestamptz, half_day text,
  week_days smallint[], only_place uuid, only_organisation uuid, asl uuid[], outside boolean, home_latitude float8, home_longitude float8,
  by_distance boolean, age smallint, patient_sex text, residence uuid, via text, access text, regimes text[],
  per_agenda integer, page integer, after_km float8, after_at timestamptz, after_id uuid
) returns table (
  "scheduleId" uuid, "slotId" uuid, "startsAt" text, "endsAt" text, "locationId" uuid, "aslId" uuid, "place" text, address text,
  municipality text, latitude float8, longitude float8, "organisationId" uuid, "organisation" text, "distanceKm" float8
) language plpgsql stable set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  earliest constant timestamptz := greatest(at, not_before, case when by_distance then null else after_at end);
begin
  return query
  with candidate as materialized (
    select s.id, s.location_id, s.organisation_id, s.asl_id, s.lowest_rank, s.latitude as lat, s.longitude as lon,
           greatest(earliest, at + make_interval(hours => s.opening_lead_hours)) as first_start,
           case when by_distance then scheduling.km(home_latitude, home_longitude, s.latitude, s.longitude) end as km
    from scheduling.schedule_service ss
    join scheduling.schedule s on s.id = ss.schedule_id
    where ss.service_id = service and ss.max_rank >= class_rank
      and s.visible and s.regime = any (regimes) and via = any (s.channels)
      and case access when 'internal' then s.access_type = 'internal'
                      when 'any' then s.access_type <> 'internal'
                      else s.access_type in (access, 'both') end
      and (age is null or age between ss.age_min and ss.age_max) and (patient_sex is null or ss.sex is null or ss.sex = patient_sex)
      and (s.residents_of is null or residence = any (s.residents_of))
      and (only_place is null or s.location_id = only_place) and (only_organisation is null or s.organisation_id = only_organisation)
      and (asl is null or (s.asl_id = any (asl)) <> outside)
  ), share as (
    select greatest(per_agenda, ceil(page::numeric / greatest(count(*), 1)))::integer as each from candidate
  ), chosen as (
    select c.id as schedule_id, f.id, f.starts_at, f.ends_at, c.location_id, c.organisation_id, c.asl_id, c.lat, c.lon, c.km
    from candidate c
    cross join lateral (
      select t.id, t.starts_at, t.ends_at
      from generate_series(class_rank::integer, c.lowest_rank::integer) r(class)
      cross join lateral (
        select l.id, l.starts_at, l.ends_at
        from scheduling.slot l
        where l.schedule_id = c.id and l.has_room and l.open_to = r.class
          and l.starts_at >= c.first_start and (not_after is null or l.starts_at <= not_after)
          and (half_day is null or (extract(hour from l.starts_at at time zone 'Europe/Rome') < 13) = (half_day = 'am'))
          and (week_days is null or extract(isodow from l.starts_at at time zone 'Europe/Rome') = any (week_days))
          and (by_distance or after_at is null or (l.starts_at, l.id) > (after_at, after_id))
        order by l.starts_at
        limit (select each from share)
      ) t
      order by t.starts_at, t.id
      limit (select each from share)
    ) f
    where not by_distance or after_km is null or (c.km, f.starts_at, f.id) > (after_km, after_at, after_id)
    order by c.km, f.starts_at, f.id
    limit page
  )
  select o.schedule_id, o.id, to_char(o.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
         to_char(o.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
         o.location_id, o.asl_id, l.name, l.address, m.name, o.lat, o.lon, o.organisation_id, g.name,
         coalesce(o.km, scheduling.km(home_latitude, home_longitude, o.lat, o.lon))
  from chosen o
  join registry.location l on l.id = o.location_id
  join registry.municipality m on m.istat_code = l.istat_code
  join registry.organisation g on g.id = o.organisation_id
  order by o.km, o.starts_at, o.id;
end $$;

-- The first days on which all these services (one per line) have a free place at one location, earliest first: a set that
-- spares the patient a second journey. Whether the times fit one after another is for the caller to see.
create function scheduling.find_common_days(
  services uuid[], class_rank smallint, at timestamptz, not_before timestamptz, not_after timestamptz, half_day text,
  week_days smallint[], only_place uuid, only_organisation uuid, asl uuid[], outside boolean, age smallint, patient_sex text,
  residence uuid, via text, access text[], regimes text[], days integer
) returns table (location_id uuid, day date)
language plpgsql stable set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return query
  with line as (
    select u.service, u.access, u.nth from unnest(services, access) with ordinality u(service, access, nth)
  ), candidate as (
    select w.nth, s.id, s.location_id, s.opening_lead_hours
    from line w
    join scheduling.schedule_service ss on ss.service_id = w.service and ss.max_rank >= class_rank
    join scheduling.schedule s on s.id = ss.schedule_id
    where s.visible and s.regime = any (regimes) and via = any (s.channels)
      and case w.access when 'internal' then s.access_type = 'internal'
                        when 'any' then s.access_type <> 'internal'
                        else s.access_type in (w.access, 'both') end
      and (age is null or age between ss.age_min and ss.age_max) and (patient_sex is null or ss.sex is null or ss.sex = patient_sex)
      and (s.residents_of is null or residence = any (s.residents_of))
      and (only_place is null or s.location_id = only_place) and (only_organisation is null or s.organisation_id = only_organisation)
      and (asl is null or (s.asl_id = any (asl)) <> outside)
  ), complete as (
    select c.location_id from candidate c group by c.location_id having count(distinct c.nth) = cardinality(services)
  ), line_day as (
    select distinct c.nth, c.location_id, (l.starts_at at time zone 'Europe/Rome')::date as day
    from complete k
    join candidate c on c.location_id = k.location_id
    join scheduling.slot l on l.schedule_id = c.id
    where l.has_room and l.open_to >= class_rank
      and l.starts_at >= greatest(not_before, at + make_interval(hours => c.opening_lead_hours)) and l.starts_at <= not_after
      and (half_day is null or (extract(hour from l.starts_at at time zone 'Europe/Rome') < 13) = (half_day = 'am'))
      and (week_days is null or extract(isodow from l.starts_at at time zone 'Europe/Rome') = any (week_days))
  )
  select d.location_id, d.day from line_day d
  group by d.location_id, d.day having count(*) = cardinality(services)
  order by d.day, d.location_id limit days;
end $$;
