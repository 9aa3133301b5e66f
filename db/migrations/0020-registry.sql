-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The regional registry (anagrafe regionale): territory, organisations, places, practitioners, people.
-- Everything that changes over time carries the days it was true in `valid`; no row of the past is overwritten.

select platform.room('registry');

-- Places a fiscal code can name: municipalities, living and ceased, and foreign states, by cadastral (Belfiore) code.
create table registry.birth_place (
  id       bigint generated always as identity primary key,
  code     text not null check (code ~ '^[A-Z][0-9]{3}$'),
  name     text not null,
  kind     text not null check (kind in ('municipality', 'state')),
  province text,
  valid    daterange not null
);
create index birth_place_by_code on registry.birth_place (code);

-- Municipalities of Italy as they are today. Coordinates and health authority are known inside the region only.
create table registry.municipality (
  istat_code text primary key check (istat_code ~ '^[0-9]{6}$'),
  belfiore   text not null constraint municipality_belfiore unique,
  name       text not null,
  province   text not null,
  postcode   text check (postcode ~ '^[0-9]{5}$'),
  population integer,
  latitude   double precision,
  longitude  double precision,
  in_region  boolean not null,
  constraint municipality_coordinates check ((latitude is null) = (longitude is null))
);
create index municipality_in_region on registry.municipality (name) where in_region;

-- Feast of the patron saint: not a working day there (art. 5 L. 260/1949 and collective agreements).
create table registry.patron_holiday (
  istat_code text primary key references registry.municipality (istat_code),
  month_day  text not null check (month_day ~ '^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'),
  saint      text not null,
  source     text not null,
  verified   boolean not null
);

-- Organisations: health authorities, hospitals, districts, accredited providers, units; a tree.
create table registry.organisation (
  id          uuid primary key,
  parent_id   uuid references registry.organisation (id),
  kind        text not null check (kind in ('region', 'asl', 'ao', 'aou', 'irccs', 'district', 'hospital', 'accredited',
                'clinic', 'unit')),
  code        text not null constraint organisation_code unique,
  name        text not null,
  discipline  text check (discipline ~ '^[0-9]{2}$'),
  fiscal_code text check (fiscal_code ~ '^[0-9]{11}$'),
  own_booking boolean not null default false,
  telephone   text,
  email       text,
  valid       daterange not null default daterange('1900-01-01', null),
  source      text not null,
  verified    boolean not null
);
comment on column registry.organisation.code is 'Region + authority code (150204), structure code (150442), D and number for districts, or a local code';
comment on column registry.organisation.own_booking is 'Runs a booking centre of its own besides the regional one';
create index organisation_of_parent on registry.organisation (parent_id);
create index organisation_by_kind on registry.organisation (kind, name);

-- Which health authority and district a municipality belongs to. Naples is split among districts by neighbourhood.
create table registry.municipality_assignment (
  istat_code  text not null references registry.municipality (istat_code),
  asl_id      uuid not null references registry.organisation (id),
  district_id uuid references registry.organisation (id),
  valid       daterange not null,
  source      text not null,
  verified    boolean not null,
  constraint municipality_assignment_once exclude using gist (istat_code with =, valid with &&)
);
create index municipality_assignment_of_asl on registry.municipality_assignment (asl_id);

-- Places where people are received.
create table registry.location (
  id              uuid primary key,
  organisation_id uuid not null references registry.organisation (id),
  asl_id          uuid not null references registry.organisation (id),
  district_id     uuid references registry.organisation (id),
  code            text not null constraint location_code unique,
  name            text not null,
  address         text not null,
  istat_code      text not null references registry.municipality (istat_code),
  postcode        text check (postcode ~ '^[0-9]{5}$'),
  latitude        double precision not null,
  longitude       double precision not null,
  telephone       text,
  step_free       boolean not null default false,
  accessibility   jsonb not null default '{}',
  directions      jsonb not null default '{}',
  valid           daterange not null default daterange('1900-01-01', null)
);
comment on column registry.location.asl_id is 'Health authority of the territory, also for hospitals that are not its own';
comment on column registry.location.accessibility is 'Sentences for people, {it, en}';
comment on column registry.location.directions is 'How to get there and find the entrance, {it, en}';
create index location_of_organisation on registry.location (organisation_id);
create index location_of_municipality on registry.location (istat_code);
create index location_of_asl on registry.location (asl_id);

-- Practitioners: doctors and other professionals, with the places where they work.
create table registry.practitioner (
  id          uuid primary key,
  fiscal_code text not null constraint practitioner_fiscal_code unique,
  family_name text not null,
  given_name  text not null,
  sex         text not null check (sex in ('M', 'F', 'N')),
  birth_date  date not null,
  regional_code text constraint practitioner_regional_code unique,
  languages   text[] not null default '{it}'
);
create index practitioner_by_name on registry.practitioner (family_name, given_name);

create table registry.practitioner_role (
  id              uuid primary key,
  practitioner_id uuid not null references registry.practitioner (id),
  organisation_id uuid not null references registry.organisation (id),
  location_id     uuid references registry.location (id),
  role            text not null check (role in ('specialist', 'family-doctor', 'paediatrician', 'nurse', 'technician')),
  discipline      text check (discipline ~ '^[0-9]{2}$'),
  valid           daterange not null
);
create index practitioner_role_of on registry.practitioner_role (practitioner_id);
create index practitioner_role_at on registry.practitioner_role (organisation_id, role);
create index practitioner_role_in on registry.practitioner_role (location_id);

-- People (assistiti). A merged record stays and points at the one that goes on.
create table registry.person (
  id               uuid primary key,
  family_name      text not null check (length(family_name) between 1 and 80),
  given_name       text not null check (length(given_name) between 1 and 80),
  search_name      text not null,
  birth_date       date not null,
  sex              text not null check (sex in ('M', 'F', 'N')),
  birth_place_code text check (birth_place_code ~ '^[A-Z][0-9]{3}$'),
  birth_place_name text not null,
  citizenship      text not null check (citizenship ~ '^[0-9]{3}$'),
  deceased_on      date,
  merged_into      uuid references registry.person (id),
  version          integer not null default 1,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now(),
  constraint person_dies_after_birth check (deceased_on >= birth_date),
  constraint person_not_merged_into_itself check (merged_into <> id)
);
comment on column registry.person.search_name is 'Surname and name in capitals without accents and apostrophes';
comment on column registry.person.citizenship is 'State code of the Ministry of the Interior (ANPR), 100 for Italy';
create index person_by_birth on registry.person (birth_date);
create index person_by_name on registry.person using gin (search_name gin_trgm_ops);
create index person_merged on registry.person (merged_into) where merged_into is not null;
select platform.protect('registry.person', 'id');

-- Codes of a person with their history. A code is never given to a second person.
create table registry.person_identifier (
  id        uuid primary key,
  person_id uuid not null references registry.person (id),
  type      text not null check (type in ('CF', 'CF_PROVISIONAL', 'STP', 'ENI', 'TEAM', 'FOREIGN_EHIC', 'ANPR_ID', 'INTERNAL')),
  value     text not null check (length(value) between 1 and 40),
  valid     daterange not null,
  checked   boolean not null default false,
  source    text not null,
  constraint person_identifier_once unique (value, type),
  -- Numbers follow one another; two of one kind never hold on the same day.
  constraint person_identifier_one_at_a_time exclude using gist (person_id with =, type with =, valid with &&)
);
comment on column registry.person_identifier.checked is 'Confirmed by the issuer (Anagrafe Tributaria, SistemaTS)';
create index person_identifier_of on registry.person_identifier (person_id, type);
select platform.protect('registry.person_identifier', 'person_id');

create table registry.address (
  id         uuid primary key,
  person_id  uuid not null references registry.person (id),
  kind       text not null check (kind in ('residence', 'domicile')),
  line       text not null,
  postcode   text check (postcode ~ '^[0-9]{5}$'),
  istat_code text references registry.municipality (istat_code),
  place      text not null,
  latitude   double precision,
  longitude  double precision,
  valid      daterange not null,
  source     text not null,
  constraint address_one_at_a_time exclude using gist (person_id with =, kind with =, valid with &&)
);
comment on column registry.address.place is 'Municipality, or town and state when abroad';
create index address_in on registry.address (istat_code);
select platform.protect('registry.address', 'person_id');

-- Enrolment in the health service (iscrizione al SSN): which authority and district care for the person.
create table registry.enrolment (
  id          uuid primary key,
  person_id   uuid not null references registry.person (id),
  asl_id      uuid not null references registry.organisation (id),
  district_id uuid references registry.organisation (id),
  kind        text not null check (kind in ('RESIDENT', 'TEMP_DOMICILE', 'FOREIGN_COMPULSORY', 'FOREIGN_VOLUNTARY',
                'EU_ENROLLED', 'STP', 'ENI', 'TEAM_VISITOR', 'AIRE_RETURN', 'DETAINEE', 'SEAFARER', 'NEWBORN_PENDING', 'UNKNOWN')),
  state       text not null check (state in ('PENDING', 'ACTIVE', 'SUSPENDED', 'ENDED')),
  end_reason  text check (end_reason in ('DEATH', 'MOVED_OTHER_ASL', 'MOVED_ABROAD', 'PERMIT_EXPIRED', 'DOUBLE', 'CANCELLED_ERROR')),
  valid       daterange not null,
  source      text not null,
  constraint enrolment_end_reason check ((state = 'ENDED') = (end_reason is not null)),
  constraint enrolment_one_at_a_time exclude using gist (person_id with =, valid with &&) where (end_reason is distinct from 'CANCELLED_ERROR')
);
create index enrolment_in_asl on registry.enrolment (asl_id, district_id) where state = 'ACTIVE';
select platform.protect('registry.enrolment', 'person_id');

-- Telephone numbers and e-mail addresses. Verified ones were confirmed with a code sent there.
create table registry.contact (
  id          uuid primary key,
  person_id   uuid not null references registry.person (id),
  kind        text not null check (kind in ('mobile', 'phone', 'email')),
  value       text not null check (length(value) between 3 and 254),
  verified_at timestamptz,
  source      text not null,
  valid       daterange not null,
  constraint contact_one_at_a_time exclude using gist (person_id with =, kind with =, valid with &&)
);
create index contact_by_value on registry.contact (value);
select platform.protect('registry.contact', 'person_id');

-- How a person wants to be written to. No row means: Italian, every channel.
create table registry.contact_preference (
  person_id  uuid primary key references registry.person (id),
  language   text not null default 'it' check (language in ('it', 'en')),
  channels   text[] not null default '{sms,email,app}' check (channels <@ '{sms,email,app,push}'::text[]),
  updated_at timestamptz not null default now()
);
select platform.protect('registry.contact_preference', 'person_id');

-- Who is parent or guardian of whom. The power over a minor ends the day of the eighteenth birthday (art. 2 c.c.).
create table registry.family_link (
  id         uuid primary key,
  person_id  uuid not null references registry.person (id),
  related_id uuid not null references registry.person (id),
  relation   text not null check (relation in ('parent', 'guardian', 'spouse', 'civil-partner')),
  valid      daterange not null,
  source     text not null,
  constraint family_link_not_oneself check (person_id <> related_id),
  constraint family_link_once exclude using gist (person_id with =, related_id with =, relation with =, valid with &&)
);
comment on table registry.family_link is 'related_id is the <relation> of person_id';
create index family_link_of_relative on registry.family_link (related_id, relation);
select platform.protect('registry.family_link', 'person_id');

-- Minors and those with parental responsibility over them, on the days on which it holds.
create view registry.minor_child with (security_invoker = true) as
  select link.related_id as parent_id,
         link.person_id as child_id,
         link.relation,
         link.valid * daterange(child.birth_date, (child.birth_date + interval '18 years')::date) as valid
  from registry.family_link link
  join registry.person child on child.id = link.person_id
  where link.relation in ('parent', 'guardian')
    and child.deceased_on is null
    and link.valid && daterange(child.birth_date, (child.birth_date + interval '18 years')::date);

-- Family doctor or paediatrician of a person on a day. Never two at once.
create table registry.doctor_choice (
  id        uuid primary key,
  person_id uuid not null references registry.person (id),
  role_id   uuid not null references registry.practitioner_role (id),
  kind      text not null check (kind in ('ORDINARY', 'REUNIFICATION', 'OUT_OF_AREA', 'TEMPORARY', 'PROVISIONAL_PAED', 'OVER_14', 'EX_OFFICIO')),
  valid     daterange not null,
  source    text not null,
  constraint doctor_choice_one_at_a_time exclude using gist (person_id with =, valid with &&)
);
create index doctor_choice_of_doctor on registry.doctor_choice (role_id) where upper_inf(valid);
select platform.protect('registry.doctor_choice', 'person_id');
