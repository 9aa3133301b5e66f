-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Notices to people: what is told, to whom, by which channel, and what became of it; reminders; links without login.

select platform.room('notifications');

-- Something to tell about a person. Texts are rendered from template and parameters in the reader's language.
create table notifications.notice (
  id           uuid primary key,
  patient_id   uuid not null references registry.person (id),
  template     text not null,
  parameters   jsonb not null,
  about_kind   text not null,
  about_id     uuid not null,
  -- After this instant it is of no use and no longer goes out.
  useful_until timestamptz,
  created_at   timestamptz not null,
  spread_at    timestamptz
);
comment on column notifications.notice.parameters is 'Moments, places and codes; no clinical text';
create index notice_about on notifications.notice (about_kind, about_id);
create index notice_of_patient on notifications.notice (patient_id, created_at);
select platform.protect('notifications.notice');

-- The notice in the personal area of one reader: the person herself or, for a minor, a parent.
create table notifications.message (
  id           uuid primary key,
  notice_id    uuid not null references notifications.notice (id),
  recipient_id uuid not null references registry.person (id),
  created_at   timestamptz not null,
  read_at      timestamptz,
  constraint message_once unique (notice_id, recipient_id)
);
create index message_of_recipient on notifications.message (recipient_id, id desc);
create index message_unread on notifications.message (recipient_id) where read_at is null;
select platform.protect('notifications.message', 'recipient_id');

-- A notice on its way over a channel, and the log of what became of it.
create table notifications.delivery (
  id           uuid primary key,
  notice_id    uuid not null references notifications.notice (id),
  recipient_id uuid not null references registry.person (id),
  channel      text not null check (channel in ('sms', 'email', 'push')),
  -- Telephone number, e-mail address, or the id of the push subscription. Masked when it is no longer needed.
  address      text not null,
  language     text not null check (language in ('it', 'en')),
  state        text not null default 'waiting'
               check (state in ('waiting', 'sent', 'delivered', 'undeliverable', 'refused', 'lapsed')),
  attempts     smallint not null default 0,
  provider_id  text,
  reason       text,
  created_at   timestamptz not null,
  sent_at      timestamptz,
  settled_at   timestamptz,
  constraint delivery_once unique (notice_id, recipient_id, channel, address)
);
create index delivery_waiting on notifications.delivery (created_at) where state = 'waiting';
create index delivery_of_recipient on notifications.delivery (recipient_id, created_at);
create index delivery_to_mask on notifications.delivery (created_at)
  where state <> 'waiting' and channel <> 'push' and address not like '%•%';
select platform.protect('notifications.delivery', 'recipient_id');

-- A reminder planned for a visit. When it is due it becomes a notice, merged with the others of the same day.
create table notifications.reminder (
  id         uuid primary key,
  patient_id uuid not null references registry.person (id),
  about_kind text not null,
  about_id   uuid not null,
  -- What is reminded of, e.g. the appointment: one live reminder per template and subject.
  subject_id uuid not null,
  template   text not null,
  visit      jsonb not null,
  visit_day  date not null,
  at         timestamptz not null,
  state      text not null default 'scheduled' check (state in ('scheduled', 'sent', 'cancelled', 'lapsed')),
  notice_id  uuid references notifications.notice (id)
);
create unique index reminder_once on notifications.reminder (subject_id, template) where state = 'scheduled';
create index reminder_due on notifications.reminder (at) where state = 'scheduled';
create index reminder_about on notifications.reminder (about_kind, about_id) where state = 'scheduled';
create index reminder_of_patient on notifications.reminder (patient_id, template, visit_day) where state = 'scheduled';
select platform.protect('notifications.reminder');

-- A link that works without signing in, for one purpose and for a time. Only the SHA-256 of its token is stored.
create table notifications.link (
  token_hash bytea primary key,
  purpose    text not null,
  patient_id uuid not null references registry.person (id),
  about_kind text not null,
  about_id   uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index link_about on notifications.link (about_kind, about_id);
create index link_by_expiry on notifications.link (expires_at);
select platform.protect('notifications.link');

-- A browser that wants to be notified (RFC 8030). The endpoint is a secret.
create table notifications.push_subscription (
  id         uuid primary key,
  person_id  uuid not null references registry.person (id),
  endpoint   text not null check (length(endpoint) <= 2000),
  p256dh     text not null,
  auth       text not null,
  created_at timestamptz not null
);
create unique index push_subscription_once on notifications.push_subscription (md5(endpoint));
create index push_subscription_of_person on notifications.push_subscription (person_id);
select platform.protect('notifications.push_subscription', 'person_id');
