-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Letters for those whom no channel reaches outside of the portal: an authority prints and posts them, thousands at a time.

alter table notifications.notice add column letter_from uuid references registry.organisation (id);
comment on column notifications.notice.letter_from is 'Authority that writes on paper to readers without a confirmed contact';

create table notifications.letter_batch (
  id              uuid primary key,
  organisation_id uuid not null references registry.organisation (id),
  letters         integer not null check (letters > 0),
  printed         integer not null default 0 check (printed between 0 and letters),
  made_by         uuid not null,
  made_at         timestamptz not null,
  posted_at       timestamptz,
  constraint letter_batch_posted check (posted_at is null or printed = letters)
);
comment on table notifications.letter_batch is 'Letters made into files together';
comment on column notifications.letter_batch.made_by is 'Appointment of the officer';
create index letter_batch_of on notifications.letter_batch (organisation_id, made_at desc);

create table notifications.letter (
  id              uuid primary key,
  notice_id       uuid not null references notifications.notice (id),
  recipient_id    uuid not null references registry.person (id),
  organisation_id uuid not null references registry.organisation (id),
  language        text not null check (language in ('it', 'en')),
  created_at      timestamptz not null,
  batch_id        uuid references notifications.letter_batch (id),
  place           integer check (place > 0),
  constraint letter_once unique (notice_id, recipient_id),
  constraint letter_place unique (batch_id, place),
  constraint letter_batched check ((batch_id is null) = (place is null))
);
create index letter_waiting on notifications.letter (organisation_id, created_at) where batch_id is null;
create index letter_of_recipient on notifications.letter (recipient_id);
select platform.protect('notifications.letter', 'recipient_id');

-- Some letters of a batch as one file. Emptied when they are posted.
create table notifications.letter_file (
  batch_id uuid not null references notifications.letter_batch (id),
  number   smallint not null check (number > 0),
  letters  smallint not null check (letters > 0),
  content  bytea,
  primary key (batch_id, number)
);
alter table notifications.letter_file enable row level security;
alter table notifications.letter_file force row level security;
create policy system_only on notifications.letter_file using ((select platform.acts_as_system()));
