-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Messages of the national registries: ANPR (residents) and ANA (assisted people, on Sistema TS). Each is kept as it came and counts
-- once, in the order its registry gave it; what contradicts the registry is put before an office instead of being written over.

-- How far each registry's feed was read.
create table registry.national_feed (
  source      text primary key check (source in ('anpr', 'ana')),
  position    bigint not null default 0 check (position >= 0),
  asked_at    timestamptz not null,
  answered_at timestamptz,
  problem     text check (problem in ('not-configured', 'unavailable'))
);

create table registry.national_message (
  id            uuid primary key,
  source        text not null check (source in ('anpr', 'ana')),
  external_id   text not null check (length(external_id) between 1 and 100),
  digest        text not null check (digest ~ '^[0-9a-f]{64}$'),
  payload       jsonb not null,
  subject       text check (length(subject) between 1 and 40),
  sequence      integer check (sequence > 0),
  previous      integer check (previous > 0 and previous < sequence),
  kind          text,
  happened_on   date,
  registered_at timestamptz,
  parents       text[] not null default '{}',
  received_at   timestamptz not null,
  seen_at       timestamptz not null,
  deliveries    integer not null default 1 check (deliveries > 0),
  state         text not null check (state in ('waiting', 'applied', 'error', 'set-aside')),
  problem       text check (problem in ('malformed', 'id-reused', 'sequence-taken', 'unknown-person', 'unknown-event')),
  person_id     uuid references registry.person (id),
  outcome       jsonb not null default '[]',
  settled_at    timestamptz,
  settled_by    uuid references registry.person (id),
  note          text check (length(note) between 3 and 500),
  constraint national_message_content_once unique (source, external_id, digest),
  constraint national_message_problem check ((state = 'error') = (problem is not null and settled_by is null)),
  constraint national_message_read check (state not in ('waiting', 'applied')
    or (subject is not null and sequence is not null and kind is not null and happened_on is not null and registered_at is not null)),
  constraint national_message_applied check (state <> 'applied' or person_id is not null)
);
comment on table registry.national_message is 'Messages of ANPR and ANA, each as it came';
comment on column registry.national_message.digest is 'SHA-256 of the content, with the names of members in order';
comment on column registry.national_message.subject is 'The person at the source: ANPR id, ANA id';
comment on column registry.national_message.sequence is 'Number of the message among those of its subject; previous is that of the one before it, none for the first sent to us';
comment on column registry.national_message.parents is 'ANPR ids and fiscal codes of the parents a birth names';
comment on column registry.national_message.outcome is 'What it came to, part by part: {part, result}';
comment on column registry.national_message.settled_by is 'Officer who set it aside';
-- An id means one content: a second content under it is kept as an error.
create unique index national_message_once on registry.national_message (source, external_id) where problem is distinct from 'id-reused';
create unique index national_message_in_sequence on registry.national_message (source, subject, sequence) where state in ('waiting', 'applied');
create index national_message_to_apply on registry.national_message (source, subject, sequence) where state = 'waiting';
create index national_message_by_time on registry.national_message (received_at desc, id desc);
create index national_message_of_person on registry.national_message (person_id) where person_id is not null;
create index national_message_of_parents on registry.national_message using gin (parents) where state = 'applied' and parents <> '{}';
alter table registry.national_message enable row level security;
alter table registry.national_message force row level security;
create policy system_only on registry.national_message using ((select platform.acts_as_system()));
revoke delete on registry.national_message from sinfonia_app;

create function registry.keep_national_message() returns trigger language plpgsql as $$
begin
  if (new.source, new.external_id, new.digest, new.payload, new.subject, new.sequence, new.received_at)
    is distinct from (old.source, old.external_id, old.digest, old.payload, old.subject, old.sequence, old.received_at) then
    raise exception 'a message is kept as it came' using errcode = 'check_violation', constraint = 'national_message_kept';
  end if;
  if old.state = 'applied' and new.state <> 'applied' then
    raise exception 'what was applied stays so' using errcode = 'check_violation', constraint = 'national_message_kept';
  end if;
  return new;
end $$;
create trigger keep before update on registry.national_message for each row execute function registry.keep_national_message();

-- Who the subjects of the sources are here.
create table registry.national_subject (
  source    text not null check (source in ('anpr', 'ana')),
  subject   text not null,
  person_id uuid not null references registry.person (id),
  how       text not null check (how in ('number', 'code', 'weights', 'created', 'doubtful')),
  linked_at timestamptz not null,
  primary key (source, subject)
);
comment on column registry.national_subject.how is 'doubtful: a record of its own was made, and its likeness to another is a pair to decide (linkage_case)';
create index national_subject_of on registry.national_subject (person_id);
alter table registry.national_subject enable row level security;
alter table registry.national_subject force row level security;
create policy system_only on registry.national_subject using ((select platform.acts_as_system()));

-- Each part of a person that messages touch: what was there without them, and what is written with them. So the order in which
-- messages come does not matter, and one that is annulled leaves nothing behind.
create table registry.national_part (
  person_id uuid not null references registry.person (id),
  part      text not null,
  base      jsonb not null,
  written   jsonb not null,
  primary key (person_id, part)
);
alter table registry.national_part enable row level security;
alter table registry.national_part force row level security;
create policy system_only on registry.national_part using ((select platform.acts_as_system()));

-- What a source says against a value of ours that is as well founded as its own, for an office to decide.
create table registry.national_difference (
  id         uuid primary key,
  person_id  uuid not null references registry.person (id),
  part       text not null check (part in ('familyName', 'givenName', 'birthDate', 'sex', 'birthPlace', 'citizenship', 'deceasedOn',
               'fiscalCode', 'healthCard', 'residence', 'enrolment')),
  said       text not null check (said ~ '^[0-9a-f]{64}$'),
  source     text not null check (source in ('anpr', 'ana')),
  message_id uuid not null references registry.national_message (id),
  ours       jsonb not null,
  our_source text,
  theirs     jsonb not null,
  because    text not null check (because in ('equal-or-stronger', 'unknown-source', 'held-by-another', 'later-act')),
  found_at   timestamptz not null,
  state      text not null default 'open' check (state in ('open', 'later', 'taken', 'kept', 'overtaken')),
  note       text check (length(note) between 3 and 500),
  decided_by uuid references registry.person (id),
  decided_at timestamptz,
  constraint national_difference_once unique (person_id, part, said),
  constraint national_difference_decided check ((state in ('later', 'taken', 'kept')) = (decided_at is not null and decided_by is not null))
);
comment on column registry.national_difference.said is 'SHA-256 of what the source says: the same thing is asked once';
comment on column registry.national_difference.state is 'overtaken: the source or the registry says something else by now';
create index national_difference_by_state on registry.national_difference (state, found_at desc, id desc);
alter table registry.national_difference enable row level security;
alter table registry.national_difference force row level security;
create policy system_only on registry.national_difference using ((select platform.acts_as_system()));
revoke delete on registry.national_difference from sinfonia_app;

-- Every decision about a difference, and every one taken back.
create table registry.national_decision (
  id            bigint generated always as identity primary key,
  difference_id uuid not null references registry.national_difference (id),
  state         text not null check (state in ('open', 'later', 'taken', 'kept')),
  note          text not null check (length(note) between 3 and 500),
  decided_by    uuid not null references registry.person (id),
  decided_at    timestamptz not null
);
comment on column registry.national_decision.state is 'open: the decision before was taken back';
create index national_decision_of on registry.national_decision (difference_id, id);
alter table registry.national_decision enable row level security;
alter table registry.national_decision force row level security;
create policy system_only on registry.national_decision using ((select platform.acts_as_system()));
revoke update, delete on registry.national_decision from sinfonia_app;

insert into registry.person_reference (relation, field, rule, why) values
  ('registry.national_message', 'person_id', 'moves', null),
  ('registry.national_message', 'settled_by', 'stays', 'who acted in office'),
  ('registry.national_subject', 'person_id', 'moves', null),
  ('registry.national_part', 'person_id', 'stays', 'what messages found and wrote in this record'),
  ('registry.national_difference', 'person_id', 'moves-or-stays', null),
  ('registry.national_difference', 'decided_by', 'stays', 'who acted in office'),
  ('registry.national_decision', 'decided_by', 'stays', 'who acted in office');
create index national_difference_of on registry.national_difference (person_id);

-- A move within the authority changes the district.
alter table registry.enrolment drop constraint enrolment_end_reason_check;
alter table registry.enrolment add constraint enrolment_end_reason_check check (end_reason in ('DEATH', 'MOVED_OTHER_ASL',
  'MOVED_DISTRICT', 'MOVED_ABROAD', 'PERMIT_EXPIRED', 'DOUBLE', 'CANCELLED_ERROR'));
