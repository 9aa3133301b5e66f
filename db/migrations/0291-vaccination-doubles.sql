-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- When two records of one person become one and both adhere to a campaign, the adhesion of the record that goes on is the one that
-- counts; the other ends as double, and is live again when the merge is undone.

alter table vaccination.adhesion
  add column double boolean not null default false,
  add constraint adhesion_double check (not double or (withdrawn_at is not null and withdrawn_by is null));
comment on column vaccination.adhesion.double is 'Ended because the record it is of was merged with one that adheres too; nobody withdrew it';

drop index vaccination.adhesion_counted;
create index adhesion_counted on vaccination.adhesion (campaign, asl_id) include (channel, withdrawn_at) where not double;

-- Rooms above the registry end their own rows: the function of that name in their schema.
create or replace function registry.end_as_double(relation text, key jsonb, at timestamptz) returns jsonb language plpgsql as $$
declare
  today date := (at at time zone 'Europe/Rome')::date;
  room text := split_part(relation, '.', 1);
  after jsonb;
begin
  if relation = 'registry.doctor_choice' then
    update registry.doctor_choice x
    set ended_at = at, end_reason = 'DOUBLE', valid = daterange(lower(valid), greatest(lower(valid), least(upper(valid), today)))
    where x.id = (key->>'id')::uuid and ended_at is null returning to_jsonb(x) into after;
  elsif relation = 'registry.enrolment' then
    update registry.enrolment x
    set state = 'ENDED', end_reason = 'DOUBLE', valid = daterange(lower(valid), greatest(lower(valid), least(upper(valid), today)))
    where x.id = (key->>'id')::uuid and state <> 'ENDED' returning to_jsonb(x) into after;
  elsif room <> 'registry' and to_regprocedure(format('%I.end_as_double(text, jsonb, timestamptz)', room)) is not null then
    execute format('select %I.end_as_double($1, $2, $3)', room) into after using relation, key, at;
  else
    raise exception 'nothing of % ends as double', relation;
  end if;
  return after;
end $$;

-- Ends an adhesion only where the record that goes on adheres to the same campaign.
create function vaccination.end_as_double(relation text, key jsonb, at timestamptz) returns jsonb language plpgsql as $$
declare
  after jsonb;
begin
  if relation <> 'vaccination.adhesion' then
    raise exception 'nothing of % ends as double', relation;
  end if;
  update vaccination.adhesion x
  set withdrawn_at = greatest(at, x.made_at), contact_address = null, double = true
  where x.id = (key->>'id')::uuid and x.withdrawn_at is null and exists (
    select from registry.merge m join vaccination.adhesion o on o.patient_id = m.survivor_id
    where m.duplicate_id = x.patient_id and m.undone_at is null and o.campaign = x.campaign and o.withdrawn_at is null)
  returning to_jsonb(x) into after;
  return after;
end $$;
revoke execute on function vaccination.end_as_double(text, jsonb, timestamptz) from public;

update registry.person_reference set rule = 'ends' where relation = 'vaccination.adhesion' and field = 'patient_id';
