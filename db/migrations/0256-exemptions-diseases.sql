-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Exemptions for chronic and rare diseases entered by offices with the certificate they come from (DPCM 12/01/2017, artt. 52 to 54),
-- and the prorogation of many exemptions at once by an act of the region.

create table exemptions.disease_certificate (
  id              uuid primary key,
  exemption_id    uuid not null constraint disease_certificate_of_exemption unique references registry.person_exemption (id),
  patient_id      uuid not null references registry.person (id),
  asl_id          uuid not null references registry.organisation (id),
  issuer          text not null check (length(issuer) between 3 and 200),
  issued_on       date not null,
  number          text check (length(number) between 1 and 60),
  entered_by      uuid not null,
  entered_at      timestamptz not null,
  idempotency_key uuid not null,
  constraint disease_certificate_once unique (entered_by, idempotency_key),
  constraint disease_certificate_issued check (issued_on <= (entered_at at time zone 'Europe/Rome')::date)
);
comment on column exemptions.disease_certificate.issuer is 'Public structure or centre of the network of rare diseases that certified';
comment on column exemptions.disease_certificate.number is 'Of the certificate, where it has one';
create index disease_certificate_in_asl on exemptions.disease_certificate (asl_id, entered_at desc, id);
create index disease_certificate_of_patient on exemptions.disease_certificate (patient_id);
select platform.protect('exemptions.disease_certificate');

create table exemptions.prorogation (
  id          uuid primary key,
  asl_id      uuid not null references registry.organisation (id),
  act         text not null check (length(act) between 5 and 300),
  codes       text[] not null check (cardinality(codes) between 1 and 200),
  ending      daterange not null check (not isempty(ending)),
  until       date not null,
  state       text not null check (state in ('PREPARED', 'RUNNING', 'DONE', 'UNDOING', 'UNDONE')),
  counted     integer not null check (counted >= 0),
  left_out    integer not null default 0 check (left_out >= 0),
  undo_until  timestamptz,
  prepared_by uuid not null,
  prepared_at timestamptz not null,
  constraint prorogation_longer check (until >= upper(ending)),
  constraint prorogation_undo check ((state = 'PREPARED') = (undo_until is null))
);
comment on column exemptions.prorogation.ending is 'Exemptions whose last day lies here';
comment on column exemptions.prorogation.until is 'Their new last day';
comment on column exemptions.prorogation.left_out is 'Renewed meanwhile, so that the two periods would share a day';
create unique index prorogation_one_running on exemptions.prorogation (asl_id) where state in ('RUNNING', 'UNDOING');
create index prorogation_in_asl on exemptions.prorogation (asl_id, prepared_at desc);

create table exemptions.prorogued (
  prorogation_id uuid not null references exemptions.prorogation (id),
  exemption_id   uuid not null references registry.person_exemption (id),
  patient_id     uuid not null references registry.person (id),
  until_before   date not null,
  undone         boolean not null default false,
  primary key (prorogation_id, exemption_id)
);
comment on column exemptions.prorogued.until_before is 'Last day before the prorogation, for taking it back';
create index prorogued_of_patient on exemptions.prorogued (patient_id);
select platform.protect('exemptions.prorogued');
