-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A line that needs several appointments: a cycle of sessions (numsedute), or a quantity above one. Each has a row.

insert into booking.rule (key, value, valid, source) values
  ('sessions', '{"cycle": {"most": 3, "least": 2, "spareDays": 7, "daysApart": 1, "nearMinutes": 120},
                 "quantity": {"most": 7, "least": 1, "spareDays": 28, "daysApart": 1, "nearMinutes": 240},
                 "longestCycle": 20, "largestQuantity": 8}', '(,)',
   'Regional configuration: two or three sessions a week on different days; at most eight of one service on a prescription (DPCM 12/1/2017)');

alter table booking.booking_line add column session smallint not null default 1;
alter table booking.booking_line add column sessions smallint not null default 1;
alter table booking.booking_line add column same_day boolean not null default false;
alter table booking.booking_line add column cancelled_at timestamptz;
comment on column booking.booking_line.session is 'Which of the appointments of the line, in the order of time';
comment on column booking.booking_line.sessions is 'How many appointments the line needs: all are booked or none';
comment on column booking.booking_line.same_day is 'Two of them may be on one day';
comment on column booking.booking_line.cancelled_at is 'Called off while the others of the line stay';
alter table booking.booking_line add constraint booking_line_session check (session between 1 and sessions and sessions <= 20) not valid;

alter table booking.booking_move add column session smallint not null default 1;
comment on column booking.booking_move.session is 'Which session of the line it was then';

-- A line is whole: every session is there once, each later than the one before, on a day of its own unless the service allows
-- otherwise. Looked at when the transaction ends, and only for lines of several sessions: a single visit pays nothing for it.
create function booking.check_sessions() returns trigger language plpgsql as $$
declare
  changed booking.booking_line := coalesce(new, old);
begin
  if exists (
    select from booking.booking_line l
    where l.booking_id = changed.booking_id and l.line = changed.line
    having count(*) <> max(l.sessions) or min(l.sessions) <> max(l.sessions) or count(distinct l.appointment_id) <> count(*)
  ) or exists (
    select from (
      select l.starts_at, lag(l.starts_at) over by_session as before,
             bool_or(l.same_day) over () as same_day
      from booking.booking_line l
      where l.booking_id = changed.booking_id and l.line = changed.line and l.cancelled_at is null
      window by_session as (order by l.session)
    ) s
    where s.starts_at <= s.before
       or (not s.same_day and (s.starts_at at time zone 'Europe/Rome')::date = (s.before at time zone 'Europe/Rome')::date)
  ) then
    raise exception 'the sessions of line % of booking % are not whole', changed.line, changed.booking_id
      using errcode = 'check_violation', constraint = 'booking_line_whole';
  end if;
  return null;
end $$;
create constraint trigger booking_line_added after insert on booking.booking_line
  deferrable initially deferred for each row when (new.sessions > 1) execute function booking.check_sessions();
create constraint trigger booking_line_changed after update on booking.booking_line
  deferrable initially deferred for each row when (new.sessions > 1 or old.sessions > 1) execute function booking.check_sessions();
create constraint trigger booking_line_removed after delete on booking.booking_line
  deferrable initially deferred for each row when (old.sessions > 1) execute function booking.check_sessions();
