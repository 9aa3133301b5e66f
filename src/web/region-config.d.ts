// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
declare module 'region-config' {
  const region: typeof import('../../config/campania/web.json')
  export default region
}
