-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Sessions too stand behind row-level security: the system's work sees them all, a signed-in person her own, whatever the
-- people she acts for under the policy of a route.

create function platform.own_person() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('app.person', true), '')::uuid
$$;

alter table access.session enable row level security;
alter table access.session force row level security;
create policy own_session on access.session
  using ((select platform.acts_as_system()) or person_id = (select platform.own_person()));

-- Who asked for help left a name and an address: only the system's own work reads them.
alter table help.request enable row level security;
alter table help.request force row level security;
create policy help_desk on help.request using ((select platform.acts_as_system()));
