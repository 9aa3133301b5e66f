-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What becomes of adhesions when two records of one person become one: where both adhered to a campaign, the second stays behind.
insert into registry.person_reference (relation, field, rule, why) values
  ('vaccination.adhesion', 'patient_id', 'moves-or-stays', null),
  ('vaccination.adhesion', 'made_by', 'moves-or-stays', null),
  ('vaccination.adhesion', 'withdrawn_by', 'stays', 'history, as it was written');
