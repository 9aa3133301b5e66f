// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { job, type Platform, type Room } from '../../platform/room.ts'
import { readSignInConfig, type SignInConfig } from './config.ts'
import { refreshIdentityProviders, listIdentityProviders } from './identity-providers.ts'
import { loadKeys, type Keys } from './keys.ts'
import { forgetLog } from './log.ts'
import { removeExpired } from './requests.ts'
import { profiles, type Scheme } from './profile.ts'
import type { Party } from './answers.ts'
import { routes } from './routes.ts'
import { brokenSeal, sealLog } from './seals.ts'
import { policies } from './policy.ts'

export { listIdentityProviders } from './identity-providers.ts'
export { identityProviderOrigins, readPurposes, readSignInConfig } from './config.ts'
export { addresses as signInAddresses, noticePage, page as signInPage, type Frame as SignInFrame } from './pages.ts'
export { admissionOf, landing, letIn, notAdmitted } from './admission.ts'
export { noticeOf, otherPerson, refusalNotice, tooYoung, unknownPerson, type Notice } from './messages.ts'
export { escapeXml as safeText, childrenOf, descend, parseStrictly, rootOf, textOf, type Element } from './saml/xml.ts'
export { StepUp } from './schema.ts'
export { localPath } from './start.ts'
export { hashOf, opaqueText, rememberAssertion } from './requests.ts'
export { decryptText, encryptText, writeLog } from './log.ts'
export { readLogKey } from './keys.ts'
export { levelAccepted, levelOf } from './levels.ts'
export { identityFrom } from './identity.ts'
export { SamlFault } from './saml/fault.ts'

const schemes = Object.keys(profiles) as Scheme[]
type Configs = Readonly<Record<Scheme, SignInConfig>>
const configs = new WeakMap<Platform, Configs>()

function configOf(platform: Platform, scheme: Scheme): SignInConfig {
  const known = configs.get(platform) ?? {
    SPID: readSignInConfig(platform.config, 'SPID'),
    CIE: readSignInConfig(platform.config, 'CIE'),
  }
  configs.set(platform, known)
  return known[scheme]
}

/** Our side in a federation, with its keys read at first use. */
function party(config: SignInConfig): Party {
  let loading: Promise<Keys> | undefined
  const keys = (): Promise<Keys> =>
    (loading ??= loadKeys(config).catch((error: unknown) => {
      loading = undefined // the next request tries again
      throw error
    }))
  return { config, keys }
}

/** Sign-in with SPID and with CIE: the service provider side of SAML 2.0. */
export const signIn: Room = {
  name: 'sign-in',
  policies,
  routes(app, platform) {
    const parties = { SPID: party(configOf(platform, 'SPID')), CIE: party(configOf(platform, 'CIE')) }
    app.addHook('onReady', async () => {
      // A key that was configured must be usable now, not at the first login.
      for (const { config, keys } of Object.values(parties)) if (config.hasOwnKeys) await keys()
      await platform.db
        .transaction()
        .execute((tx) => platform.queue.send(tx, 'sign-in.refresh-providers', {}, { singletonKey: 'start' }))
    })
    routes(app, platform, parties)
  },
  async waitsFor(platform) {
    for (const scheme of schemes) {
      const config = configOf(platform, scheme)
      if (!config.providers.some((one) => one.enabled)) continue
      const known = await listIdentityProviders(platform.db, config, platform.now())
      if (known.length === 0) return `identity providers of ${scheme}`
    }
    return undefined
  },
  jobs: [
    job({
      name: 'sign-in.refresh-providers',
      cron: '17 3 * * *',
      async handle(_payload: object, platform) {
        // The trouble of one federation must not keep the other from being brought up to date.
        const tries = await Promise.allSettled(
          schemes.map((scheme) => refreshIdentityProviders(platform, configOf(platform, scheme))),
        )
        for (const one of tries) if (one.status === 'rejected') throw one.reason
      },
    }),
    job({
      name: 'sign-in.seal-log',
      cron: '*/10 * * * *',
      async handle(_payload: object, platform) {
        const { log } = await loadKeys(configOf(platform, 'SPID'))
        await sealLog(platform.db, log, platform.now())
      },
    }),
    job({
      name: 'sign-in.check-log',
      cron: '41 3 * * *',
      async handle(_payload: object, platform) {
        const { log } = await loadKeys(configOf(platform, 'SPID'))
        const broken = await brokenSeal(platform.db, log, platform.now())
        if (broken)
          throw new Error(`The register of sign-ins was tampered with: seal ${broken.number}, ${broken.reason}`)
      },
    }),
    job({
      name: 'sign-in.remove-expired',
      cron: '*/10 * * * *',
      async handle(_payload: object, platform) {
        await removeExpired(platform.db, platform.now())
        const gone = await forgetLog(platform.db, platform.now())
        if (gone > 0) platform.log.info({ gone }, 'messages older than 24 months left the register')
      },
    }),
  ],
}
