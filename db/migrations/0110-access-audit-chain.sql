-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The audit trail by months, with everything an access is asked about later, and the seals that chain its rows.

-- Where a transaction stands in the order of all transactions. After a restore from a dump the numbers of the server start
-- again: `continue_audit_after_restore` then adds what is missing, so that positions never go back.
create function access.audit_position(xact xid8) returns bigint language sql stable as $$ select xact::text::bigint + 0 $$;

drop index access.audit_of_patient;
drop index access.audit_of_actor;
alter table access.audit_entry rename constraint audit_entry_pkey to audit_entry_before_pkey;
alter table access.audit_entry rename to audit_entry_before;

-- An access (accesso): who did what with whose data, why, from where and how it ended.
create table access.audit_entry (
  id              uuid not null,
  -- The clock of the database: one for all processes. The application cannot write `at` nor `position`.
  at              timestamptz not null default clock_timestamp(),
  position        bigint not null default access.audit_position(pg_current_xact_id()),
  actor_kind      text not null,
  person_id       uuid,
  session_id      uuid,
  -- A professional acts in exactly one role for one organisation.
  role            text,
  organisation_id uuid,
  appointment_id  uuid,
  -- A partner's client.
  client_id       text,
  method          text,
  level           smallint check (level between 0 and 3),
  -- The person whose data it is; null when a refused or empty request names nobody we know.
  patient_id      uuid,
  -- The same person, when the actor acted in her name and not for himself.
  on_behalf_of    uuid,
  action          text not null,
  object_type     text not null,
  object_id       uuid,
  purpose         text not null,
  reason          text,
  outcome         text not null default 'done',
  request_id      uuid not null,
  address         inet,
  constraint audit_entry_pkey primary key (position, id, at),
  constraint audit_entry_action check
    (action in ('READ', 'SEARCH', 'CREATE', 'UPDATE', 'DELETE', 'PRINT', 'EXPORT', 'BREAK_GLASS')),
  constraint audit_entry_outcome check (outcome in ('done', 'refused')),
  constraint audit_entry_on_behalf_of check (on_behalf_of = patient_id)
) partition by range (at);
create index audit_of_patient on access.audit_entry (patient_id, at, id);
create index audit_of_actor on access.audit_entry (person_id, at, id);
create index audit_of_object on access.audit_entry (object_id) where object_id is not null;

alter table access.audit_entry enable row level security;
alter table access.audit_entry force row level security;
create policy own_patients on access.audit_entry for select
  using ((select platform.acts_as_system()) or patient_id = any ((select platform.own_patients())::uuid[]));
create policy anybody_adds on access.audit_entry for insert with check (true);

revoke all on access.audit_entry from sinfonia_app;
grant select on access.audit_entry to sinfonia_app;
grant insert (id, actor_kind, person_id, session_id, role, organisation_id, appointment_id, client_id, method, level, patient_id,
  on_behalf_of, action, object_type, object_id, purpose, reason, outcome, request_id, address)
  on access.audit_entry to sinfonia_app;

-- Nobody changes or removes a row in an ordinary way, the owner included.
create function access.keep_audit() returns trigger language plpgsql as $$
begin
  raise exception 'The audit trail is only added to: % on % is refused.', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
create trigger only_added before update or delete on access.audit_entry for each row execute function access.keep_audit();
create trigger not_emptied before truncate on access.audit_entry execute function access.keep_audit();

-- Rows of a month without a partition wait here, so that no request fails for want of one.
create table access.audit_entry_default partition of access.audit_entry default;
create trigger not_emptied before truncate on access.audit_entry_default execute function access.keep_audit();
revoke all on access.audit_entry_default from sinfonia_app;
alter table access.audit_entry_default enable row level security;

-- Makes the partition of a month (UTC) unless it is there, and moves the rows that waited for it.
create function access.make_audit_partition(of_month date) returns boolean
language plpgsql security definer set search_path = access, pg_temp as $$
declare
  month date := date_trunc('month', of_month)::date;
  name text := format('audit_entry_%s', to_char(month, 'YYYY_MM'));
  starts timestamptz := month::timestamp at time zone 'UTC';
  ends timestamptz := (month + interval '1 month') at time zone 'UTC';
  asker text := coalesce(current_setting('app.role', true), '');
begin
  if to_regclass('access.' || name) is not null then return false; end if;
  perform pg_advisory_xact_lock(hashtext('access.audit_partition'));
  if to_regclass('access.' || name) is not null then return false; end if;
  perform set_config('app.role', 'system', true);
  lock table access.audit_entry_default in access exclusive mode;
  execute format('create table access.%I (like access.audit_entry including defaults including constraints)', name);
  execute format('revoke all on access.%I from sinfonia_app', name);
  execute format('insert into access.%I select * from access.audit_entry_default where at >= $1 and at < $2', name)
    using starts, ends;
  alter table access.audit_entry_default disable trigger only_added;
  delete from access.audit_entry_default where at >= starts and at < ends;
  alter table access.audit_entry_default enable trigger only_added;
  execute format('alter table access.audit_entry attach partition access.%I for values from (%L) to (%L)', name, starts, ends);
  execute format('create trigger not_emptied before truncate on access.%I execute function access.keep_audit()', name);
  execute format('alter table access.%I enable row level security', name);
  perform set_config('app.role', asker, true);
  return true;
end $$;

select access.make_audit_partition(month::date) from (
  select generate_series(date_trunc('month', now()), now() + interval '3 months', interval '1 month') as month
  union
  select date_trunc('month', at at time zone 'UTC') from access.audit_entry_before
) as months;

insert into access.audit_entry (id, at, actor_kind, person_id, session_id, patient_id, on_behalf_of, action, object_type,
  object_id, purpose, request_id, address)
select id, at, actor_kind, person_id, session_id, patient_id,
  case when actor_kind = 'citizen' and person_id <> patient_id then patient_id end,
  action, object_type, object_id, purpose, request_id, address
from access.audit_entry_before;
drop table access.audit_entry_before;

-- A seal (sigillo) closes the rows of one month whose position lies in [from_position, to_position): no transaction with such
-- a position was under way any more, so none can come late. Seals are numbered without gaps and signed.
create table access.audit_seal (
  number        bigint primary key check (number > 0),
  month         date not null check (extract(day from month) = 1),
  from_position bigint not null,
  to_position   bigint not null,
  row_count     integer not null check (row_count > 0),
  -- Rows under all seals up to this one.
  total         bigint not null,
  -- Hash of the last row before, and of the last row within.
  previous      bytea not null,
  head          bytea not null,
  -- SHA-256 of audit_seal_rows.rows.
  rows_digest   bytea not null,
  -- How a row is written before it is hashed (src/server/access/audit/chain.ts).
  form          smallint not null,
  sealed_at     timestamptz not null,
  key_id        text not null,
  -- Ed25519 over all of the above.
  signature     bytea not null,
  constraint audit_seal_range check (from_position < to_position)
);
create index audit_seal_of_month on access.audit_seal (month, number);

-- Id (16 bytes) and hash (32 bytes) of each row of a seal, in order: they tell which row is gone, changed or moved.
create table access.audit_seal_rows (
  number bigint primary key references access.audit_seal,
  month  date not null,
  rows   bytea not null
);
alter table access.audit_seal_rows alter column rows set storage external;

revoke update, delete on access.audit_seal, access.audit_seal_rows from sinfonia_app;
create trigger only_added before update or delete on access.audit_seal for each row execute function access.keep_audit();
create trigger not_emptied before truncate on access.audit_seal execute function access.keep_audit();
create trigger only_added before update or delete on access.audit_seal_rows for each row execute function access.keep_audit();
create trigger not_emptied before truncate on access.audit_seal_rows execute function access.keep_audit();

-- Forgets the months that ended more than `keep_years` ago, never less than two: 24 months are the least by the guidelines of
-- the Garante of 4 June 2015. The seals stay, so that the chain goes on from what is gone. Gives the months removed.
create function access.forget_audit(keep_years integer, today timestamptz) returns integer
language plpgsql security definer set search_path = access, pg_temp set lock_timeout = '5s' as $$
declare
  oldest date := date_trunc('month', (least(today, now()) - make_interval(years => greatest(keep_years, 2))) at time zone 'UTC');
  found record;
  gone integer := 0;
begin
  for found in
    select c.oid::regclass as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'access.audit_entry'::regclass and c.relname ~ '^audit_entry_\d{4}_\d\d$'
      and to_date(right(c.relname, 7), 'YYYY_MM') < oldest
  loop
    execute format('drop table %s', found.name);
    gone := gone + 1;
  end loop;
  if gone = 0 then return 0; end if;
  alter table access.audit_seal_rows disable trigger only_added;
  delete from access.audit_seal_rows where month < oldest;
  alter table access.audit_seal_rows enable trigger only_added;
  return gone;
end $$;

-- Once after a restore from a dump, by the owner: new rows get positions after all that were sealed before.
create function access.continue_audit_after_restore() returns bigint language plpgsql as $$
declare
  shift bigint := greatest(0, coalesce((select max(position) from access.audit_entry), 0) + 1 - pg_current_xact_id()::text::bigint,
    coalesce((select max(to_position) from access.audit_seal), 0) - pg_current_xact_id()::text::bigint);
begin
  execute format('create or replace function access.audit_position(xact xid8) returns bigint language sql stable '
    'as ''select xact::text::bigint + %s''', shift);
  return shift;
end $$;
revoke execute on function access.continue_audit_after_restore() from public;
