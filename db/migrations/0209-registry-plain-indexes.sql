-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What 0207 and 0208 begin with too.
drop index registry.address_of;
drop index registry.person_identifier_of;
