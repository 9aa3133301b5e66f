-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- How long a prorogation can be taken back is a rule of the region too.

alter table exemptions.check_rule add column undo_hours smallint not null default 72 check (undo_hours between 1 and 720);
comment on column exemptions.check_rule.undo_hours is 'Hours in which a prorogation can be taken back';
