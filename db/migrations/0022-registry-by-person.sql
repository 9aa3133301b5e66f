-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is kept about one person, found by her id: the constraints' own indexes serve ranges of days, and the one of enrolments
-- leaves rows out, so that every search and hold read the enrolments of the whole region.

create index enrolment_of on registry.enrolment (person_id) where state = 'ACTIVE';
create index address_of on registry.address (person_id);
create index contact_of on registry.contact (person_id);
