-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Co-payment rules by region and date. The row for everybody has an empty code set; a row with exemption codes is for
-- who holds one of them. The region's rows come from its configuration (payments.yaml).

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
comment on column payments.copay_rule.cap_cents is 'Most that the tariffs of one prescription can cost; null when there is no cap';
comment on column payments.copay_rule.verified is 'Read on the text of the act; otherwise check it with the region before going live';
