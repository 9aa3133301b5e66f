-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The yearly list of who is entitled by income, read from Sistema TS (DM 11/12/2009), and how it differs from what people hold.

alter table exemptions.check_rule
  add column listed_codes text[] not null default '{E01,E03,E04}' check (cardinality(listed_codes) >= 1);
comment on column exemptions.check_rule.listed_codes is 'Codes that the yearly list certifies: who declared one and is not listed is checked';

create table exemptions.list_import (
  id         uuid primary key,
  asl_id     uuid not null references registry.organisation (id),
  year       smallint not null check (year between 2010 and 2100),
  dry_run    boolean not null,
  state      text not null check (state in ('QUEUED', 'READING', 'COMPARING', 'DONE', 'NOT_PUBLISHED')),
  list_id    text,
  number     integer,
  pages      text[] not null default '{}',
  pages_read integer not null default 0 check (pages_read between 0 and cardinality(pages)),
  counts     jsonb not null default '{}',
  asked_by   uuid not null,
  asked_at   timestamptz not null,
  done_at    timestamptz
);
comment on column exemptions.list_import.year is 'Exemptions from 1 April of this year to 31 March of the next';
comment on column exemptions.list_import.number is 'Grows with each publication of Sistema TS';
comment on column exemptions.list_import.pages is 'Check sum of each page';
create unique index list_import_one_running on exemptions.list_import (asl_id, year) where state in ('QUEUED', 'READING', 'COMPARING');
create index list_import_of on exemptions.list_import (asl_id, year, asked_at desc);

create table exemptions.list_row (
  import_id   uuid not null references exemptions.list_import (id),
  fiscal_code text not null,
  code        text not null,
  valid       daterange not null,
  person_id   uuid references registry.person (id),
  fate        text check (fate in ('entered', 'shortened', 'same', 'declared', 'unknown')),
  primary key (import_id, fiscal_code, code)
);
comment on column exemptions.list_row.fate is 'Null until it was compared; shortened and declared: what was declared goes on until its end';
create index list_row_of_person on exemptions.list_row (import_id, person_id, code);
create index list_row_to_compare on exemptions.list_row (import_id, fiscal_code, code) where fate is null;
select platform.protect('exemptions.list_row', 'person_id');

-- What an office has to look at: nothing of this is overwritten by itself.
create table exemptions.list_difference (
  id          bigint generated always as identity primary key,
  import_id   uuid not null references exemptions.list_import (id),
  kind        text not null check (kind in ('unknown', 'declared', 'shortened', 'not-listed', 'withdrawn')),
  person_id   uuid references registry.person (id),
  fiscal_code text,
  code        text not null
);
create index list_difference_of on exemptions.list_difference (import_id, id);
select platform.protect('exemptions.list_difference', 'person_id');
