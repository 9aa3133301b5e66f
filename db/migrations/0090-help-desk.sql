-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What people say of the pages, and their requests for help.

select platform.room('help');

-- Ratings of pages and procedures (valutazione). No identity: nobody can be found from a row.
create table help.feedback (
  id          uuid primary key,
  about       text not null check (about ~ '^[a-z0-9/-]{1,80}$'),
  kind        text not null check (kind in ('page', 'procedure')),
  score       smallint not null check (score between 1 and 5),
  answers     text[] not null,
  text        text not null check (length(text) <= 200),
  release     text not null,
  created_at  timestamptz not null
);
create index feedback_by_subject on help.feedback (about, created_at);

-- Requests for help, malfunction reports (segnalazioni di disservizio), accessibility barriers.
create table help.request (
  id          uuid primary key,
  number      text not null constraint help_request_number unique,
  kind        text not null check (kind in ('question', 'fault', 'barrier')),
  name        text not null,
  email       text not null,
  text        text not null,
  page        text,
  language    text not null check (language in ('it', 'en')),
  state       text not null default 'open' check (state in ('open', 'answered')),
  answer_by   date not null,
  created_at  timestamptz not null
);
create index request_open on help.request (answer_by) where state = 'open';
