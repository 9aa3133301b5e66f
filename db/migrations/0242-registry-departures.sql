-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- When a doctor leaves (cessazione), her people are given another one, thousands at a time, and whoever cannot be is told.

create table registry.departure (
  id           uuid primary key,
  role_id      uuid not null references registry.primary_care_post (role_id),
  last_day     date not null,
  reason       text not null check (reason in ('RETIREMENT', 'RESIGNATION', 'TRANSFER', 'DEATH', 'SUSPENSION')),
  state        text not null default 'PLANNED' check (state in ('PLANNED', 'RUNNING', 'DONE', 'CALLED_OFF')),
  people       integer not null check (people >= 0),
  reassigned   integer not null default 0,
  without      integer not null default 0,
  decided_by   uuid not null,
  decided_at   timestamptz not null,
  finished_at  timestamptz,
  constraint departure_finished check ((state in ('DONE', 'CALLED_OFF')) = (finished_at is not null))
);
comment on column registry.departure.people is 'In the list when it was decided';
comment on column registry.departure.without is 'People for whom no doctor had a place: the district assigns one';
comment on column registry.departure.decided_by is 'Appointment of the officer';
create unique index departure_once on registry.departure (role_id) where state in ('PLANNED', 'RUNNING');
create index departure_by_day on registry.departure (decided_at desc);

-- Doctors who take the people, in the order in which they are filled.
create table registry.departure_target (
  departure_id uuid not null references registry.departure (id),
  place        smallint not null,
  role_id      uuid not null references registry.primary_care_post (role_id),
  primary key (departure_id, place),
  constraint departure_target_once unique (departure_id, role_id)
);

-- Movements of a month, doctor by doctor, are counted from these.
create index doctor_choice_began on registry.doctor_choice (began_at);
create index doctor_choice_ended_at on registry.doctor_choice (ended_at) where ended_at is not null;
