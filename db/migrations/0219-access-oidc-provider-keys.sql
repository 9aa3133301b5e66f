-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- When an OpenID provider signs with a key that we do not know we look whether it has changed its keys: once in a while only,
-- whatever the number of servers and of logins.

alter table access.oidc_provider add column keys_sought_at timestamptz;
comment on column access.oidc_provider.keys_sought_at is 'When an unknown key last made us read the trust chain anew';
