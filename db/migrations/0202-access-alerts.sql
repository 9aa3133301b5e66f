-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Alerts on unusual access (Garante, Linee guida in materia di Dossier sanitario, 4 June 2015): what the rules of the region find
-- in the audit trail, for auditors to examine.

-- The watch reads the newest minutes of the trail; rows come in the order of time, so a block index is enough.
create index audit_by_time on access.audit_entry using brin (at);

-- An alert (segnalazione): somebody passed the threshold of a rule in a stretch of time.
create table access.access_alert (
  id              uuid primary key default gen_random_uuid(),
  kind            text not null constraint access_alert_kind check
    (kind in ('many-people', 'at-night', 'many-refused', 'own-family', 'colleagues', 'break-glass')),
  -- Who acted: a person, or the client of a partner.
  person_id       uuid references registry.person (id),
  client_id       text,
  role            text,
  organisation_id uuid,
  -- From the first access to the last one that was counted.
  period          tstzrange not null,
  seen            integer not null check (seen > 0),
  -- The threshold that was passed.
  most            integer not null check (most >= 0),
  opened_at       timestamptz not null,
  -- When the privacy office was told.
  told_at         timestamptz,
  state           text not null default 'open' constraint access_alert_state check (state in ('open', 'examined')),
  examined_at     timestamptz,
  examined_by     uuid references registry.person (id),
  note            text,
  constraint access_alert_about_one check (num_nonnulls(person_id, client_id) = 1),
  constraint access_alert_examined check (num_nonnulls(examined_at, examined_by, note) = case state when 'open' then 0 else 3 end),
  -- Nobody examines what is about herself.
  constraint access_alert_by_another check (examined_by is distinct from person_id or examined_by is null),
  -- The same stretch is not reported twice, whatever two workers do at once.
  constraint access_alert_once exclude using gist (kind with =, coalesce(person_id::text, client_id) with =, period with &&)
);
create index access_alert_by_state on access.access_alert (state, opened_at, id);
create index access_alert_of_person on access.access_alert (person_id);
create index access_alert_examined_by on access.access_alert (examined_by);
alter table access.access_alert enable row level security;
alter table access.access_alert force row level security;
create policy system_only on access.access_alert using ((select platform.acts_as_system()));
-- What was found stays.
revoke delete on access.access_alert from sinfonia_app;

-- Up to where the trail was watched; its one row is also the lock of the watch.
create table access.alert_watch (
  one          boolean primary key default true check (one),
  watched_until timestamptz not null
);
revoke delete on access.alert_watch from sinfonia_app;
