-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later

-- One round trip per call: is the client live, is the token still good, is there quota left; counts the call if so.
-- Outcomes: ok, unknown, suspended, revoked, minute, day (the quota that is used up). Nobody waits for the disk for the sake
-- of a count: every process sees it at once, and a crash of the database forgets less than a second of it.
create or replace function partner.admit(caller uuid, token_id text, token_generation integer, at timestamptz)
returns table (outcome text, granted text[], per_minute integer, per_day integer, minute_calls integer, day_calls integer)
language plpgsql as $$
declare
  found partner.client;
  used partner.quota;
  this_minute timestamptz := date_trunc('minute', at);
  today date := (at at time zone 'Europe/Rome')::date;
begin
  select * into found from partner.client c where c.id = caller and c.state <> 'deleted';
  outcome := case
    when found.id is null then 'unknown'
    when found.state = 'suspended' then 'suspended'
    when token_generation <> found.generation then 'revoked'
    when exists (select from partner.revoked_token r where r.jti = token_id) then 'revoked'
    else 'ok' end;
  if outcome = 'ok' then
    perform set_config('synchronous_commit', 'off', true);
    -- A process whose clock is a little behind counts in the minute that another has begun.
    insert into partner.quota as q values (caller, this_minute, 1, today, 1)
    on conflict (client_id) do update set
      minute = greatest(q.minute, this_minute),
      minute_calls = case when q.minute >= this_minute then q.minute_calls + 1 else 1 end,
      day = greatest(q.day, today),
      day_calls = case when q.day >= today then q.day_calls + 1 else 1 end
    where (q.minute < this_minute or q.minute_calls < found.per_minute) and (q.day < today or q.day_calls < found.per_day)
    returning * into used;
    if used.client_id is null then
      select * into used from partner.quota q where q.client_id = caller;
      outcome := case when used.day >= today and used.day_calls >= found.per_day then 'day' else 'minute' end;
    end if;
  end if;
  return query select outcome,
    array(select s.scope from partner.client_scope s where s.client_id = caller and s.state = 'granted'),
    found.per_minute, found.per_day, used.minute_calls, used.day_calls;
end $$;
