-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Income exemptions declared by citizens (autocertificazione, art. 46 DPR 445/2000; DM 11/12/2009): dated rules, declarations,
-- certificates. What people hold stays in registry.person_exemption.

select platform.room('exemptions');

-- The region's way of doing it, by date (config: exemptions.yaml).
create table exemptions.setting (
  id                uuid primary key,
  region            text not null check (region ~ '^[0-9]{3}$'),
  valid             daterange not null,
  year_end          text not null check (year_end ~ '^[01][0-9]-[0-3][0-9]$'),
  renew_days        smallint not null check (renew_days between 0 and 180),
  remind_days       smallint[] not null check (cardinality(remind_days) between 1 and 5),
  fine_times        smallint not null check (fine_times >= 1),
  crime_above_cents integer not null check (crime_above_cents > 0),
  act               text not null,
  verified          boolean not null,
  constraint setting_no_overlap exclude using gist (region with =, valid with &&)
);
comment on column exemptions.setting.year_end is 'Last day of every certificate, month and day';
comment on column exemptions.setting.renew_days is 'Days before its end from which a certificate can be renewed';
comment on column exemptions.setting.fine_times is 'The fine is at most so many times the benefit (art. 316-ter c.p.)';
comment on column exemptions.setting.crime_above_cents is 'Above this benefit it is a crime and not a fine (art. 316-ter c.p.)';

-- Who is entitled to a code.
create table exemptions.code_rule (
  id                   uuid primary key,
  region               text not null check (region ~ '^[0-9]{3}$'),
  code                 text not null check (code ~ '^E[0-9]{2}$'),
  valid                daterange not null,
  ages                 jsonb not null default '[]' check (jsonb_typeof(ages) = 'array'),
  condition            text check (condition in ('unemployed', 'social-allowance', 'minimum-pension')),
  limit_cents          integer check (limit_cents > 0),
  comparison           text check (comparison in ('<', '<=')),
  spouse_limit_cents   integer check (spouse_limit_cents > limit_cents),
  child_cents          integer check (child_cents > 0),
  increased_comparison text check (increased_comparison in ('<', '<=')),
  household_from       smallint not null default 1 check (household_from >= 1),
  household_to         smallint check (household_to >= household_from),
  beneficiaries        text not null check (beneficiaries in ('self', 'dependants', 'household')),
  act                  text not null,
  verified             boolean not null,
  constraint code_rule_limit check ((limit_cents is null) = (comparison is null)),
  constraint code_rule_increase check ((coalesce(spouse_limit_cents, child_cents) is null) = (increased_comparison is null)),
  constraint code_rule_no_overlap exclude using gist (region with =, code with =, valid with &&)
);
comment on column exemptions.code_rule.ages is 'Bands [{from, below, over, upTo}] in years, counted to the birthday; none means any age';
comment on column exemptions.code_rule.comparison is 'How the income is compared with the limit of who is alone';
comment on column exemptions.code_rule.increased_comparison is 'The same for the limit increased for spouse and children';

create sequence exemptions.protocol_number;

-- What somebody declared, for herself or for another. Never changed: who loses the requisites ends the exemption.
create table exemptions.declaration (
  id              uuid primary key,
  protocol        text not null constraint declaration_protocol unique,
  patient_id      uuid not null references registry.person (id),
  declarant_id    uuid not null references registry.person (id),
  declarant_as    text not null check (declarant_as in ('self', 'child', 'ward', 'delegator')),
  code            text not null,
  asl_id          uuid not null references registry.organisation (id),
  district_id     uuid references registry.organisation (id),
  starts_on       date not null,
  income_year     smallint not null,
  income_cents    integer check (income_cents >= 0),
  presumed        boolean not null default false,
  limit_cents     integer,
  household       jsonb not null check (jsonb_typeof(household) = 'array'),
  facts           jsonb not null default '{}',
  rule            jsonb not null,
  renews          uuid references exemptions.declaration (id),
  submitted_at    timestamptz not null,
  idempotency_key uuid not null,
  constraint declaration_once unique (declarant_id, idempotency_key),
  constraint declaration_not_backdated check (starts_on >= (submitted_at at time zone 'Europe/Rome')::date)
);
comment on column exemptions.declaration.patient_id is 'Whose exemption it is about';
comment on column exemptions.declaration.income_cents is 'Null: declared to be within the limit, without a figure';
comment on column exemptions.declaration.household is 'Fiscal household as declared: [{relation, dependant, givenName, familyName, fiscalCode}]';
comment on column exemptions.declaration.rule is 'The rule it was measured with';
create index declaration_of on exemptions.declaration (patient_id);
create index declaration_in_asl on exemptions.declaration (asl_id, submitted_at desc);
select platform.protect('exemptions.declaration', 'patient_id');

create function exemptions.keep_declarations() returns trigger language plpgsql as $$
begin
  raise exception 'declarations are kept as they were made' using errcode = 'insufficient_privilege';
end $$;
create trigger kept before update or delete on exemptions.declaration for each row execute function exemptions.keep_declarations();

-- One certificate for each beneficiary of a declaration.
create table exemptions.certificate (
  id                uuid primary key,
  declaration_id    uuid not null references exemptions.declaration (id),
  patient_id        uuid not null references registry.person (id),
  exemption_id      uuid not null constraint certificate_of_exemption unique references registry.person_exemption (id),
  verification_code text not null constraint certificate_code unique,
  issued_at         timestamptz not null
);
comment on column exemptions.certificate.exemption_id is 'What the beneficiary holds, in the registry';
create index certificate_of_declaration on exemptions.certificate (declaration_id);
create index certificate_of_patient on exemptions.certificate (patient_id);
select platform.protect('exemptions.certificate', 'patient_id');

-- Days whose beginnings, ends and reminders were told; the newest is where the next upkeep goes on from.
create table exemptions.upkeep_day (
  day     date primary key,
  done_at timestamptz not null
);
