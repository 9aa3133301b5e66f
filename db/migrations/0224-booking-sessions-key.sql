-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The session becomes part of the key.

alter table booking.booking_line drop constraint booking_line_pkey;
alter table booking.booking_line add constraint booking_line_pkey primary key using index booking_line_by_session;
alter table booking.booking_line validate constraint booking_line_session;
