-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Checks of declarations (art. 71 DPR 445/2000): samples drawn by chance, cases with letters and objections, revocation, and the
-- recovery of co-payments that were not paid.

-- How the region checks, by date (config: exemptions.yaml).
create table exemptions.check_rule (
  id             uuid primary key,
  region         text not null check (region ~ '^[0-9]{3}$'),
  valid          daterange not null,
  sample_percent numeric(5, 2) not null check (sample_percent > 0 and sample_percent <= 100),
  reply_days     smallint not null check (reply_days between 10 and 120),
  pay_days       smallint not null check (pay_days between 10 and 120),
  act            text not null,
  verified       boolean not null,
  constraint check_rule_no_overlap exclude using gist (region with =, valid with &&)
);
comment on column exemptions.check_rule.sample_percent is 'Share of the declarations of a period that is checked by chance';
comment on column exemptions.check_rule.reply_days is 'Days in which the declarant may reply to the letter';
comment on column exemptions.check_rule.pay_days is 'Days in which what was not due is paid back';

-- A draw that anybody can repeat: declarations in the order of the hash of seed and id, the first so many.
create table exemptions.sample (
  id         uuid primary key,
  asl_id     uuid not null references registry.organisation (id),
  submitted  daterange not null,
  percent    numeric(5, 2) not null,
  seed       text not null check (seed ~ '^[0-9a-f]{32}$'),
  population integer not null check (population >= 0),
  drawn      integer not null check (drawn between 0 and population),
  drawn_by   uuid not null,
  drawn_at   timestamptz not null,
  constraint sample_once exclude using gist (asl_id with =, submitted with &&)
);
comment on column exemptions.sample.drawn_by is 'Appointment of the officer';

create sequence exemptions.check_number;

create table exemptions.check_case (
  id             uuid primary key,
  number         text not null constraint check_case_number unique,
  declaration_id uuid not null references exemptions.declaration (id),
  patient_id     uuid not null references registry.person (id),
  asl_id         uuid not null references registry.organisation (id),
  reason         text not null check (reason in ('sample', 'targeted', 'not-listed')),
  sample_id      uuid references exemptions.sample (id),
  state          text not null check (state in ('OPEN', 'CONFIRMED', 'NOTIFIED', 'OBJECTED', 'REVOKED', 'RECOVERY', 'ENFORCEMENT', 'CLOSED')),
  revoke_from    date,
  reply_by       date,
  objection      text check (length(objection) between 1 and 2000),
  undue_cents    integer check (undue_cents >= 0),
  debt_id        uuid constraint check_case_of_debt unique references payments.debt (id),
  opened_at      timestamptz not null,
  constraint check_case_sample check ((reason = 'sample') = (sample_id is not null)),
  constraint check_case_letter check (state in ('OPEN', 'CONFIRMED') or (revoke_from is not null and reply_by is not null))
);
comment on column exemptions.check_case.revoke_from is 'First day on which the exemption did not hold';
comment on column exemptions.check_case.debt_id is 'What is to be paid back';
create unique index check_case_one_open on exemptions.check_case (declaration_id) where state not in ('CONFIRMED', 'CLOSED');
create index check_case_of_patient on exemptions.check_case (patient_id);
create index check_case_in_asl on exemptions.check_case (asl_id, opened_at desc, id);
select platform.protect('exemptions.check_case');

-- What happened in a case and why, by whom.
create table exemptions.check_step (
  id         bigint generated always as identity primary key,
  case_id    uuid not null references exemptions.check_case (id),
  patient_id uuid not null references registry.person (id),
  state      text not null,
  note       text check (length(note) <= 2000),
  decided_by uuid,
  at         timestamptz not null
);
comment on column exemptions.check_step.decided_by is 'Appointment of the officer; null for the declarant and for what happens by itself';
create index check_step_of on exemptions.check_step (case_id, id);
select platform.protect('exemptions.check_step');

-- Co-payments that would have been due without the exemption.
create table exemptions.undue (
  case_id    uuid not null references exemptions.check_case (id),
  booking_id uuid not null,
  patient_id uuid not null references registry.person (id),
  code       text not null,
  day        date not null,
  cents      integer not null check (cents > 0),
  primary key (case_id, booking_id)
);
comment on column exemptions.undue.code is 'Public code of the booking';
select platform.protect('exemptions.undue');

-- Which state may follow which: the same table as src/server/services/exemptions/office/check-states.ts (a test compares them).
create table exemptions.check_transition (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into exemptions.check_transition (from_state, to_state) values
  ('OPEN', 'CONFIRMED'), ('OPEN', 'NOTIFIED'),
  ('NOTIFIED', 'CONFIRMED'), ('NOTIFIED', 'OBJECTED'), ('NOTIFIED', 'REVOKED'),
  ('OBJECTED', 'CONFIRMED'), ('OBJECTED', 'REVOKED'),
  ('REVOKED', 'RECOVERY'), ('REVOKED', 'CLOSED'),
  ('RECOVERY', 'CLOSED'), ('RECOVERY', 'ENFORCEMENT'), ('ENFORCEMENT', 'CLOSED');
revoke insert, update, delete on exemptions.check_transition from sinfonia_app;

create function exemptions.guard_check() returns trigger language plpgsql as $$
begin
  if new.state <> old.state and not exists (
    select from exemptions.check_transition t where t.from_state = old.state and t.to_state = new.state) then
    raise exception 'a check that is "%" cannot become %', old.state, new.state
      using errcode = 'check_violation', constraint = 'check_case_transition';
  end if;
  return new;
end $$;
create trigger guard before update on exemptions.check_case for each row execute function exemptions.guard_check();
