-- no-transaction
-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What an offer shows of a slot stands in the index of free slots: a search reads the index alone, not a page for each slot.
create index concurrently slot_free_to_show on scheduling.slot (group_no, open_to, id) include (schedule_id, starts_at, ends_at) where has_room
