-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Practitioners are found by the beginning of a name, whatever its accents, apostrophes and capitals.
create index practitioner_by_family_letters on registry.practitioner (registry.name_letters(family_name) text_pattern_ops);
create index practitioner_by_given_letters on registry.practitioner (registry.name_letters(given_name) text_pattern_ops);
