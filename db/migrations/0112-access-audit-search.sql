-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Auditors look for refused accesses of everybody: they are few, so their own index costs the others nothing.

create index audit_refused on access.audit_entry (at, id) where outcome = 'refused';
