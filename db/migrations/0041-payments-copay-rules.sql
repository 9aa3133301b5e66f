-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Co-payment rules by region and date. The row for everybody has an empty code set; a row with exemption codes is for
-- who holds one of them. Rows not verified on the text of the act say so: check them with the region before going live.

create table payments.copay_rule (
  id                   uuid primary key,
  region               text not null check (region ~ '^[0-9]{3}$'),
  code_set             text not null check (code_set ~ '^([A-Z0-9]+( [A-Z0-9]+)*)?$'),
  cap_cents            integer check (cap_cents > 0),
  regional_share_cents integer not null check (regional_share_cents >= 0),
  national_share_cents integer not null check (national_share_cents >= 0),
  valid_from           date not null,
  valid_to             date,
  act                  text not null,
  verified             boolean not null,
  constraint copay_rule_period check (valid_to is null or valid_to >= valid_from),
  -- Two rules for the same people never hold on the same day.
  constraint copay_rule_no_overlap exclude using gist (
    region with =, code_set with =, daterange(valid_from, valid_to, '[]') with &&
  )
);
comment on column payments.copay_rule.code_set is 'Exemption codes separated by spaces; empty for everybody else';
comment on column payments.copay_rule.cap_cents is 'Most that the tariffs of one prescription can cost';

insert into payments.copay_rule
  (id, region, code_set, cap_cents, regional_share_cents, national_share_cents, valid_from, valid_to, act, verified) values
  ('01900000-0000-7000-8000-000000000001', '150', '', 3615, 0, 0, '2002-01-01', '2010-09-26',
   'L. 537/1993 art. 8 c. 15 (tetto 36,15 euro per ricetta)', true),
  ('01900000-0000-7000-8000-000000000002', '150', '', 3615, 1000, 0, '2010-09-27', '2011-07-16',
   'DCA Campania 53 del 27/09/2010 (quota regionale 10 euro)', true),
  ('01900000-0000-7000-8000-000000000003', '150', '', 3615, 1000, 1000, '2011-07-17', '2020-08-31',
   'DL 98/2011 art. 17 c. 6 (quota nazionale 10 euro); DCA Campania 53/2010', true),
  ('01900000-0000-7000-8000-000000000004', '150', '', 3615, 1000, 0, '2020-09-01', null,
   'L. 160/2019 art. 1 c. 446 (quota nazionale abolita); DCA Campania 53/2010 (quota regionale: vigenza attuale da verificare)', false),
  ('01900000-0000-7000-8000-000000000005', '150', 'E10 E11 E12 E13', 3615, 0, 1000, '2019-07-04', '2020-08-31',
   'DCA Campania 49 del 04/07/2019 (quota regionale abolita)', false),
  ('01900000-0000-7000-8000-000000000006', '150', 'E10 E11 E12 E13', 3615, 0, 0, '2020-09-01', null,
   'DCA Campania 49 del 04/07/2019; L. 160/2019 art. 1 c. 446', true),
  ('01900000-0000-7000-8000-000000000007', '150', 'E00', 3615, 200, 1000, '2019-07-04', '2020-08-31',
   'DCA Campania 49 del 04/07/2019 (quota regionale 2 euro)', false),
  ('01900000-0000-7000-8000-000000000008', '150', 'E00', 3615, 200, 0, '2020-09-01', null,
   'DCA Campania 49 del 04/07/2019 (quota regionale 2 euro; notizie di stampa del 2020 parlano di 3 euro); L. 160/2019 art. 1 c. 446', false);
