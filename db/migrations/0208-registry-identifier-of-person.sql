-- no-transaction
-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The same for the codes of a person (0207).
create index concurrently person_identifier_of_person on registry.person_identifier (person_id, type) include (value, valid);
