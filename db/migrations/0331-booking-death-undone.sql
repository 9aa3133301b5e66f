-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What a death cancelled of the bookings of who died. Should the death be an error, places that are still free are hers again;
-- those that somebody else has by then are listed for the office.

create table booking.death_cancellation (
  appointment_id uuid primary key references scheduling.appointment (id),
  booking_id     uuid not null references booking.booking (id),
  patient_id     uuid not null references registry.person (id),
  cancelled_at   timestamptz not null,
  undone_at      timestamptz,
  restored_as    uuid references booking.booking (id),
  constraint death_cancellation_undone check (restored_as is null or undone_at is not null)
);
comment on table booking.death_cancellation is 'Appointments cancelled because the patient died';
comment on column booking.death_cancellation.undone_at is 'When the death turned out to be an error and her place was asked for again';
comment on column booking.death_cancellation.restored_as is 'Booking she has it in now; null when the place was gone';
create index death_cancellation_of on booking.death_cancellation (patient_id);
create index death_cancellation_of_booking on booking.death_cancellation (booking_id);
select platform.protect('booking.death_cancellation');
insert into registry.person_reference (relation, field, rule, why) values
  ('booking.death_cancellation', 'patient_id', 'moves', null);
