-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Second fence around the register of sign-in messages, and around proven identities that wait for their holder: no request
-- that acts for a person sees a row, only the system's own work does.

do $$
declare
  fenced regclass;
begin
  foreach fenced in array array['access.sign_in_log', 'access.pending_sign_in']::regclass[]
  loop
    execute format('alter table %s enable row level security', fenced);
    execute format('alter table %s force row level security', fenced);
    execute format('create policy system_only on %s using ((select platform.acts_as_system()))', fenced);
  end loop;
end $$;
