// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { withClient } from '../../db/client.ts'
import { readConfig, type Region } from '../../src/server/platform/config.ts'
import { readBytes } from './files.ts'
import { loadCampaigns } from './reference/campaigns.ts'
import { loadDelegationRules } from './reference/delegations.ts'
import { loadExemptionRules } from './reference/exemption-rules.ts'
import { loadOrganisations } from './reference/organisations.ts'
import { loadPayments } from './reference/payments.ts'
import { loadExemptions, loadWaitingTimes } from './reference/rules.ts'
import { loadServices } from './reference/services.ts'
import { loadTerritory } from './reference/territory.ts'

const lists = [
  'comuni.csv',
  'comuni-cessati.csv',
  'stati-esteri.csv',
  'campania-comuni.csv',
  'campania-centroids.csv',
  'campania-providers.csv',
  'campania-hospitals.csv',
  'campania-districts.csv',
  'services.csv',
  'exemptions.csv',
]
const settings = [
  'region.json',
  'territory.yaml',
  'catalogue.yaml',
  'waiting-times.yaml',
  'exemptions.yaml',
  'payments.yaml',
  'delegations.yaml',
  'campaigns.yaml',
]

/** Raise it when the loaders change what they write from the same files. */
const loaders = 3

/**
 * Brings the registry's reference data (territory, organisations, services, dated rules) in line with `data/` and the
 * region's folder under `config/`. Does nothing when it was loaded from the same files before; returns whether it loaded.
 */
export async function loadReference(
  databaseUrl: string,
  region: Region = readConfig({}).region,
  regionFolder: string = readConfig({}).regionFolder,
): Promise<boolean> {
  const hash = createHash('sha256').update(String(loaders))
  for (const bytes of readBytes(regionFolder, lists, settings)) hash.update(bytes)
  const checksum = hash.digest('hex')
  return withClient(databaseUrl, async (client) => {
    await client.query('begin')
    await client.query("select pg_advisory_xact_lock(hashtext('sinfonia.reference'))")
    const { rows } = await client.query<{ checksum: string }>(
      "select checksum from registry.reference_load where name = 'reference'",
    )
    if (rows[0]?.checksum === checksum) {
      await client.query('rollback')
      return false
    }
    await loadTerritory(client, regionFolder)
    await loadOrganisations(client, regionFolder, region)
    await loadServices(client, regionFolder)
    await loadWaitingTimes(client, regionFolder, region.code)
    await loadExemptions(client, regionFolder)
    await loadPayments(client, regionFolder, region.code)
    await loadDelegationRules(client, regionFolder, region.code)
    await loadExemptionRules(client, regionFolder, region.code)
    await loadCampaigns(client, regionFolder, region.code)
    await client.query(
      `insert into registry.reference_load (name, checksum) values ('reference', $1)
       on conflict (name) do update set checksum = excluded.checksum, loaded_at = now()`,
      [checksum],
    )
    await client.query('commit')
    return true
  })
}

if (import.meta.main) {
  const config = readConfig(process.env)
  if (!config.databaseUrl) {
    console.error('DATABASE_URL is not set: give the address of the database to load the reference data into.')
    process.exit(1)
  }
  const loaded = await loadReference(config.databaseUrl, config.region, resolve(config.regionFolder))
  console.log(loaded ? 'Reference data loaded.' : 'Nothing to load: the reference data is current.')
}
