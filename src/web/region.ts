// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import region from '../../config/campania/web.json'

/** What the pages say about the region that runs the service. For another region the build takes config/<REGION>/web.json. */
export { region }
