-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Delegations (deleghe): their whole life, who may act for whom and until when, and their history for ever.

-- The day somebody comes of age (art. 2 c.c.). Born on 29 February: the eighteenth year is complete with the last day of
-- the month (art. 2963 c. 5 c.c.), so it is 1 March.
create function registry.of_age_on(birth date) returns date language sql immutable parallel safe as $$
  select case when extract(month from birth) = 2 and extract(day from birth) = 29
    then make_date(extract(year from birth)::int + 18, 3, 1)
    else (birth + interval '18 years')::date end
$$;

create or replace view registry.minor_child with (security_invoker = true) as
  select link.related_id as parent_id,
         link.person_id as child_id,
         link.relation,
         link.valid * daterange(child.birth_date, registry.of_age_on(child.birth_date)) as valid
  from registry.family_link link
  join registry.person child on child.id = link.person_id
  where link.relation in ('parent', 'guardian')
    and child.deceased_on is null
    and link.valid && daterange(child.birth_date, registry.of_age_on(child.birth_date));

-- The region's rules about delegations and about minors who sign in themselves, by date (config: delegations.yaml).
create table access.delegation_rule (
  id                uuid primary key,
  region            text not null check (region ~ '^[0-9]{3}$'),
  valid             daterange not null,
  most_delegates    smallint not null check (most_delegates between 1 and 50),
  most_requests     smallint not null check (most_requests between 1 and 50),
  answer_days       smallint not null check (answer_days between 1 and 365),
  remind_days       smallint not null check (remind_days between 1 and 365),
  longest_days      integer not null check (longest_days between 1 and 36525),
  own_sign_in_age   smallint not null check (own_sign_in_age between 0 and 18),
  minor_services    text[] not null
                    check (minor_services <@ '{BOOKING,PAYMENT,RECORD,DOCTOR_CHOICE,VACCINATION,EXEMPTION}'::text[]),
  act               text not null,
  verified          boolean not null,
  constraint delegation_rule_no_overlap exclude using gist (region with =, valid with &&)
);
comment on column access.delegation_rule.most_delegates is 'People one may have as delegates at the same time';
comment on column access.delegation_rule.most_requests is 'Requests one may have waiting for an answer of others';
comment on column access.delegation_rule.own_sign_in_age is 'Below this age nobody signs in alone';
comment on column access.delegation_rule.minor_services is 'What a minor may do with an identity of her own';

alter table access.delegation drop constraint delegation_state_check;
alter table access.delegation drop constraint delegation_once;
drop index access.delegation_of_delegate;
alter table access.delegation
  alter column delegator_id drop not null,
  alter column delegate_id drop not null,
  add column kind text not null default 'voluntary',
  add column initiator text not null default 'delegator',
  -- The fiscal code typed for the other side. Whose it is stays open until that person accepts.
  add column delegator_code text,
  add column delegate_code text,
  add column created_by uuid,
  add column idempotency_key uuid,
  add column accepted_by uuid,
  add column accepted_at timestamptz,
  -- Until when the other side, or a second clerk, may answer.
  add column answer_by timestamptz,
  add column renews uuid references access.delegation (id),
  add column reminded_at timestamptz,
  -- Registered at a desk: the document seen, where its scan is kept, and for whom the court decided what.
  add column organisation_id uuid references registry.organisation (id),
  add column document jsonb,
  add column scan_reference text check (length(scan_reference) between 3 and 200),
  add column court_order jsonb,
  add column verified_by uuid,
  -- The last change: what the history is written from.
  add column changed_at timestamptz not null default now(),
  add column changed_as text not null default 'system',
  add column changed_by uuid,
  add column reason text check (length(reason) <= 500);

update access.delegation set state = 'revoked' where state = 'ceased';
update access.delegation set created_by = delegator_id, accepted_by = delegate_id, changed_at = coalesce(ended_at, created_at);
alter table access.delegation
  add constraint delegation_delegator foreign key (delegator_id) references registry.person (id),
  add constraint delegation_delegate foreign key (delegate_id) references registry.person (id),
  add constraint delegation_state check (state in ('draft', 'pending', 'active', 'suspended', 'rejected', 'expired', 'revoked',
    'ceased-majority', 'ceased-death')),
  add constraint delegation_kind check (kind in ('voluntary', 'desk', 'guardian', 'curator', 'support-administrator')),
  add constraint delegation_initiator check (initiator in ('delegator', 'delegate', 'desk')),
  add constraint delegation_changed_as check (changed_as in ('delegator', 'delegate', 'desk', 'system')),
  add constraint delegation_services_some check (cardinality(services) > 0),
  add constraint delegation_period check (not isempty(valid) and not lower_inf(valid)),
  -- Whoever asks is known; the other side is known at the latest when the delegation takes effect.
  add constraint delegation_parties check (
    (delegator_id is not null or (delegator_code is not null and initiator = 'delegate'))
    and (delegate_id is not null or (delegate_code is not null and initiator = 'delegator'))
    and (state not in ('active', 'suspended') or (delegator_id is not null and delegate_id is not null))),
  -- Nobody hands on what was given to him: only the two themselves, or a desk, make a delegation, and the other one accepts.
  add constraint delegation_no_chain check (
    case initiator
      when 'delegator' then created_by = delegator_id and (accepted_by is null or accepted_by = delegate_id)
      when 'delegate' then created_by = delegate_id and (accepted_by is null or accepted_by = delegator_id)
      else created_by not in (delegator_id, delegate_id) and accepted_by is null end),
  add constraint delegation_accepted check (kind <> 'voluntary' or state not in ('active', 'suspended') or accepted_by is not null),
  add constraint delegation_by_whom check ((kind = 'voluntary') = (initiator <> 'desk')),
  add constraint delegation_document check (kind = 'voluntary' or document is not null),
  add constraint delegation_court_order check (
    (kind in ('guardian', 'curator', 'support-administrator')) = (court_order is not null)),
  add constraint delegation_scan check (initiator <> 'desk' or state in ('draft', 'rejected', 'expired') or scan_reference is not null),
  -- A court's order takes effect when a second clerk has read it.
  add constraint delegation_two_clerks check (verified_by <> created_by),
  add constraint delegation_verified check (court_order is null or state <> 'active' or verified_by is not null),
  add constraint delegation_answer_by check (state not in ('pending', 'draft') or answer_by is not null),
  add constraint delegation_idempotency unique (created_by, idempotency_key),
  add constraint delegation_once exclude using gist (delegator_id with =, delegate_id with =, valid with &&)
    where (state in ('draft', 'pending', 'active', 'suspended')),
  add constraint delegation_once_offered exclude using gist (delegator_id with =, delegate_code with =, valid with &&)
    where (state in ('pending', 'active', 'suspended')),
  add constraint delegation_once_asked exclude using gist (delegate_id with =, delegator_code with =, valid with &&)
    where (state in ('pending', 'active', 'suspended'));
create index delegation_of_delegate on access.delegation (delegate_id);
create index delegation_of_delegator on access.delegation (delegator_id);
create index delegation_offered_to on access.delegation (delegate_code) where state = 'pending' and delegate_id is null;
create index delegation_asked_of on access.delegation (delegator_code) where state = 'pending' and delegator_id is null;
create index delegation_at_desk on access.delegation (organisation_id, state) where initiator = 'desk';
create index delegation_to_end on access.delegation (upper(valid)) where state in ('active', 'suspended');
create index delegation_to_answer on access.delegation (answer_by) where state in ('draft', 'pending');
create index delegation_renewed on access.delegation (renews) where renews is not null;
comment on column access.delegation.document is 'Identity document of the delegator or guardian: {kind, number, issuer, expiresOn}';
comment on column access.delegation.court_order is 'Order of the judge: {court, number, issuedOn, powers}';

-- Which state may follow which: the same table as src/server/access/delegations/states.ts (a test compares them).
-- '' stands for a delegation that is made.
create table access.delegation_transition (
  from_state text not null,
  to_state   text not null,
  primary key (from_state, to_state)
);
insert into access.delegation_transition (from_state, to_state) values
  ('', 'pending'), ('', 'draft'), ('', 'active'),
  ('draft', 'active'), ('draft', 'pending'), ('draft', 'rejected'), ('draft', 'expired'), ('draft', 'ceased-death'),
  ('pending', 'active'), ('pending', 'rejected'), ('pending', 'revoked'), ('pending', 'expired'), ('pending', 'ceased-death'),
  ('active', 'suspended'), ('active', 'revoked'), ('active', 'expired'), ('active', 'ceased-majority'), ('active', 'ceased-death'),
  ('suspended', 'active'), ('suspended', 'revoked'), ('suspended', 'expired'), ('suspended', 'ceased-majority'),
  ('suspended', 'ceased-death');
revoke insert, update, delete on access.delegation_transition from sinfonia_app;

-- The history: one row for each change, written by the database itself and never changed.
create table access.delegation_change (
  id            bigint generated always as identity primary key,
  delegation_id uuid not null references access.delegation (id),
  at            timestamptz not null,
  from_state    text,
  to_state      text not null,
  changed_as    text not null,
  changed_by    uuid,
  services      text[] not null,
  valid         daterange not null,
  reason        text
);
create index delegation_change_of on access.delegation_change (delegation_id, id);
create function access.keep_delegations() returns trigger language plpgsql as $$
begin
  raise exception 'the history of delegations is kept' using errcode = 'insufficient_privilege';
end $$;
create trigger kept before update or delete on access.delegation_change for each row execute function access.keep_delegations();
create trigger kept before delete on access.delegation for each row execute function access.keep_delegations();
revoke update, delete on access.delegation_change from sinfonia_app;
revoke delete on access.delegation from sinfonia_app;

-- Refuses what the rules forbid, whoever asks: minors and the dead, too many delegates, an impossible step, a second hand in
-- what was agreed. Delegates of one person are counted under a lock of that person, so that a hundred at once do not pass.
create function access.guard_delegation() returns trigger language plpgsql as $$
declare
  asker text := coalesce(current_setting('app.role', true), '');
  previous text := case when tg_op = 'UPDATE' then old.state else '' end;
  opens boolean := new.state in ('draft', 'pending', 'active', 'suspended');
  first_day date := lower(new.valid);
  delegator registry.person;
  delegate registry.person;
  most integer;
  others integer;
begin
  if tg_op = 'INSERT' and new.created_by is null and new.initiator <> 'desk' then
    new.created_by := case new.initiator when 'delegator' then new.delegator_id else new.delegate_id end;
  end if;
  if tg_op = 'UPDATE' and (new.kind, new.initiator, new.created_by, new.created_at)
    is distinct from (old.kind, old.initiator, old.created_by, old.created_at)
    or tg_op = 'UPDATE' and (old.delegator_id <> new.delegator_id or old.delegate_id <> new.delegate_id
      or not new.services <@ old.services) then
    raise exception 'who delegates whom stays, and services only become fewer'
      using errcode = 'check_violation', constraint = 'delegation_stays';
  end if;
  if new.state <> previous
    and not exists (select from access.delegation_transition t where t.from_state = previous and t.to_state = new.state) then
    raise exception 'a delegation that is "%" cannot become %', previous, new.state
      using errcode = 'check_violation', constraint = 'delegation_transition';
  end if;
  if not opens or (new.state = previous and new.delegator_id is not distinct from old.delegator_id
    and new.delegate_id is not distinct from old.delegate_id and new.valid = old.valid) then
    return new;
  end if;

  perform set_config('app.role', 'system', true);
  select * into delegator from registry.person p where p.id = new.delegator_id;
  select * into delegate from registry.person p where p.id = new.delegate_id;
  perform set_config('app.role', asker, true);
  if delegator.deceased_on is not null or delegate.deceased_on is not null then
    raise exception 'a party is dead' using errcode = 'check_violation', constraint = 'delegation_party_alive';
  end if;
  if registry.of_age_on(delegate.birth_date) > first_day then
    raise exception 'the delegate is a minor' using errcode = 'check_violation', constraint = 'delegation_delegate_of_age';
  end if;
  if new.kind in ('voluntary', 'desk') and registry.of_age_on(delegator.birth_date) > first_day then
    raise exception 'a minor cannot delegate' using errcode = 'check_violation', constraint = 'delegation_delegator_of_age';
  end if;
  if new.kind = 'guardian' and registry.of_age_on(delegator.birth_date) > first_day
    and (upper_inf(new.valid) or upper(new.valid) > registry.of_age_on(delegator.birth_date)) then
    raise exception 'over a minor only until majority' using errcode = 'check_violation', constraint = 'delegation_until_majority';
  end if;

  -- Requests that wait for others, so that nobody is asked by everybody.
  if new.initiator = 'delegate' and new.state = 'pending' then
    perform pg_advisory_xact_lock(hashtextextended(new.delegate_id::text, 161));
    select r.most_requests into most from access.delegation_rule r
      where r.valid @> (new.changed_at at time zone 'Europe/Rome')::date order by r.region limit 1;
    select count(*) into others from access.delegation d
      where d.delegate_id = new.delegate_id and d.id <> new.id and d.initiator = 'delegate' and d.state = 'pending'
        and d.answer_by > new.changed_at;
    if others >= most then
      raise exception 'too many requests' using errcode = 'check_violation', constraint = 'delegation_most_requests';
    end if;
  end if;

  -- Those whom the person chose: a request by somebody else counts when it is accepted.
  if new.kind in ('voluntary', 'desk') and new.delegator_id is not null
    and (new.initiator <> 'delegate' or new.state <> 'pending') then
    perform pg_advisory_xact_lock(hashtextextended(new.delegator_id::text, 160));
    select r.most_delegates into most from access.delegation_rule r
      where r.valid @> (new.changed_at at time zone 'Europe/Rome')::date order by r.region limit 1;
    select count(distinct coalesce(d.delegate_id::text, d.delegate_code)) into others from access.delegation d
      where d.delegator_id = new.delegator_id and d.id <> new.id and d.kind in ('voluntary', 'desk')
        and d.state in ('draft', 'pending', 'active', 'suspended') and (d.initiator <> 'delegate' or d.state <> 'pending')
        and (d.state not in ('draft', 'pending') or d.answer_by > new.changed_at)
        and (upper_inf(d.valid) or upper(d.valid) > (new.changed_at at time zone 'Europe/Rome')::date)
        and coalesce(d.delegate_id::text, d.delegate_code) <> coalesce(new.delegate_id::text, new.delegate_code);
    if others >= most then
      raise exception 'too many delegates' using errcode = 'check_violation', constraint = 'delegation_most';
    end if;
  end if;
  return new;
end $$;
create trigger guard before insert or update on access.delegation for each row execute function access.guard_delegation();

create function access.write_delegation_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.state, new.services, new.valid, new.scan_reference)
    is not distinct from (old.state, old.services, old.valid, old.scan_reference) then
    return new;
  end if;
  insert into access.delegation_change (delegation_id, at, from_state, to_state, changed_as, changed_by, services, valid, reason)
  values (new.id, new.changed_at, case when tg_op = 'UPDATE' then old.state end, new.state, new.changed_as, new.changed_by,
    new.services, new.valid, new.reason);
  return new;
end $$;
create trigger history after insert or update on access.delegation for each row execute function access.write_delegation_change();
insert into access.delegation_change (delegation_id, at, from_state, to_state, changed_as, changed_by, services, valid)
select id, created_at, null, state, 'delegator', delegator_id, services, valid from access.delegation;

-- The two parties see a delegation; nobody else does.
alter table access.delegation enable row level security;
alter table access.delegation force row level security;
create policy own_parties on access.delegation using ((select platform.acts_as_system())
  or delegator_id = any ((select platform.own_patients())::uuid[])
  or delegate_id = any ((select platform.own_patients())::uuid[]));
alter table access.delegation_change enable row level security;
alter table access.delegation_change force row level security;
create policy of_own_delegations on access.delegation_change
  using ((select platform.acts_as_system()) or exists (select from access.delegation d where d.id = delegation_id))
  with check (true);
