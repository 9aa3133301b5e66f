-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Catalogues: services with their codes and tariffs, waiting-time maxima, guarantee areas, prescription validity, exemptions.
-- Whatever a law or a regional act may change is a dated row with its source.

-- Reference data (lists of data/ and config/) as they were last loaded, to load them again only when they change.
create table registry.reference_load (
  name      text primary key,
  checksum  text not null,
  loaded_at timestamptz not null default now()
);

-- A bookable service, as fine as agendas need it (catalogo unico regionale).
create table registry.service (
  id               uuid primary key,
  code             text not null constraint service_code_once unique,
  description_it   text not null,
  description_en   text not null,
  plain_it         text not null,
  plain_en         text not null,
  synonyms_it      text[] not null default '{}',
  synonyms_en      text[] not null default '{}',
  search_text      text not null,
  kind             text not null check (kind in ('V', 'D', 'L', 'R', 'T')),
  branches         text[] not null check (cardinality(branches) between 1 and 4),
  discipline       text not null check (discipline ~ '^[0-9]{2}$'),
  access           text not null check (access in ('first', 'follow-up', 'either')),
  monitored_id     smallint check (monitored_id between 1 and 99),
  priority_required boolean not null,
  duration_minutes smallint not null check (duration_minutes between 5 and 480),
  min_sessions     smallint not null default 1 check (min_sessions >= 1),
  max_sessions     smallint not null default 1 check (max_sessions >= 1),
  age_min          smallint not null default 0 check (age_min between 0 and 130),
  age_max          smallint not null default 130 check (age_max between 0 and 130),
  sex              text check (sex in ('M', 'F')),
  channels         text[] not null check (channels <@ '{online,call-centre,desk,pharmacy,doctor}'::text[]),
  televisit        boolean not null default false,
  preparation      jsonb not null default '{}',
  bring            jsonb not null default '{}',
  valid            daterange not null,
  source           text not null,
  constraint service_sessions check (min_sessions <= max_sessions),
  constraint service_ages check (age_min <= age_max)
);
comment on table registry.service is 'kind: V visit, D diagnostic, L laboratory, R rehabilitation cycle, T therapy';
comment on column registry.service.access is 'First visit for a problem, follow-up, or either (the prescription says which)';
comment on column registry.service.code is 'Code in the regional catalogue';
comment on column registry.service.plain_it is 'What it is, in words people use';
comment on column registry.service.monitored_id is 'Number among the services monitored by the national waiting-list plan (PNGLA 2019-2021)';
comment on column registry.service.preparation is 'What to do before, {it, en}; empty when nothing';
comment on column registry.service.bring is 'What to bring, {it, en}';
create index service_by_text on registry.service using gin (search_text gin_trgm_ops);

-- Codes a prescription may carry for a service: the national nomenclature of 2017 (LEA), the one of 1996, the regional
-- catalogue. One code may stand for several services (89.7 is every first visit without a code of its own).
create table registry.service_code (
  service_id uuid not null references registry.service (id),
  system     text not null check (system in ('LEA', 'DM1996', 'CATALOGUE')),
  code       text not null check (length(code) between 2 and 20),
  valid      daterange not null,
  source     text not null,
  verified   boolean not null,
  constraint service_code_valid exclude using gist (service_id with =, system with =, code with =, valid with &&)
);
create index service_code_by_code on registry.service_code (code, system);

create table registry.service_tariff (
  service_id uuid not null references registry.service (id),
  cents      integer not null check (cents >= 0),
  valid      daterange not null,
  source     text not null,
  verified   boolean not null,
  constraint service_tariff_once exclude using gist (service_id with =, valid with &&)
);

-- Longest wait by kind and priority class. Urgent requests are counted in hours.
create table registry.class_maximum (
  id       uuid primary key,
  kind     text not null check (kind in ('V', 'D', 'L', 'R', 'T')),
  priority text not null check (priority in ('U', 'B', 'D', 'P')),
  days     smallint not null check (days > 0),
  hours    smallint check (hours > 0),
  valid    daterange not null,
  source   text not null,
  verified boolean not null,
  constraint class_maximum_once exclude using gist (kind with =, priority with =, valid with &&)
);

-- Guarantee area (ambito territoriale di garanzia): in which authorities' territory the maximum wait must be kept for
-- residents of an authority. A row without discipline holds for every service that has none of its own.
create table registry.guarantee_area (
  id               uuid primary key,
  residence_asl_id uuid not null references registry.organisation (id),
  asl_id           uuid not null references registry.organisation (id),
  priority         text not null check (priority in ('U', 'B', 'D', 'P')),
  discipline       text check (discipline ~ '^[0-9]{2}$'),
  max_km           smallint check (max_km > 0),
  valid            daterange not null,
  source           text not null,
  verified         boolean not null
);
create unique index guarantee_area_once
  on registry.guarantee_area (residence_asl_id, asl_id, priority, coalesce(discipline, ''), lower(valid));

-- Days within which a prescription must be booked and delivered, by class; '-' when the prescription has none.
create table registry.prescription_validity (
  id            uuid primary key,
  priority      text not null check (priority in ('U', 'B', 'D', 'P', '-')),
  booking_days  smallint not null check (booking_days > 0),
  delivery_days smallint not null check (delivery_days > 0),
  valid         daterange not null,
  source        text not null,
  verified      boolean not null,
  constraint prescription_validity_once exclude using gist (priority with =, valid with &&)
);

-- Exemption codes. `covers`: everything, the services listed for the code, only the fixed share, or nothing here.
create table registry.exemption (
  id                 uuid primary key,
  code               text not null check (code ~ '^[0-9A-Z]{3,6}$'),
  family             text not null check (family in ('income', 'invalidity', 'chronic', 'rare', 'pregnancy', 'prevention', 'donor')),
  scope              text not null check (scope in ('national', 'regional')),
  description_it     text not null,
  description_en     text not null,
  covers             text not null check (covers in ('all', 'listed', 'share', 'none')),
  income_limit_cents integer check (income_limit_cents > 0),
  self_certified     boolean not null,
  valid              daterange not null,
  source             text not null,
  verified           boolean not null,
  constraint exemption_once exclude using gist (code with =, valid with &&)
);
create index exemption_by_code on registry.exemption (code);

create table registry.exemption_service (
  exemption_code text not null,
  system         text not null check (system in ('LEA', 'DM1996')),
  code           text not null,
  valid          daterange not null,
  source         text not null,
  verified       boolean not null,
  constraint exemption_service_once exclude using gist (exemption_code with =, system with =, code with =, valid with &&)
);

-- Exemptions people hold. Two periods of one code never overlap.
create table registry.person_exemption (
  id         uuid primary key,
  person_id  uuid not null references registry.person (id),
  code       text not null,
  state      text not null check (state in ('SUBMITTED', 'ACTIVE', 'CERTIFIED', 'SUSPENDED', 'CEASED_BY_CITIZEN', 'EXPIRED', 'ANNULLED', 'REVOKED_CHECK')),
  origin     text not null check (origin in ('self-certified', 'sistema-ts', 'office')),
  valid      daterange not null,
  created_at timestamptz not null default now(),
  constraint person_exemption_once exclude using gist (person_id with =, code with =, valid with &&) where (state <> 'ANNULLED')
);
create index person_exemption_of on registry.person_exemption (person_id);
select platform.protect('registry.person_exemption', 'person_id');
