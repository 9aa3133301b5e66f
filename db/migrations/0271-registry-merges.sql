-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Two records of one person become one: what hangs on the duplicate goes over to the record that goes on, row by row and written
-- down, so that it can be taken back. Nothing is deleted and nothing is overwritten without its former state being kept.

-- What happens to a column that names a person. Each room declares its own in its migrations; a test finds those that are missing.
create table registry.person_reference (
  relation text not null,
  field    text not null,
  rule     text not null check (rule in ('moves', 'moves-or-stays', 'ends', 'stays')),
  why      text,
  settled  text[],
  primary key (relation, field),
  constraint person_reference_says_why check (rule <> 'stays' or why is not null)
);
comment on column registry.person_reference.settled is
  'States in which a row is over: where it would be in the way of a merge it stays with the duplicate';
comment on column registry.person_reference.rule is
  'Where the other record has something in its place: moves = the merge is refused; moves-or-stays = this row stays with the duplicate; ends = it stays and ends as double';
revoke insert, update, delete on registry.person_reference from sinfonia_app;

insert into registry.person_reference (relation, field, rule, why) values
  ('registry.person', 'merged_into', 'moves', null),
  ('registry.person_identifier', 'person_id', 'moves-or-stays', null),
  ('registry.address', 'person_id', 'moves-or-stays', null),
  ('registry.contact', 'person_id', 'moves-or-stays', null),
  ('registry.contact_preference', 'person_id', 'moves-or-stays', null),
  ('registry.person_exemption', 'person_id', 'moves-or-stays', null),
  ('registry.exemption_step', 'person_id', 'moves', null),
  ('registry.enrolment', 'person_id', 'ends', null),
  ('registry.doctor_choice', 'person_id', 'ends', null),
  ('registry.doctor_choice', 'chosen_by', 'moves', null),
  ('registry.doctor_refusal', 'person_id', 'moves', null),
  ('registry.doctor_refusal', 'recorded_by', 'stays', 'who acted in office'),
  ('registry.departure', 'decided_by', 'stays', 'who acted in office'),
  ('registry.family_link', 'person_id', 'moves-or-stays', null),
  ('registry.family_link', 'related_id', 'moves-or-stays', null),
  ('access.account', 'person_id', 'moves', null),
  ('access.delegation', 'delegator_id', 'moves', null),
  ('access.delegation', 'delegate_id', 'moves', null),
  ('access.delegation', 'created_by', 'moves', null),
  ('access.delegation', 'accepted_by', 'moves', null),
  ('access.role_appointment', 'person_id', 'moves', null),
  ('access.role_appointment_change', 'person_id', 'stays', 'history, as it was written'),
  ('access.access_alert', 'person_id', 'stays', 'history, as it was written'),
  ('access.access_alert', 'examined_by', 'stays', 'who acted in office'),
  ('access.audit_entry', 'patient_id', 'stays', 'sealed in a chain of hashes; read by all records of a person'),
  ('access.audit_entry', 'person_id', 'stays', 'sealed in a chain of hashes'),
  ('access.session', 'person_id', 'stays', 'sessions of the duplicate are ended'),
  ('access.public_flow', 'person_id', 'stays', 'lasts minutes'),
  ('access.public_grant', 'person_id', 'stays', 'lasts minutes'),
  ('partner.change', 'person_id', 'stays', 'who acted in office'),
  ('scheduling.appointment', 'patient_id', 'moves', null),
  ('booking.booking', 'patient_id', 'moves', null),
  ('booking.booking', 'booked_by', 'moves', null),
  ('booking.booking_line', 'patient_id', 'moves', null),
  ('booking.booking_move', 'patient_id', 'moves', null),
  ('booking.prescription', 'patient_id', 'moves', null),
  ('booking.waiting_list_entry', 'patient_id', 'moves', null),
  ('booking.waiting_list_offer', 'patient_id', 'moves', null),
  ('payments.debt', 'patient_id', 'moves', null),
  ('payments.debt', 'payer_person_id', 'moves', null),
  ('payments.debt_history', 'patient_id', 'moves', null),
  ('payments.checkout', 'opened_by', 'moves', null),
  ('payments.checkout_debt', 'patient_id', 'moves', null),
  ('payments.receipt', 'patient_id', 'moves', null),
  ('payments.refund', 'patient_id', 'moves', null),
  ('prescriptions.custody', 'patient_id', 'moves', null),
  ('notifications.notice', 'patient_id', 'moves', null),
  ('notifications.message', 'recipient_id', 'moves-or-stays', null),
  ('notifications.delivery', 'recipient_id', 'moves-or-stays', null),
  ('notifications.reminder', 'patient_id', 'moves', null),
  ('notifications.link', 'patient_id', 'moves', null),
  ('notifications.push_subscription', 'person_id', 'moves', null),
  ('exemptions.declaration', 'patient_id', 'moves', null),
  ('exemptions.declaration', 'declarant_id', 'moves', null),
  ('exemptions.certificate', 'patient_id', 'moves', null),
  ('exemptions.check_case', 'patient_id', 'moves', null),
  ('exemptions.check_step', 'patient_id', 'moves', null),
  ('exemptions.undue', 'patient_id', 'moves', null),
  ('notifications.letter', 'recipient_id', 'moves-or-stays', null);

update registry.person_reference set settled = '{rejected,revoked,expired,ceased-majority,ceased-death}' where relation = 'access.delegation';
update registry.person_reference set settled = '{ended}' where relation = 'access.role_appointment' and field = 'person_id';

create table registry.merge (
  id           uuid primary key,
  duplicate_id uuid not null references registry.person (id),
  survivor_id  uuid not null references registry.person (id),
  merged_at    timestamptz not null,
  merged_by    uuid references registry.person (id),
  reason       text not null check (length(reason) between 3 and 500),
  own          jsonb not null,
  fields       jsonb not null default '[]',
  undone_at    timestamptz,
  undone_by    uuid references registry.person (id),
  undone_why   text check (length(undone_why) between 3 and 500),
  constraint merge_of_two check (duplicate_id <> survivor_id),
  constraint merge_undone_why check ((undone_at is null) = (undone_why is null))
);
comment on column registry.merge.own is 'Keys of the rows that were the survivor''s before, by table';
comment on column registry.merge.fields is 'What the survivor took over of the duplicate''s own data: field, before, after';
create unique index merge_once on registry.merge (duplicate_id) where undone_at is null;
create index merge_of_survivor on registry.merge (survivor_id, merged_at);
create index merge_by_time on registry.merge (merged_at, id);
alter table registry.merge enable row level security;
alter table registry.merge force row level security;
create policy system_only on registry.merge using ((select platform.acts_as_system()));

-- Each row of the duplicate and what became of it.
create table registry.merge_row (
  id       bigint generated always as identity primary key,
  merge_id uuid not null references registry.merge (id),
  relation text not null,
  key      jsonb not null,
  fate     text not null check (fate in ('moved', 'stayed', 'ended')),
  fields   text[] not null default '{}',
  before   jsonb,
  after    jsonb
);
comment on column registry.merge_row.fields is 'Columns that named the duplicate and name the survivor now';
comment on column registry.merge_row.before is 'Of a row that ended: as it was, and as it is';
create index merge_row_of on registry.merge_row (merge_id, relation, key);
alter table registry.merge_row enable row level security;
alter table registry.merge_row force row level security;
create policy system_only on registry.merge_row using ((select platform.acts_as_system()));

-- Where a person's own data come from, field by field. Without a row nobody wrote down who said it.
create table registry.person_source (
  person_id   uuid not null references registry.person (id),
  field       text not null check (field in ('familyName', 'givenName', 'birthDate', 'sex', 'birthPlace', 'citizenship', 'deceasedOn')),
  source      text not null check (source in ('anpr', 'sistema-ts', 'asl', 'hospital', 'self')),
  observed_at timestamptz not null,
  primary key (person_id, field)
);
select platform.protect('registry.person_source', 'person_id');

insert into registry.person_reference (relation, field, rule, why) values
  ('registry.merge', 'duplicate_id', 'stays', 'the merge itself'),
  ('registry.merge', 'survivor_id', 'stays', 'the merge itself'),
  ('registry.merge', 'merged_by', 'stays', 'who acted in office'),
  ('registry.merge', 'undone_by', 'stays', 'who acted in office'),
  ('registry.person_source', 'person_id', 'stays', 'says where this record''s data come from');

-- True inside of the two functions below, which are the owner's: tables that guard whose a row is let only them through.
create function platform.is_merging() returns boolean language sql stable as $$
  select coalesce(current_setting('app.merging', true), '') = 'on' and current_user <> 'sinfonia_app'
$$;

drop trigger debt_guard on payments.debt;
create trigger debt_guard after insert or update on payments.debt
  for each row when (not platform.is_merging()) execute function payments.guard_debt();
drop trigger guard on access.delegation;
create trigger guard before insert or update on access.delegation
  for each row when (not platform.is_merging()) execute function access.guard_delegation();
drop trigger appointment_stays on access.role_appointment;
create trigger appointment_stays before update on access.role_appointment
  for each row when (not platform.is_merging()) execute function access.appointment_stays();
drop trigger kept on exemptions.declaration;
create trigger kept before update or delete on exemptions.declaration
  for each row when (not platform.is_merging()) execute function exemptions.keep_declarations();
drop trigger guard on registry.person_exemption;
create trigger guard before update on registry.person_exemption
  for each row when (not platform.is_merging()) execute function registry.guard_exemption();
drop trigger kept on registry.exemption_step;
create trigger kept before update or delete on registry.exemption_step
  for each row when (not platform.is_merging()) execute function registry.keep_exemption_steps();
drop trigger keep on registry.doctor_choice;
create trigger keep before update on registry.doctor_choice
  for each row when (not platform.is_merging()) execute function registry.keep_choice();
drop trigger successor on registry.doctor_choice;
create constraint trigger successor after update on registry.doctor_choice deferrable initially deferred
  for each row when (new.end_reason = 'CHANGED' and not platform.is_merging()) execute function registry.change_has_successor();
drop trigger count_updated on registry.doctor_choice;
create trigger count_updated after update on registry.doctor_choice
  referencing old table as leaving new table as entering
  for each statement when (not platform.is_merging()) execute function registry.count_updated_choices();

-- A list that is already over its ceiling stays so when somebody on it turns out to be somebody else.
create function registry.count_merged_choices() returns trigger language plpgsql as $$
begin
  update registry.primary_care_post p
  set patients = p.patients + c.people, temporary_patients = p.temporary_patients + c.temporary
  from (
    select role_id, coalesce(sum(n) filter (where kind <> 'TEMPORARY'), 0) as people,
           coalesce(sum(n) filter (where kind = 'TEMPORARY'), 0) as temporary
    from (select role_id, kind, 1 as n from entering where ended_at is null
          union all select role_id, kind, -1 from leaving where ended_at is null) s
    group by role_id
  ) c
  where p.role_id = c.role_id and (c.people <> 0 or c.temporary <> 0);
  return null;
end $$;
create trigger count_merged after update on registry.doctor_choice
  referencing old table as leaving new table as entering
  for each statement when (platform.is_merging()) execute function registry.count_merged_choices();

-- The columns of a table's primary key, as a condition on a key kept as JSON.
create function registry.key_condition(relation regclass) returns text language sql stable as $$
  select string_agg(format('x.%I = ($1->>%L)::%s', a.attname, a.attname, format_type(a.atttypid, a.atttypmod)), ' and ' order by a.attnum)
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = relation and i.indisprimary
$$;
create function registry.key_of(relation regclass, image jsonb) returns jsonb language sql stable as $$
  select jsonb_object_agg(a.attname, image->a.attname)
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = relation and i.indisprimary
$$;

-- Tables with columns that move, in one order for all.
create view registry.moving_relation as
  select relation, array_agg(field order by field) as fields, bool_or(rule = 'ends') as ends,
         bool_or(rule in ('ends', 'moves-or-stays')) as may_stay, max(settled) as settled
  from registry.person_reference where rule <> 'stays' group by relation;

-- Keys of all rows that name a person, by table.
create function registry.rows_of(person uuid) returns jsonb language plpgsql stable as $$
declare
  t record;
  keys jsonb;
  found_keys jsonb := '{}';
begin
  for t in select * from registry.moving_relation order by relation loop
    execute format('select coalesce(jsonb_agg(registry.key_of(%L::regclass, to_jsonb(x))), ''[]'') from %s x where %s',
      t.relation, t.relation, (select string_agg(format('x.%I = $1', f), ' or ') from unnest(t.fields) f)) into keys using person;
    if keys <> '[]' then
      found_keys := found_keys || jsonb_build_object(t.relation, keys);
    end if;
  end loop;
  return found_keys;
end $$;

-- Lets a choice of a doctor or an enrolment end as double.
create function registry.end_as_double(relation text, key jsonb, at timestamptz) returns jsonb language plpgsql as $$
declare
  today date := (at at time zone 'Europe/Rome')::date;
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
  else
    raise exception 'nothing of % ends as double', relation;
  end if;
  return after;
end $$;

/*
 * Carries what hangs on the duplicate of a merge over to the survivor; rows it has carried over or left where they are before
 * it does not touch again. Returns what stands in the way: the caller takes everything back when there is something.
 */
create function registry.carry_over(wanted uuid, at timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, registry, public as $$
declare
  m registry.merge;
  t record;
  r record;
  here jsonb;
  after jsonb;
  broken text;
  named text[];
  conflicts jsonb := '[]';
begin
  if not platform.acts_as_system() then
    raise insufficient_privilege;
  end if;
  select * into strict m from registry.merge where id = wanted and undone_at is null;
  perform set_config('app.merging', 'on', true);
  for t in select * from registry.moving_relation order by relation loop
    for r in execute format('select to_jsonb(x) as image from %s x where %s order by 1 for update', t.relation,
      (select string_agg(format('x.%I = $1', f), ' or ') from unnest(t.fields) f)) using m.duplicate_id
    loop
      here := registry.key_of(t.relation::regclass, r.image);
      continue when exists (select from registry.merge_row w
        where w.merge_id = m.id and w.relation = t.relation and w.key = here and w.fate <> 'moved');
      named := array(select f from unnest(t.fields) f where r.image->>f = m.duplicate_id::text);
      begin
        execute format('update %s x set %s where %s returning to_jsonb(x)', t.relation,
          (select string_agg(format('%I = $2', f), ', ') from unnest(named) f), registry.key_condition(t.relation::regclass))
          into strict after using here, m.survivor_id;
        insert into registry.merge_row (merge_id, relation, key, fate, fields)
          values (m.id, t.relation, registry.key_of(t.relation::regclass, after), 'moved', named);
      exception when unique_violation or exclusion_violation or check_violation then
        get stacked diagnostics broken = constraint_name;
        if not t.may_stay and (r.image->>'state' = any (t.settled)) is not true then
          conflicts := conflicts || jsonb_build_array(jsonb_build_object('relation', t.relation, 'constraint', broken));
          continue;
        end if;
        after := case when t.ends then registry.end_as_double(t.relation, here, at) end;
        insert into registry.merge_row (merge_id, relation, key, fate, before, after)
          values (m.id, t.relation, here, case when after is null then 'stayed' else 'ended' end,
            case when after is not null then r.image end, after);
      end;
    end loop;
  end loop;
  perform set_config('app.merging', '', true);
  return conflicts;
end $$;

-- Puts an image of a row back, but for columns the database makes itself.
create function registry.restore_row(relation regclass, key jsonb, image jsonb) returns void language plpgsql as $$
declare
  columns text := (select string_agg(quote_ident(attname), ', ') from pg_attribute
    where attrelid = relation and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = '');
begin
  execute format('update %s x set (%s) = (select %s from jsonb_populate_record(null::%s, $2)) where %s',
    relation, columns, columns, relation, registry.key_condition(relation)) using key, image;
end $$;

/*
 * Gives the duplicate of a merge back what was its own, and lets go on what had ended. Returns what could not be as it was,
 * because it was changed or is gone since: {relation, what}. Rows of the survivor that were written since stay with it.
 */
create function registry.give_back(wanted uuid) returns jsonb
language plpgsql security definer set search_path = pg_catalog, registry, public as $$
declare
  m registry.merge;
  r record;
  here jsonb;
  image jsonb;
  differs jsonb := '[]';
begin
  if not platform.acts_as_system() then
    raise insufficient_privilege;
  end if;
  select * into strict m from registry.merge where id = wanted and undone_at is null;
  perform set_config('app.merging', 'on', true);
  for r in select * from registry.merge_row w where w.merge_id = m.id and w.fate <> 'stayed' order by w.id desc loop
    execute format('select to_jsonb(x) from %s x where %s for update', r.relation, registry.key_condition(r.relation::regclass))
      into image using r.key;
    if image is null then
      differs := differs || jsonb_build_array(jsonb_build_object('relation', r.relation, 'what', 'gone'));
    elsif r.fate = 'ended' and image is distinct from r.after then
      differs := differs || jsonb_build_array(jsonb_build_object('relation', r.relation, 'what', 'changed'));
    elsif r.fate = 'ended' then
      perform registry.restore_row(r.relation::regclass, r.key, r.before);
    else
      execute format('update %s x set %s where %s', r.relation,
        (select string_agg(format('%I = case when x.%I = $2 then $3 else x.%I end', f, f, f), ', ') from unnest(r.fields) f),
        registry.key_condition(r.relation::regclass)) using r.key, m.survivor_id, m.duplicate_id;
    end if;
  end loop;
  perform set_config('app.merging', '', true);
  return differs;
end $$;
revoke execute on function registry.carry_over(uuid, timestamptz), registry.give_back(uuid), registry.end_as_double(text, jsonb, timestamptz),
  registry.restore_row(regclass, jsonb, jsonb) from public;
grant execute on function registry.carry_over(uuid, timestamptz), registry.give_back(uuid) to sinfonia_app;

-- What hangs on a person is found by her id in every table it moves from.
create index delegation_accepted_by on access.delegation (accepted_by) where accepted_by is not null;
create index booking_move_of_patient on booking.booking_move (patient_id);
create index waiting_list_offer_of_patient on booking.waiting_list_offer (patient_id);
create index link_of_patient on notifications.link (patient_id);
create index checkout_debt_of_patient on payments.checkout_debt (patient_id);
create index debt_of_payer on payments.debt (payer_person_id);
create index debt_history_of_patient on payments.debt_history (patient_id);
create index receipt_of_patient on payments.receipt (patient_id);
create index refund_of_patient on payments.refund (patient_id);
create index exemption_step_of_person on registry.exemption_step (person_id);
create index check_step_of_patient on exemptions.check_step (patient_id);
create index undue_of_patient on exemptions.undue (patient_id);
create index doctor_choice_chosen_by on registry.doctor_choice (chosen_by) where chosen_by is not null;
