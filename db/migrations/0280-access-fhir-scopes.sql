-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Scopes of FHIR resources are written as SMART App Launch 2 has them: system/Patient.rs.
alter table partner.client_scope
  drop constraint client_scope_scope_check,
  add constraint client_scope_scope_check check (scope ~ '^([a-z-]+:[a-z-]+|system/[A-Z][A-Za-z]+\.[a-z]+)$');
