-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Bookings of visits and exams from an e-prescription (ricetta dematerializzata), and the protected waiting list.

select platform.room('booking');

-- Dated rules: nothing legal is a constant in code.
create table booking.rule (
  key    text not null,
  value  jsonb not null,
  valid  daterange not null,
  source text not null,
  constraint booking_rule_once exclude using gist (key with =, valid with &&)
);
insert into booking.rule (key, value, valid, source) values
  ('cancellation', '{"workingDays": 2, "mode": "by-day"}', '[2024-06-08,)', 'D.L. 73/2024 art. 3 c. 5; counting mode configurable'),
  ('cancellation', '{"workingDays": 2, "mode": "by-day"}', '(,2024-06-08)', 'Regional practice before D.L. 73/2024'),
  ('hold', '{"citizenMinutes": 10, "extensions": 2}', '(,)', 'Regional configuration'),
  ('reminders', '{"daysBefore": [15, 4, 1], "firstOnlyIfBookedDaysAhead": 20, "hour": "09:00"}', '(,)', 'Regional configuration'),
  ('payment', '{"dueDaysBefore": 1}', '(,)', 'Regional configuration: due by the day before, unpaid never frees the seat'),
  ('waiting-list', '{"answerHours": 2, "candidates": 5, "owner": "Ufficio liste di attesa", "phone": "800 000 000"}', '(,)', 'PNGLA 2019-2021; answer window configurable');

-- A prescription as the SAC last described it. One row per NRE and patient.
create table booking.prescription (
  id               uuid primary key,
  patient_id       uuid not null references registry.person (id),
  nre              text not null check (nre ~ '^[0-9]{3}([0-9][A-Z]|[A-Z][0-9])[0-7][0-9]{9}$'),
  patient_code     text not null,
  priority         text check (priority in ('U', 'B', 'D', 'P')),
  issued_on        date not null,
  book_by          date not null,
  first_contact_at timestamptz not null,
  checked_at       timestamptz not null,
  state            text not null default 'bookable' check (state in ('bookable', 'taken', 'released', 'unusable')),
  content          jsonb not null,
  constraint prescription_once unique (patient_id, nre)
);
comment on column booking.prescription.first_contact_at is 'The maximum wait runs from here, not from the issue date';
select platform.protect('booking.prescription');

create table booking.booking (
  id               uuid primary key,
  code             text not null constraint booking_code unique,
  patient_id       uuid not null references registry.person (id),
  prescription_id  uuid not null references booking.prescription (id),
  nre              text not null,
  priority         text check (priority in ('U', 'B', 'D', 'P')),
  state            text not null check (state in ('held', 'confirming', 'confirmed', 'expired', 'released', 'cancelled', 'delivered', 'no-show')),
  booked_by        uuid not null references registry.person (id),
  channel          text not null default 'WEB' check (channel in ('WEB', 'APP', 'SPORTELLO', 'TELEFONO', 'FARMACIA', 'MMG')),
  requested_at     timestamptz not null,
  hold_expires_at  timestamptz not null,
  hold_extensions  smallint not null default 0,
  confirmed_at     timestamptz,
  cancelled_at     timestamptz,
  cancelled_late   boolean,
  cancel_reason    text check (length(cancel_reason) <= 300),
  -- Ex-ante monitoring (PNGLA): what was first available in the area, and whether the patient took it.
  first_available_at timestamptz,
  within_maximum   boolean not null,
  accepts_beyond   boolean not null default false,
  copay            jsonb not null,
  moves            smallint not null default 0,
  request_key      uuid not null,
  -- The prescriber's authentication code as the SAC gave it at the lock; printed, never searched.
  authentication_code text,
  constraint booking_request_once unique (booked_by, request_key)
);
create unique index booking_one_per_nre on booking.booking (nre) where state in ('held', 'confirming', 'confirmed');
create index booking_of_patient on booking.booking (patient_id, requested_at desc);
create index booking_of_prescription on booking.booking (prescription_id);
create index booking_hold_expiry on booking.booking (hold_expires_at) where state in ('held', 'confirming');
select platform.protect('booking.booking');

-- One line of the prescription and the appointment that serves it. A moved line keeps its row.
create table booking.booking_line (
  booking_id     uuid not null references booking.booking (id),
  line           smallint not null,
  patient_id     uuid not null references registry.person (id),
  service_id     uuid not null references registry.service (id),
  appointment_id uuid not null,
  starts_at      timestamptz not null,
  primary key (booking_id, line)
);
create index booking_line_of_appointment on booking.booking_line (appointment_id);
create index booking_line_of_patient on booking.booking_line (patient_id, starts_at);
select platform.protect('booking.booking_line');

-- Protected waiting list (percorso di tutela): every entry has a number, a deadline and an owner.
create table booking.waiting_list_entry (
  id               uuid primary key,
  number           text not null constraint waiting_list_number unique,
  patient_id       uuid not null references registry.person (id),
  prescription_id  uuid not null references booking.prescription (id),
  line             smallint not null,
  service_id       uuid not null references registry.service (id),
  class_rank       smallint not null,
  state            text not null check (state in ('taken-in-charge', 'offered', 'booked', 'declined', 'expired', 'escalated', 'withdrawn')),
  requested_at     timestamptz not null,
  deadline         date not null,
  owner            text not null,
  owner_phone      text not null,
  area             jsonb not null,
  booking_id       uuid references booking.booking (id)
);
create unique index waiting_list_once on booking.waiting_list_entry (prescription_id, line)
  where state in ('taken-in-charge', 'offered', 'escalated');
create index waiting_list_matching on booking.waiting_list_entry (service_id, class_rank, deadline, requested_at)
  where state in ('taken-in-charge', 'escalated');
create index waiting_list_of_patient on booking.waiting_list_entry (patient_id, requested_at desc);
create index waiting_list_by_deadline on booking.waiting_list_entry (deadline) where state in ('taken-in-charge', 'offered');
select platform.protect('booking.waiting_list_entry');

-- A seat offered to a waiting person, kept for her until the answer is due. Says why she was chosen.
create table booking.waiting_list_offer (
  id             uuid primary key,
  entry_id       uuid not null references booking.waiting_list_entry (id),
  patient_id     uuid not null references registry.person (id),
  booking_id     uuid not null references booking.booking (id),
  state          text not null check (state in ('open', 'accepted', 'declined', 'lapsed')),
  offered_at     timestamptz not null,
  answer_by      timestamptz not null,
  starts_at      timestamptz not null,
  reason         text not null
);
create unique index waiting_list_offer_open on booking.waiting_list_offer (entry_id) where state = 'open';
create index waiting_list_offer_of_entry on booking.waiting_list_offer (entry_id, offered_at);
create index waiting_list_offer_due on booking.waiting_list_offer (answer_by) where state = 'open';
select platform.protect('booking.waiting_list_offer');
