-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Noting that a booking needs a lock happens for every booking of the region: one statement instead of a transaction of
-- four. The function acts as the system, like every other change of custody.

create function prescriptions.want(id uuid, nre text, patient_id uuid, patient_code text, at timestamptz, token uuid)
returns table (custody_id uuid, first_wanted_at timestamptz, release_ends_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare
  asker text := coalesce(current_setting('app.role', true), '');
begin
  perform set_config('app.role', 'system', true);
  return query insert into prescriptions.custody as held (id, nre, patient_id, patient_code, wanted_since, token)
  values (want.id, want.nre, want.patient_id, want.patient_code, at, want.token)
  on conflict (nre, patient_id) do update
    set token = excluded.token, patient_code = excluded.patient_code, due_at = null,
        wanted_since = coalesce(held.wanted_since, excluded.wanted_since)
  returning held.id, held.wanted_since, held.releasing_until;
  perform set_config('app.role', asker, true);
end $$;
comment on function prescriptions.want is 'Notes, before the SAC is asked, that a booking needs the lock';
