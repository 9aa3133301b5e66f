-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Where a public flow leads once the data was verified: a page of this site, or nowhere. Another site could collect what
-- people type there, so the database refuses whatever could be one: it takes only segments of plain characters.
alter table access.public_purpose add column next text constraint public_purpose_next_is_local check
  (length(next) <= 200 and next ~ '^(/[A-Za-z0-9_-][A-Za-z0-9._~-]*)+$');
comment on column access.public_purpose.next is 'Local path; null when the flow ends with a confirmation';
