-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- For whom a person may act on a day, in which relation and for which services. Death, time and revocation count at once.

create function access.acting_for(person uuid, today date)
returns table (patient_id uuid, relation text, services text[]) language plpgsql stable as $$
#variable_conflict use_column
declare
  everything constant text[] := '{BOOKING,PAYMENT,RECORD,DOCTOR_CHOICE,VACCINATION,EXEMPTION}';
begin
  return query
    -- A minor with an identity of her own does alone what the region's rules list.
    select p.id, 'self', case when registry.of_age_on(p.birth_date) <= today then everything
      else coalesce((select r.minor_services from access.delegation_rule r where r.valid @> today order by r.region limit 1), '{}') end
    from registry.person p where p.id = person
    union all
    select m.child_id, case m.relation when 'guardian' then 'ward' else 'child' end, everything
    from registry.minor_child m where m.parent_id = person and m.valid @> today
    union all
    select d.delegator_id, case when d.court_order is null then 'delegator' else 'ward' end, d.services
    from access.delegation d join registry.person p on p.id = d.delegator_id
    where d.delegate_id = person and d.state = 'active' and d.valid @> today and p.deceased_on is null;
end $$;

create or replace function access.patients_of(person uuid, today date) returns uuid[] language plpgsql stable as $$
begin
  return array(
    select person
    union
    select patient_id from access.acting_for(person, today) where 'BOOKING' = any (services)
  );
end $$;
