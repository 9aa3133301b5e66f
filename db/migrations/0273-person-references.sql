-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What becomes of requests of a doctor, certificates of diseases, prorogations and yearly lists when a person's records are merged.
insert into registry.person_reference (relation, field, rule, why) values
  ('doctor_choice.request', 'person_id', 'moves', null),
  ('doctor_choice.request', 'asked_by', 'moves', null),
  ('exemptions.disease_certificate', 'patient_id', 'moves', null),
  ('exemptions.prorogued', 'patient_id', 'moves', null),
  ('exemptions.list_row', 'person_id', 'stays', 'what the list of that year said of this record'),
  ('exemptions.list_difference', 'person_id', 'stays', 'what the list of that year said of this record');
create index request_asked_by on doctor_choice.request (asked_by) where asked_by is not null;
