-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Second fence around credentials, codes and numbers: no request that acts for a person sees a row, only the system's own
-- work (sign-in, sending, tidying) does.

do $$
declare
  fenced regclass;
begin
  foreach fenced in array array['access.allowance', 'access.one_time_code', 'access.text_message', 'access.account_passkey',
    'access.account_challenge', 'access.account_half_session', 'access.account_device']::regclass[]
  loop
    execute format('alter table %s enable row level security', fenced);
    execute format('alter table %s force row level security', fenced);
    execute format('create policy system_only on %s using ((select platform.acts_as_system()))', fenced);
  end loop;
end $$;
