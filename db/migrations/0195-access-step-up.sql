-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Step-up: a person who is signed in confirms who she is, or shows a stronger identity. The sign-in remembers who she
-- was when it began, and the identity that comes back must be hers: nobody else's takes over her session.

alter table access.sign_in_request add column expected_person uuid;
alter table access.oidc_request add column expected_person uuid;
alter table access.card_request add column expected_person uuid;
alter table access.account_challenge add column expected_person uuid;
comment on column access.sign_in_request.expected_person is 'Who was signed in when a step-up began; null for any other sign-in';
comment on column access.oidc_request.expected_person is 'Who was signed in when a step-up began; null for any other sign-in';
comment on column access.card_request.expected_person is 'Who was signed in when a step-up began; null for any other sign-in';
comment on column access.account_challenge.expected_person is 'Who was signed in when a step-up began; null for any other sign-in';

-- A request names a person now: like the others it is for the system alone, also for whoever owns the table.
alter table access.sign_in_request enable row level security;
alter table access.sign_in_request force row level security;
create policy system_only on access.sign_in_request using ((select platform.acts_as_system()));
