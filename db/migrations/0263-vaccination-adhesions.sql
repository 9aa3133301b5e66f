-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Vaccination campaigns and who adheres to them (adesione). An adhesion says that somebody wants to be called; it is no
-- vaccination and no appointment.

select platform.room('vaccination');

-- The region's campaigns (config: campaigns.yaml). One that was ever open stays: its last day ends it.
create table vaccination.campaign (
  code         text primary key check (code ~ '^[a-z0-9][a-z0-9-]{2,59}$'),
  region       text not null check (region ~ '^[0-9]{3}$'),
  title_it     text not null check (length(title_it) between 1 and 120),
  title_en     text not null check (length(title_en) between 1 and 120),
  open         daterange not null check (not isempty(open) and not lower_inf(open) and not upper_inf(open)),
  about_it     text not null,
  about_en     text not null,
  after_it      text not null,
  after_en      text not null,
  otherwise_it text not null,
  otherwise_en text not null,
  cohorts      jsonb not null check (jsonb_typeof(cohorts) = 'array' and jsonb_array_length(cohorts) > 0),
  act          text not null,
  verified     boolean not null
);
comment on column vaccination.campaign.open is 'Days on which one can adhere';
comment on column vaccination.campaign.about_it is 'What it is and for whom, in plain words';
comment on column vaccination.campaign.after_it is 'What follows an adhesion';
comment on column vaccination.campaign.otherwise_it is 'What to do for whoever is in none of its cohorts';
comment on column vaccination.campaign.cohorts is 'Who is invited: [{code, name, ages, born, exemptions}], as src/server/services/vaccination/rules.ts reads them';

create table vaccination.adhesion (
  id              uuid primary key,
  code            text not null constraint adhesion_code unique,
  campaign        text not null references vaccination.campaign (code),
  patient_id      uuid not null references registry.person (id),
  cohort          text not null,
  asl_id          uuid not null references registry.organisation (id),
  channel         text not null check (channel in ('card', 'area')),
  made_by         uuid references registry.person (id),
  made_at         timestamptz not null,
  contact_channel text not null check (contact_channel in ('sms', 'email', 'app')),
  contact_address text,
  language        text not null check (language in ('it', 'en')),
  idempotency_key uuid,
  withdrawn_at    timestamptz,
  withdrawn_by    uuid references registry.person (id),
  constraint adhesion_signed_in check ((channel = 'area') = (made_by is not null) and (channel = 'area') = (idempotency_key is not null)),
  constraint adhesion_contact check (withdrawn_at is not null or (contact_channel = 'app') = (contact_address is null)),
  constraint adhesion_forgets_contact check (withdrawn_at is null or contact_address is null),
  constraint adhesion_withdrawn_later check (withdrawn_at >= made_at),
  constraint adhesion_once unique (made_by, idempotency_key)
);
comment on column vaccination.adhesion.code is 'What people read out on the telephone';
comment on column vaccination.adhesion.cohort is 'Why she is invited, as it was then';
comment on column vaccination.adhesion.asl_id is 'The health authority that will call her';
comment on column vaccination.adhesion.channel is 'card: fiscal code, health card and a code by text message; area: signed in';
comment on column vaccination.adhesion.contact_address is 'Where she wants to be called; forgotten when she withdraws';
-- Two live adhesions of one person to one campaign cannot be, whoever asks at once.
create unique index adhesion_live on vaccination.adhesion (patient_id, campaign) where withdrawn_at is null;
create index adhesion_of on vaccination.adhesion (patient_id);
create index adhesion_counted on vaccination.adhesion (campaign, asl_id) include (channel, withdrawn_at);
select platform.protect('vaccination.adhesion', 'patient_id');
