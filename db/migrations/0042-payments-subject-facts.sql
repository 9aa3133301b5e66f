-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What a receipt must say for the tax return: the public code of what was paid for, and the days of the service.

alter table payments.debt add column subject_code text check (length(subject_code) between 1 and 40);
alter table payments.debt add column service_days text[] not null default '{}';
comment on column payments.debt.service_days is 'Civil days, YYYY-MM-DD; they follow the subject when it moves';
