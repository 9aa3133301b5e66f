-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Finding people by what is written on a document, with its mistakes. Names are compared as letters only; a dictionary of the
-- names that occur tells which ones a mistyped one may stand for, so that people themselves are always found by equality.

-- A name as it is compared: capitals A to Z; accents, apostrophes, blanks and hyphens gone (D'Angelo, DANGELO, De Luca, DELUCA).
create function registry.name_letters(name text) returns text language sql immutable strict parallel safe as $$
  select upper(regexp_replace(normalize(name, NFKD), '[^A-Za-z]', '', 'g'))
$$;

alter table registry.person
  add column family_key text not null generated always as (registry.name_letters(family_name)) stored,
  add column given_key  text not null generated always as (registry.name_letters(given_name)) stored;

drop index registry.person_by_name;
drop index registry.person_by_birth;
create index person_by_name on registry.person (family_key, given_key, birth_date, id) where merged_into is null;
create index person_by_birth on registry.person (birth_date, family_key, given_key, id) where merged_into is null;

-- Words by which a name is found: the whole of it and, of several words, each that is not a particle.
create table registry.name_form (
  kind text not null check (kind in ('family', 'given')),
  form text not null,
  key  text not null,
  primary key (kind, form, key)
);
comment on table registry.name_form is 'Names that occur in the registry, whoever bears them';
comment on column registry.name_form.key is 'registry.person.family_key or given_key';
create index name_form_of_key on registry.name_form (kind, key);

-- The same forms with one letter left out: two forms that share one of these are one mistake apart, or two.
create table registry.name_gap (
  kind text not null,
  gap  text not null,
  form text not null,
  primary key (kind, gap, form)
);

create function registry.note_names() returns trigger language plpgsql as $$
begin
  with named as (
    select distinct n.kind, n.name, n.key
    from entering p
    cross join lateral (values ('family', p.family_name, p.family_key), ('given', p.given_name, p.given_key)) n(kind, name, key)
    where n.key <> '' and not exists (select from registry.name_form f where f.kind = n.kind and f.key = n.key)
  ), word as (
    select kind, key, key as form from named
    union
    select n.kind, n.key, registry.name_letters(w.word)
    from named n
    cross join lateral regexp_split_to_table(regexp_replace(normalize(n.name, NFKD), '[^A-Za-z\s-]', '', 'g'), '[\s-]+') w(word)
    where n.name ~ '[\s-]' and length(registry.name_letters(w.word)) > 1
      and registry.name_letters(w.word) not in ('DE', 'DI', 'DEL', 'DELLA', 'DELLE', 'DELLO', 'DEI', 'DEGLI', 'DA', 'DAL', 'LO', 'LA', 'LE', 'LI', 'EL')
  ), form as (
    insert into registry.name_form (kind, form, key)
    select kind, form, key from word order by kind, form, key -- always in this order, so that two statements do not wait for each other
    on conflict do nothing
    returning kind, form
  )
  insert into registry.name_gap (kind, gap, form)
  select distinct f.kind, overlay(f.form placing '' from n for 1) as gap, f.form
  from (select distinct kind, form from form) f cross join lateral generate_series(1, length(f.form)) n
  where length(f.form) > 2
  order by 1, 2, 3
  on conflict do nothing;
  return null;
end $$;
create trigger note_names_inserted after insert on registry.person
  referencing new table as entering for each statement execute function registry.note_names();
create trigger note_names_updated after update on registry.person
  referencing new table as entering for each statement execute function registry.note_names();

-- The names of people who were there before: one bearer of each is enough.
select set_config('app.role', 'system', true);
update registry.person set version = version where id in (
  (select distinct on (family_key) id from registry.person)
  union
  (select distinct on (given_key) id from registry.person)
);
analyze registry.name_form, registry.name_gap;
