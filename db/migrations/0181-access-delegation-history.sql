-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The history of a delegation takes a row only from who may see the delegation: it was open to any actor of the application.
drop policy of_own_delegations on access.delegation_change;
create policy of_own_delegations on access.delegation_change
  using ((select platform.acts_as_system()) or exists (select from access.delegation d where d.id = delegation_id));
