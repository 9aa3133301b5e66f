-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A row deleted by another between being found and being locked, and written anew by a third, was locked out of order:
-- two requests could wait for each other. Writing each row in the order of the keys finds and locks it in one step.

create or replace function access.use_allowances(wanted bytea[], most integer[], spans interval[], at timestamptz)
returns interval language plpgsql as $$
declare
  still interval;
begin
  insert into access.allowance as kept (key, uses, forget_at)
  select distinct key, '{}'::timestamptz[], at from unnest(wanted) key order by key
  on conflict (key) do update set forget_at = kept.forget_at;

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
