-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Pharmacies, laboratories, vaccination centres and suppliers (of oxygen, devices) are organisations too.

alter table registry.organisation drop constraint organisation_kind_check;
alter table registry.organisation add constraint organisation_kind_check check (kind in ('region', 'asl', 'ao', 'aou',
  'irccs', 'district', 'hospital', 'accredited', 'clinic', 'unit', 'pharmacy', 'laboratory', 'vaccination-centre', 'supplier'));
