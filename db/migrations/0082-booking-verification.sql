-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Confirmations the SAC has not answered yet: the place is kept until a deadline, and a job asks again.

alter table booking.booking add column verify_at timestamptz;
alter table booking.booking add column verify_by timestamptz;
comment on column booking.booking.verify_at is 'When a job takes up a confirmation that has not ended';
comment on column booking.booking.verify_by is 'Until when the place is kept while the SAC does not answer; null when it was never silent';
update booking.booking set verify_at = now() where state = 'confirming';
create index booking_to_verify on booking.booking (verify_at) where state = 'confirming';

insert into booking.rule (key, value, valid, source) values
  ('verification', '{"hours": 48}', '(,)', 'Regional configuration: how long a place waits for a SAC that is down');
