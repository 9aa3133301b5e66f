-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What caused a notice, e.g. the id of a domain event: an event delivered twice is told once.

alter table notifications.notice add column cause uuid;
create unique index notice_once on notifications.notice (cause, template) where cause is not null;
