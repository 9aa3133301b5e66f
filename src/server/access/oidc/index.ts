// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { job, type Platform, type Room } from '../../platform/room.ts'
import { readOidcConfig, type OidcConfig } from './config.ts'
import { loadKeys, type Keys } from './keys.ts'
import { policies } from './policy.ts'
import { removeExpired } from './requests.ts'
import { revokeToken } from './revoke.ts'
import { routes } from './routes.ts'
import { refreshTrust } from './trust.ts'

export { openidProviderOrigins } from './config.ts'

interface Party {
  config: OidcConfig
  keys(): Promise<Keys>
}
const parties = new WeakMap<Platform, Party>()

/** Our side in the federation, with its keys read at first use. */
function partyOf(platform: Platform): Party {
  const known = parties.get(platform)
  if (known) return known
  const config = readOidcConfig(platform.config)
  let loading: Promise<Keys> | undefined
  const keys = (): Promise<Keys> =>
    (loading ??= loadKeys(platform, config).catch((error: unknown) => {
      loading = undefined // the next request tries again
      throw error
    }))
  const party = { config, keys }
  parties.set(platform, party)
  return party
}

/** Sign-in with CIE by OpenID Connect: the relying party, and its place in OpenID Federation. */
export const oidc: Room = {
  name: 'oidc',
  policies,
  routes(app, platform) {
    const { config, keys } = partyOf(platform)
    app.addHook('onReady', async () => {
      // A key that was configured must be usable now, not at the first login.
      if (config.hasOwnKeys) await keys()
      await platform.db
        .transaction()
        .execute((tx) => platform.queue.send(tx, 'oidc.refresh-trust', {}, { singletonKey: 'start' }))
    })
    routes(app, platform, config, keys)
  },
  jobs: [
    job({
      name: 'oidc.refresh-trust',
      cron: '7 * * * *',
      async handle(_payload: object, platform) {
        const { config, keys } = partyOf(platform)
        await refreshTrust(platform, config, (await keys()).log)
      },
    }),
    job({
      name: 'oidc.revoke-token',
      async handle({ id }: { id: string }, platform) {
        const { config, keys } = partyOf(platform)
        await revokeToken(platform, config, await keys(), id)
      },
    }),
    job({
      name: 'oidc.remove-expired',
      cron: '*/10 * * * *',
      handle: (_payload: object, { db, now }) => removeExpired(db, now()),
    }),
  ],
}
