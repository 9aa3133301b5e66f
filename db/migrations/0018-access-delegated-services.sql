-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A delegation counts only for what it was given for. Everything a citizen can do so far belongs to booking and its payment;
-- a delegation for the health record alone opens none of it.

create or replace function access.patients_of(person uuid, today date) returns uuid[] language plpgsql stable as $$
begin
  return array(
    select person
    union
    select child_id from registry.minor_child where parent_id = person and valid @> today
    union
    select delegator_id from access.delegation
    where delegate_id = person and state = 'active' and valid @> today and 'BOOKING' = any (services)
  );
end $$;
