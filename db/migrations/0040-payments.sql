-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Payments: debts of people to health organisations, collected through pagoPA or at the desk. Knows nothing of bookings.

select platform.room('payments');

-- An organisation that collects. Its sequence of payment numbers is made with it (trigger below).
create table payments.creditor (
  organisation_id   uuid primary key references registry.organisation (id),
  fiscal_code       text not null check (fiscal_code ~ '^[0-9]{11}$'),
  name              text not null check (length(name) between 1 and 140),
  segregation_code  text not null check (segregation_code ~ '^[0-9]{2}$'),
  iban              text not null check (iban ~ '^IT[0-9]{2}[A-Z][0-9]{10}[0-9A-Z]{12}$'),
  taxonomy_code     text not null check (length(taxonomy_code) between 1 and 140)
);
comment on table payments.creditor is 'Organisations of one body share its fiscal code, and with the same segregation code its numbers';
comment on column payments.creditor.segregation_code is 'Given by PagoPA to each issuing point of the creditor; notices start with 3 and this code';
comment on column payments.creditor.taxonomy_code is 'Collection service in the pagoPA taxonomy (category of the transfer)';

-- Payment numbers: one sequence per creditor and segregation code, never reset, so that a number is never used twice,
-- also after a cancellation. A sequence takes no lock: bookings of one creditor do not wait for each other.
create function payments.make_number_sequence() returns trigger
language plpgsql security definer set search_path = payments, pg_temp as $$
declare
  name text := format('iuv_%s_%s', new.fiscal_code, new.segregation_code);
begin
  execute format('create sequence if not exists payments.%I as bigint minvalue 1 maxvalue 99999999999 no cycle', name);
  execute format('grant usage on sequence payments.%I to sinfonia_app', name);
  return new;
end $$;
create trigger creditor_sequence after insert or update of fiscal_code, segregation_code on payments.creditor
  for each row execute function payments.make_number_sequence();

create function payments.next_number(fiscal_code text, segregation_code text) returns bigint
language sql volatile as $$
  select nextval(format('payments.%I', format('iuv_%s_%s', fiscal_code, segregation_code))::regclass)
$$;

-- Which state may follow which: the same table as src/server/engines/payments/states.ts (a test compares them).
create table payments.debt_transition (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into payments.debt_transition (from_state, to_state) values
  ('due', 'notice-issued'), ('due', 'paid-elsewhere'), ('due', 'cancelled'), ('due', 'expired'),
  ('notice-issued', 'checkout-started'), ('notice-issued', 'paid'), ('notice-issued', 'paid-elsewhere'),
  ('notice-issued', 'cancelled'), ('notice-issued', 'expired'),
  ('checkout-started', 'pending-outcome'), ('checkout-started', 'notice-issued'), ('checkout-started', 'paid'),
  ('checkout-started', 'paid-elsewhere'), ('checkout-started', 'cancelled'), ('checkout-started', 'expired'),
  ('pending-outcome', 'notice-issued'), ('pending-outcome', 'paid'), ('pending-outcome', 'paid-elsewhere'),
  ('pending-outcome', 'cancelled'), ('pending-outcome', 'expired'),
  ('expired', 'paid'), ('expired', 'paid-elsewhere'), ('expired', 'cancelled'),
  ('paid', 'reported'), ('paid', 'refund-requested'),
  ('paid-elsewhere', 'refund-requested'), ('reported', 'refund-requested'), ('cancelled', 'refund-requested'),
  ('refund-requested', 'refunded');

-- A debt of a person. `amount_cents` is what is owed; `position_*` is what pagoPA knows of it: one job
-- makes the second follow the first, under a lease so that two never talk to pagoPA about the same debt at once.
create table payments.debt (
  id                  uuid primary key,
  creditor_id         uuid not null references payments.creditor (organisation_id),
  creditor_fiscal_code text not null,
  patient_id          uuid not null references registry.person (id),
  payer_person_id     uuid not null references registry.person (id),
  payer_fiscal_code   text not null check (payer_fiscal_code ~ '^([A-Z0-9]{11,16}|ANONIMO)$'),
  payer_name          text not null check (length(payer_name) between 1 and 140),
  subject_kind        text not null check (subject_kind ~ '^[a-z-]{1,40}$'),
  subject_id          uuid not null,
  integrates          uuid references payments.debt (id),
  amount_cents        integer not null check (amount_cents between 1 and 99999999),
  description         text not null check (length(description) between 1 and 140),
  due_on              date not null,
  expires             boolean not null,
  state               text not null default 'due' check (state in ('due', 'notice-issued', 'checkout-started',
                        'pending-outcome', 'paid', 'paid-elsewhere', 'cancelled', 'expired', 'refund-requested',
                        'refunded', 'reported')),
  state_since         timestamptz not null,
  iuv                 text not null check (iuv ~ '^[0-9]{17}$'),
  notice_number       text not null check (notice_number ~ '^3[0-9]{17}$'),
  position_state      text not null default 'absent' check (position_state in ('absent', 'published', 'withdrawn', 'paid')),
  position_synced     boolean not null default false,
  position_lease      timestamptz,
  checked_at          timestamptz,
  created_at          timestamptz not null,
  constraint debt_number_once unique (creditor_fiscal_code, iuv),
  constraint debt_notice_once unique (creditor_fiscal_code, notice_number)
);
comment on column payments.debt.payer_fiscal_code is 'As sent to pagoPA; ANONIMO when the payer has no Italian fiscal code';
comment on column payments.debt.integrates is 'The paid debt this one adds to, after its amount went up';
comment on column payments.debt.expires is 'True when the notice cannot be paid any more after due_on';

-- One debt at a time for a subject: whoever asks twice gets the first. Integrations hang on the debt they add to.
create unique index debt_one_owed_per_subject on payments.debt (subject_kind, subject_id)
  where integrates is null and state in ('due', 'notice-issued', 'checkout-started', 'pending-outcome', 'expired');
create unique index debt_one_owed_integration on payments.debt (integrates)
  where integrates is not null and state in ('due', 'notice-issued', 'checkout-started', 'pending-outcome', 'expired');
create index debt_by_subject on payments.debt (subject_kind, subject_id, created_at desc);
create index debt_by_patient on payments.debt (patient_id, created_at desc, id desc);
create index debt_by_creditor on payments.debt (creditor_id);
create index debt_by_notice on payments.debt (notice_number);
-- What the sweep looks for: changes pagoPA has not been told, payments whose outcome is awaited, notices that expire.
create index debt_to_sync on payments.debt (created_at) where not position_synced;
create index debt_awaited on payments.debt (state_since) where state in ('checkout-started', 'pending-outcome');
create index debt_to_expire on payments.debt (due_on)
  where expires and state in ('due', 'notice-issued', 'checkout-started', 'pending-outcome');
select platform.protect('payments.debt');

-- Every change of state, kept.
create table payments.debt_history (
  id         bigint generated always as identity primary key,
  debt_id    uuid not null references payments.debt (id),
  patient_id uuid not null,
  from_state text,
  to_state   text not null,
  at         timestamptz not null
);
create index debt_history_of on payments.debt_history (debt_id, id);
select platform.protect('payments.debt_history');

create function payments.guard_debt() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if new.iuv <> old.iuv or new.notice_number <> old.notice_number or new.creditor_id <> old.creditor_id
       or new.patient_id <> old.patient_id or new.subject_id <> old.subject_id then
      raise exception 'a debt keeps its number, creditor, patient and subject' using errcode = 'check_violation', constraint = 'debt_identity';
    end if;
    if new.state = old.state then
      return new;
    end if;
    if not exists (select from payments.debt_transition t where t.from_state = old.state and t.to_state = new.state) then
      raise exception 'a debt that is % cannot become %', old.state, new.state using errcode = 'check_violation', constraint = 'debt_transition';
    end if;
    insert into payments.debt_history (debt_id, patient_id, from_state, to_state, at)
      values (new.id, new.patient_id, old.state, new.state, new.state_since);
    return new;
  end if;
  if new.state <> 'due' then
    raise exception 'a debt is born due' using errcode = 'check_violation', constraint = 'debt_transition';
  end if;
  insert into payments.debt_history (debt_id, patient_id, from_state, to_state, at)
    values (new.id, new.patient_id, null, new.state, new.state_since);
  return new;
end $$;
create trigger debt_guard after insert or update on payments.debt for each row execute function payments.guard_debt();

-- Money that came in. The same receipt told twice is one row.
create table payments.receipt (
  id                   uuid primary key,
  debt_id              uuid not null references payments.debt (id),
  patient_id           uuid not null,
  creditor_fiscal_code text not null,
  receipt_number       text not null check (length(receipt_number) between 1 and 64),
  channel              text not null check (channel in ('pagopa', 'desk')),
  amount_cents         integer not null check (amount_cents > 0),
  fee_cents            integer not null default 0 check (fee_cents >= 0),
  provider             text not null check (length(provider) <= 140),
  method               text not null check (length(method) <= 60),
  paid_at              timestamptz not null,
  surplus              boolean not null,
  document             text,
  flow_id              text,
  reported_at          timestamptz,
  recorded_at          timestamptz not null,
  constraint receipt_once unique (creditor_fiscal_code, receipt_number)
);
comment on column payments.receipt.surplus is 'Came when nothing was owed (already paid, cancelled): it is refunded whole';
comment on column payments.receipt.document is 'Receipt of pagoPA (paSendRTV2) as received';
create unique index receipt_one_kept on payments.receipt (debt_id) where not surplus;
create index receipt_of_debt on payments.receipt (debt_id, paid_at);
create index receipt_unreported on payments.receipt (paid_at) where channel = 'pagopa' and reported_at is null;
select platform.protect('payments.receipt');

-- Money to give back, of one receipt, in full or in part.
create table payments.refund (
  id           uuid primary key,
  debt_id      uuid not null references payments.debt (id),
  receipt_id   uuid not null references payments.receipt (id),
  patient_id   uuid not null,
  amount_cents integer not null check (amount_cents > 0),
  reason       text not null check (reason in ('cancelled-in-time', 'not-delivered', 'paid-twice', 'paid-after-cancellation', 'amount-lowered')),
  state        text not null default 'requested' check (state in ('requested', 'refunded')),
  requested_at timestamptz not null,
  refunded_at  timestamptz,
  reference    text check (length(reference) between 1 and 140),
  constraint refund_done check ((state = 'refunded') = (refunded_at is not null and reference is not null))
);
comment on column payments.refund.reference is 'Reference of the credit transfer to the payer';
create index refund_of_debt on payments.refund (debt_id, requested_at);
create index refund_of_receipt on payments.refund (receipt_id);
create index refund_open on payments.refund (requested_at) where state = 'requested';
select platform.protect('payments.refund');

-- What goes back is never more than what came in, also when two offices ask at once.
create function payments.guard_refund() returns trigger language plpgsql as $$
declare
  received integer;
  given    integer;
begin
  select amount_cents into received from payments.receipt where id = new.receipt_id for update;
  select coalesce(sum(amount_cents), 0) into given from payments.refund where receipt_id = new.receipt_id and id <> new.id;
  if given + new.amount_cents > received then
    raise exception 'the refunds exceed the payment' using errcode = 'check_violation', constraint = 'refund_within_payment';
  end if;
  return new;
end $$;
create trigger refund_guard before insert or update of amount_cents, receipt_id on payments.refund
  for each row execute function payments.guard_refund();

-- A cart of one to five notices of one family on pagoPA Checkout.
create table payments.checkout (
  id              uuid primary key,
  opened_by       uuid not null references registry.person (id),
  idempotency_key uuid not null,
  url             text,
  outcome         text check (outcome in ('ok', 'cancelled', 'error', 'waiting')),
  created_at      timestamptz not null,
  constraint checkout_once unique (opened_by, idempotency_key)
);
comment on column payments.checkout.outcome is 'What the return address said: navigation only, it proves no payment';
select platform.protect('payments.checkout', 'opened_by');

create table payments.checkout_debt (
  checkout_id  uuid not null references payments.checkout (id),
  debt_id      uuid not null references payments.debt (id),
  patient_id   uuid not null,
  amount_cents integer not null,
  primary key (checkout_id, debt_id)
);
create index checkout_debt_of on payments.checkout_debt (debt_id);
select platform.protect('payments.checkout_debt');

-- Reporting flows (flussi di rendicontazione): what each credit transfer on the creditor's account was made of.
create table payments.reporting_flow (
  creditor_fiscal_code text not null,
  flow_id              text not null,
  flow_at              timestamptz not null,
  settled_on           date not null,
  transfer_reference   text not null,
  total_cents          bigint not null,
  payments             integer not null,
  recorded_at          timestamptz not null,
  primary key (creditor_fiscal_code, flow_id)
);

create table payments.reporting_line (
  creditor_fiscal_code text not null,
  flow_id              text not null,
  position             integer not null,
  iuv                  text not null,
  receipt_number       text not null,
  amount_cents         integer not null,
  outcome              text not null,
  matched              boolean not null,
  primary key (creditor_fiscal_code, flow_id, position),
  foreign key (creditor_fiscal_code, flow_id) references payments.reporting_flow (creditor_fiscal_code, flow_id)
);
create index reporting_line_unmatched on payments.reporting_line (flow_id) where not matched;
