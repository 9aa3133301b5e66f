-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- One-time codes by text message, and allowances: how often something may be done in a span of time.

-- How often something was done lately. The key is an HMAC: no name, number, code or address stands here.
create table access.allowance (
  key       bytea primary key,
  uses      timestamptz[] not null,
  forget_at timestamptz not null
);
create index allowance_by_age on access.allowance (forget_at);

-- Takes one use of each allowance, or of none when one is used up: then the time until all are free again. Of requests at
-- the same moment no more pass than are allowed: rows are locked, always in the same order.
create function access.use_allowances(wanted bytea[], most integer[], spans interval[], at timestamptz)
returns interval language plpgsql as $$
declare
  still interval;
begin
  insert into access.allowance (key, uses, forget_at)
  select distinct key, '{}'::timestamptz[], at from unnest(wanted) key order by key
  on conflict do nothing;
  perform 1 from access.allowance where key = any (wanted) order by key for update;

  select max(recent.freed - at) into still
  from unnest(wanted, most, spans) as want (key, most, span)
  join access.allowance kept on kept.key = want.key
  cross join lateral (
    select (array_agg(used order by used desc))[want.most] + want.span as freed
    from unnest(kept.uses) used where used > at - want.span
  ) recent;
  if still > interval '0' then
    return still;
  end if;

  update access.allowance kept
  set uses = array(select used from unnest(kept.uses) used where used > at - want.span order by used) || at,
      forget_at = at + want.span
  from unnest(wanted, spans) as want (key, span)
  where kept.key = want.key;
  return interval '0';
end $$;

-- A one-time code (codice usa e getta) sent to a mobile telephone. The code itself is nowhere: only its HMAC with purpose,
-- number and id, written by the worker at the moment of sending.
create table access.one_time_code (
  id         uuid primary key,
  purpose    text not null check (purpose in ('account-mobile', 'account-sign-in', 'public-flow')),
  owner      bytea not null,
  mobile     text not null check (mobile ~ '^\+393[0-9]{8,9}$'),
  language   text not null check (language in ('it', 'en')),
  state      text not null default 'waiting' check (state in ('waiting', 'sent', 'used', 'void')),
  mac        bytea,
  tries      smallint not null default 0 check (tries between 0 and 5),
  created_at timestamptz not null,
  sent_at    timestamptz,
  expires_at timestamptz not null,
  constraint one_time_code_has_mac check (mac is not null or state in ('waiting', 'void'))
);
comment on column access.one_time_code.owner is 'HMAC of whom the code is about: nobody else can use it';
comment on column access.one_time_code.state is 'waiting: not yet handed to the gateway; void: tries used up, replaced or refused';
create index one_time_code_by_age on access.one_time_code (created_at);

-- A text message without a code that waits to be sent, such as a warning to the old number. Gone once it was handed over.
create table access.text_message (
  id         uuid primary key,
  mobile     text not null check (mobile ~ '^\+393[0-9]{8,9}$'),
  text       text not null check (length(text) between 1 and 480),
  created_at timestamptz not null
);
