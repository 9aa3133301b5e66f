-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who moved or cancelled: what the provider does never costs the patient.

alter table booking.booking_move add column by text not null default 'patient' check (by in ('patient', 'provider'));
alter table booking.booking add column moved_by text check (moved_by in ('patient', 'provider'));
alter table booking.booking add column cancelled_by text check (cancelled_by in ('patient', 'provider'));
comment on column booking.booking.moved_by is 'Who made the last move; after a provider''s the patient may cancel at no charge until the visit';
update booking.booking set cancelled_by = 'patient' where state = 'cancelled';
