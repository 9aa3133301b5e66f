// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { instant, newId, successPiece } from '../../src/sandbox/spid/responses.ts'
import type { SignInConfig } from '../../src/server/access/sign-in/config.ts'
import type { ProviderFacts } from '../../src/server/access/sign-in/provider-metadata.ts'
import { hashOf, opaqueText, storeRequest } from '../../src/server/access/sign-in/requests.ts'
import { signed, type SigningKey } from '../../src/server/access/sign-in/saml/signature.ts'
import { asSystem, type Db } from '../../src/server/platform/database.ts'
import { uuidv7 } from '../../src/server/platform/ids.ts'
import { computeFiscalCode } from '../../src/shared/fiscal-code.ts'
import { selfSignedCertificate } from '../../src/shared/node/x509.ts'

export const provider = 'https://bench.example/idp'

/** A person of the registry who holds an identity. */
export interface Holder {
  id: string
  fiscalCode: string
  givenName: string
  familyName: string
  birthDate: string
}

/** A login that only waits for its answer to be brought. */
export interface Prepared {
  form: string
  cookie: string
  /** The answer as XML. */
  xml: string
}

/** The key of a provider and its certificate, as any provider of SPID has them. */
export function providerKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = selfSignedCertificate(privateKey, {
    subject: [],
    validFrom: new Date(Date.now() - 86_400_000),
    validTo: new Date(Date.now() + 365 * 86_400_000),
  })
  return { privateKey, certificate }
}

/** Enters the provider as the nightly job would, out of the folder of a test set-up. */
export async function enterProvider(owner: pg.Pool, { certificate }: SigningKey): Promise<void> {
  const facts: ProviderFacts = {
    entityId: provider,
    signOn: { post: `${provider}/sso` },
    logout: {},
    certificates: [certificate],
    validUntil: null,
    forTests: true,
  }
  await owner.query(
    `insert into access.identity_provider (entity_id, metadata, facts, fetched_at) values ($1, '', $2, now())`,
    [provider, JSON.stringify(facts)],
  )
}

/** Enters so many people into the registry. */
export async function enterHolders(owner: pg.Pool, many: number): Promise<Holder[]> {
  const holders = Array.from({ length: many }, (_, index): Holder => {
    const birthDate = new Date(Date.UTC(1940, 0, 1 + index * 7)).toISOString().slice(0, 10)
    const name = { givenName: 'Giovanna', familyName: 'Esposito' }
    const fiscalCode = computeFiscalCode({ ...name, birthDate, sex: 'F', birthPlaceCode: 'F839' })
    return { id: uuidv7(), fiscalCode, birthDate, ...name }
  })
  const client = await owner.connect()
  try {
    await client.query(`begin; set local app.role = 'system'`)
    const column = (name: keyof Holder) => holders.map((holder) => holder[name])
    await client.query(
      `insert into registry.person (id, family_name, given_name, search_name, birth_date, sex, birth_place_code, birth_place_name, citizenship)
       select id, 'Esposito', 'Giovanna', 'ESPOSITO GIOVANNA', born, 'F', 'F839', 'Napoli', '100'
       from unnest($1::uuid[], $2::date[]) as holder (id, born)`,
      [column('id'), column('birthDate')],
    )
    await client.query(
      `insert into registry.person_identifier (id, person_id, type, value, valid, source)
       select id, person_id, 'CF', code, daterange(born, null), 'bench'
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[]) as identifier (id, person_id, code, born)`,
      [holders.map(() => uuidv7()), column('id'), column('fiscalCode'), column('birthDate')],
    )
    await client.query('commit; analyze registry.person; analyze registry.person_identifier')
  } finally {
    client.release()
  }
  return holders
}

/** Stores so many requests of level 2 and signs an answer, Assertion and Response, to each: the provider's work, done before. */
export async function prepare(
  db: Db,
  config: SignInConfig,
  key: SigningKey,
  holders: readonly Holder[],
  many: number,
): Promise<Prepared[]> {
  const now = new Date()
  const prepared: Prepared[] = []
  await asSystem(db, async (tx) => {
    for (let index = 0; index < many; index += 1) {
      const id = `_${randomBytes(20).toString('hex')}`
      const [relayState, browser] = [opaqueText(), opaqueText()]
      await storeRequest(tx, {
        id,
        relayState,
        provider,
        binding: 'post',
        level: 2,
        comparison: 'minimum',
        purpose: null,
        browserHash: hashOf(browser),
        returnTo: '/app',
        previousSession: null,
        expectedPerson: null,
        language: 'it',
        issuedAt: new Date(Math.floor(now.getTime() / 1000) * 1000),
        expiresAt: new Date(now.getTime() + 15 * 60_000),
      })
      const xml = answerTo(id, config, key, holders[index % holders.length]!, now)
      const form = new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: relayState })
      prepared.push({ form: form.toString(), cookie: `__Host-sign-in=${browser}`, xml })
    }
  })
  return prepared
}

function answerTo(requestId: string, config: SignInConfig, key: SigningKey, holder: Holder, now: Date): string {
  const plain = successPiece({
    provider,
    issuerFormat: true,
    requestId,
    requestIssuedAt: instant(now),
    consumerUrl: config.consumerUrl,
    audience: config.entityId,
    level: 2,
    attributes: new Map([
      ['spidCode', `BNCH${newId().slice(1, 11).toUpperCase()}`],
      ['fiscalNumber', `TINIT-${holder.fiscalCode}`],
      ['name', holder.givenName],
      ['familyName', holder.familyName],
      ['dateOfBirth', holder.birthDate],
    ]),
    now,
  }).toString()
  const [assertion = ''] = /<saml:Assertion .*<\/saml:Assertion>/s.exec(plain) ?? []
  const issuer = '</saml:Issuer>'
  return signed(
    plain.replace(assertion, () => signed(assertion, key, issuer)),
    key,
    issuer,
  )
}
