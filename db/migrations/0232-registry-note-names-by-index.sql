-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The dictionary of names was read whole for each person of a statement: PostgreSQL plans with what it knew of the table when the
-- session began, which in a load is that it was empty. Each name that came in, once, is now looked up by its primary key.

drop index registry.name_form_of_key;

create or replace function registry.note_names() returns trigger language plpgsql
  set enable_seqscan = off as $$
begin
  with borne as (
    select distinct n.kind, n.name, n.key
    from entering p
    cross join lateral (values ('family', p.family_name, p.family_key), ('given', p.given_name, p.given_key)) n(kind, name, key)
    where n.key <> ''
  ), named as (
    select kind, name, key from borne n
    -- Not `not exists`: as a join it would be planned for the empty table again.
    where (select true from registry.name_form f where f.kind = n.kind and f.form = n.key and f.key = n.key) is null
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
