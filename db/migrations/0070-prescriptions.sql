-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The client of the SAC, the national store of e-prescriptions (ricette dematerializzate): what was exchanged with it,
-- and which prescriptions we hold there.

select platform.room('prescriptions');

-- One row per request to the SAC: what was asked, how it ended, how long it took. No PIN, no code of a person, no whole NRE.
create table prescriptions.exchange (
  id           uuid primary key,
  at           timestamptz not null,
  operation    text not null check (operation in ('look-up', 'lock', 're-read', 'release', 'close', 'reopen', 'list')),
  nre_masked   text check (length(nre_masked) <= 9),
  -- Answer code of the SAC (0000, 5011…), or how the request failed without one.
  outcome      text not null check (outcome ~ '^([0-9]{4}|fault|garbled|time-out|unreachable|refused|paused)$'),
  http_status  smallint,
  milliseconds integer not null,
  correlation  uuid not null
);
comment on column prescriptions.exchange.correlation is 'Id of the request or job that caused it';
create index exchange_by_age on prescriptions.exchange (at);
create index exchange_of_request on prescriptions.exchange (correlation);

-- Prescriptions that we hold on the SAC, or may hold: one row per NRE and
-- patient, so that somebody who types the number of another cannot touch that person's row. `wanted_since` says that a booking needs the lock;
-- without it the row is a debt: the lock, if it exists, goes back to the SAC from `due_at` on.
create table prescriptions.custody (
  id              uuid primary key,
  nre             text not null,
  patient_id      uuid not null references registry.person (id),
  -- Code on the prescription, needed to release it; null for subjects without a card.
  patient_code    text,
  wanted_since    timestamptz,
  due_at          timestamptz,
  -- Who last looked or released: an older one that comes late changes nothing.
  token           uuid not null,
  -- A release is on its way until then at most; a lock waits for it.
  releasing_until timestamptz,
  attempts        integer not null default 0,
  constraint custody_once unique (nre, patient_id),
  check (wanted_since is not null or due_at is not null)
);
create index custody_due on prescriptions.custody (due_at) where wanted_since is null;
create index custody_of_patient on prescriptions.custody (patient_id);
select platform.protect('prescriptions.custody');
