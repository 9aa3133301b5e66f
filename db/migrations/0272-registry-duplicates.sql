-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Pairs of records that may be one person, for an office to decide. A pair is asked about once.

create table registry.linkage_case (
  id         uuid primary key,
  first_id   uuid not null references registry.person (id),
  second_id  uuid not null references registry.person (id),
  bits       real not null,
  levels     jsonb not null,
  doubts     text[] not null,
  found_at   timestamptz not null,
  state      text not null default 'open' check (state in ('open', 'later', 'same', 'different')),
  note       text check (length(note) between 3 and 500),
  decided_by uuid references registry.person (id),
  decided_at timestamptz,
  merge_id   uuid references registry.merge (id),
  constraint linkage_case_once unique (first_id, second_id),
  constraint linkage_case_of_two check (first_id < second_id),
  constraint linkage_case_decided check ((state = 'open') = (decided_at is null)),
  constraint linkage_case_merged check (state = 'same' or merge_id is null)
);
comment on column registry.linkage_case.bits is 'Log odds that both are one person (docs/registry.md)';
create index linkage_case_to_decide on registry.linkage_case (state, bits desc, id);
create index linkage_case_of_second on registry.linkage_case (second_id);
create index linkage_case_of_merge on registry.linkage_case (merge_id) where merge_id is not null;
alter table registry.linkage_case enable row level security;
alter table registry.linkage_case force row level security;
create policy system_only on registry.linkage_case using ((select platform.acts_as_system()));

insert into registry.person_reference (relation, field, rule, why) values
  ('registry.linkage_case', 'first_id', 'stays', 'the question that was asked'),
  ('registry.linkage_case', 'second_id', 'stays', 'the question that was asked'),
  ('registry.linkage_case', 'decided_by', 'stays', 'who acted in office');

-- How far the search for such pairs has come: it goes through the registry a part at a time, and then from the start.
create table registry.duplicate_search (
  one     boolean primary key default true check (one),
  reached uuid not null,
  at      timestamptz not null
);
