-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- History of moves, and the answer to a reminder.

alter table booking.booking add column presence_confirmed_at timestamptz;
comment on column booking.booking.presence_confirmed_at is 'The person answered a reminder: she will come';

-- Where a line was before each move.
create table booking.booking_move (
  booking_id     uuid not null references booking.booking (id),
  line           smallint not null,
  patient_id     uuid not null references registry.person (id),
  appointment_id uuid not null,
  starts_at      timestamptz not null,
  moved_at       timestamptz not null,
  primary key (booking_id, line, moved_at)
);
select platform.protect('booking.booking_move');
