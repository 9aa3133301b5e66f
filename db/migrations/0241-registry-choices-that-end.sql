-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Choices with an end are found on the day they end without reading all others.

create index doctor_choice_with_end on registry.doctor_choice (upper(valid)) where ended_at is null and not upper_inf(valid);
