-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Of a service prescribed several times, whether two may be given on one day.

alter table registry.service add column same_day boolean not null default false;
comment on column registry.service.same_day is 'Prescribed several times (quantita above 1), two of it may be given on one day';
