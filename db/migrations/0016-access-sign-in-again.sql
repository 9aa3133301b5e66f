-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A person who signs in again, or at a higher level, leaves her earlier session behind: the answer comes from another
-- site, without the session cookie, so the request remembers which one it was.

alter table access.sign_in_request add column previous_session uuid;
