-- no-transaction
-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The rows of a line are told apart by their session.
create unique index concurrently booking_line_by_session on booking.booking_line (booking_id, line, session)
