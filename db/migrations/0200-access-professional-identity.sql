-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Professional identities of SPID (Avvisi AgID 15 and 18): which use of the identity was asked for, and which a session was
-- opened with. Null is the personal identity.

alter table access.sign_in_request add column purpose text
  constraint sign_in_request_purpose check (purpose in ('P', 'LP', 'PG', 'PF', 'PX'));
alter table access.session add column purpose text
  constraint session_purpose check (purpose is null or (purpose in ('P', 'LP', 'PG', 'PF', 'PX') and method = 'SPID'));
