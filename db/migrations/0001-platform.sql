-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The ground every room stands on: schemas with grants, row-level security, the outbox of domain events.

create extension if not exists btree_gist;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

create schema platform;

-- The application reads and writes rows as this role; it owns nothing, so row-level security binds it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'sinfonia_app') then
    create role sinfonia_app nologin;
  end if;
  execute format('grant sinfonia_app to %I', current_user);
exception when duplicate_object or unique_violation then
  null; -- two databases of one server are migrated at the same time: the role is there, which is what we want
end $$;

grant usage on schema platform to sinfonia_app;
alter default privileges in schema platform grant select, insert, update, delete on tables to sinfonia_app;
alter default privileges in schema platform grant usage, select on sequences to sinfonia_app;

-- Makes the schema of a room, with the application's grants.
create function platform.room(name text) returns void language plpgsql as $$
begin
  execute format('create schema %I', name);
  execute format('grant usage on schema %I to sinfonia_app', name);
  execute format('alter default privileges in schema %I grant select, insert, update, delete on tables to sinfonia_app', name);
  execute format('alter default privileges in schema %I grant usage, select on sequences to sinfonia_app', name);
end $$;

-- Who asks: `app.role` and `app.patients` are set for the transaction by the server (src/server/platform/database.ts).
create function platform.acts_as_system() returns boolean language sql stable parallel safe as $$
  select coalesce(current_setting('app.role', true), '') = 'system'
$$;

create function platform.own_patients() returns uuid[] language sql stable parallel safe as $$
  select coalesce(nullif(current_setting('app.patients', true), '')::uuid[], '{}')
$$;

-- Second fence behind every `where`: a row of a person is seen and written only by the system's own jobs and by
-- requests that act for that person. A query that forgets its condition shows nothing.
create function platform.protect(protected regclass, patient_column text default 'patient_id') returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', protected);
  execute format('alter table %s force row level security', protected);
  execute format(
    'create policy own_patients on %s using ((select platform.acts_as_system()) or %I = any ((select platform.own_patients())::uuid[]))',
    protected, patient_column
  );
end $$;

-- Outbox of domain events: written in the transaction of the change, delivered at least once by a worker.
create table platform.event (
  id            uuid primary key,
  name          text not null,
  payload       jsonb not null,
  occurred_at   timestamptz not null default clock_timestamp(),
  dispatched_at timestamptz
);
comment on table platform.event is 'Domain events; payloads hold ids only';
create index event_to_dispatch on platform.event (id) where dispatched_at is null;
create index event_by_age on platform.event (dispatched_at) where dispatched_at is not null;

-- Roles of running processes say here that they are alive.
create table platform.heartbeat (
  role text not null check (role in ('server', 'worker')),
  host text not null,
  at   timestamptz not null,
  primary key (role, host)
);
