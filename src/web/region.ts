// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import region from 'region-config'

/** What the pages say about the region that runs the service: `config/<region>/web.json`. */
export { region }
