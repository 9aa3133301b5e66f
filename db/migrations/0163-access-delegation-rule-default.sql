-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Rules that hold until those of the region are loaded: signing in never waits for the reference data. Rules are looked up by
-- region code, the lowest first, so 999 gives way to every region.

insert into access.delegation_rule (id, region, valid, most_delegates, most_requests, answer_days, remind_days, longest_days,
  own_sign_in_age, minor_services, act, verified)
values ('0193a000-0000-7000-8000-000000000999', '999', daterange('2000-01-01', null), 5, 5, 30, 30, 730, 14,
  '{BOOKING,RECORD,VACCINATION}', 'Valori prudenti fino al caricamento delle regole della regione; eta: AgID, Determinazione 51 del 3/3/2022', false);
comment on column access.delegation_rule.region is 'Code of the region; 999 holds where the region has no rule for the day';
