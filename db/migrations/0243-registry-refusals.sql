-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A doctor gives up the care of somebody (ricusazione, ACN 2024 art. 40): it counts from the 16th day after it was told to the
-- authority, and not where no other doctor has places.

create table registry.doctor_refusal (
  id           uuid primary key,
  person_id    uuid not null references registry.person (id),
  role_id      uuid not null references registry.primary_care_post (role_id),
  received_on  date not null,
  motive       text not null check (motive in ('TRUST', 'CONDUCT', 'OTHER')),
  state        text not null check (state in ('ACCEPTED', 'DENIED', 'EFFECTIVE', 'OVERTAKEN')),
  denied_for   text check (denied_for in ('NO_OTHER_DOCTOR', 'SELF_LIMITED')),
  effective_on date,
  recorded_by  uuid not null,
  recorded_at  timestamptz not null,
  constraint doctor_refusal_denied check ((state = 'DENIED') = (denied_for is not null) and (state = 'DENIED') = (effective_on is null)),
  constraint doctor_refusal_day check (effective_on = received_on + 16)
);
comment on column registry.doctor_refusal.state is 'OVERTAKEN: the person left the doctor before the day came';
comment on column registry.doctor_refusal.recorded_by is 'Appointment of the officer';
create unique index doctor_refusal_once on registry.doctor_refusal (person_id, role_id) where state = 'ACCEPTED';
create index doctor_refusal_due on registry.doctor_refusal (effective_on) where state = 'ACCEPTED';
create index doctor_refusal_of on registry.doctor_refusal (role_id, recorded_at desc);
select platform.protect('registry.doctor_refusal', 'person_id');
