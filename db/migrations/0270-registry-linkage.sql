-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Telling whether a record that comes in is of somebody the registry knows: fiscal codes compared without omocodia, and how
-- common each name and place is, since two people called Esposito agree on less than two called Zappacosta.

create extension if not exists fuzzystrmatch;

-- The first 15 characters of a fiscal code with the digits that omocodia had replaced; the check character follows from them.
create function registry.plain_code(code text) returns text language sql immutable strict parallel safe as $$
  select left(code, 6) || translate(substr(code, 7, 2), 'LMNPQRSTUV', '0123456789') || substr(code, 9, 1)
    || translate(substr(code, 10, 2), 'LMNPQRSTUV', '0123456789') || substr(code, 12, 1)
    || translate(substr(code, 13, 3), 'LMNPQRSTUV', '0123456789')
$$;

alter table registry.person_identifier
  add column code_key text collate "C" generated always as (case when type = 'CF' then registry.plain_code(value) end) stored;
-- Ordered by bytes: the first eleven characters are a range of it.
create index person_identifier_by_code on registry.person_identifier (code_key) where code_key is not null;

create table registry.frequency (
  field   text not null check (field in ('people', 'family', 'given', 'birthPlace', 'residence')),
  value   text not null,
  bearers integer not null check (bearers > 0),
  primary key (field, value)
);
comment on table registry.frequency is 'How many people of the registry have a name or place; counted anew by a job (registry.count-frequencies)';
comment on column registry.frequency.value is 'As compared: family_key, given_key, cadastral code of birth, ISTAT code of residence; empty for all people';
