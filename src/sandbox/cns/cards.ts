// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import type { SandboxContext } from '../context.ts'
import { newKey, signer, type Name } from './authority.ts'
import { issue, pem, type CertificateWish } from './certificates.ts'

/** A card as it lies in the reader. */
export interface Card {
  serial: string
  certificate: string
  key: string
}

const day = 86_400_000
const cns = '1.3.76.16.2.1'

/** Cards that are wrong in one way each, and good ones with one way only of asking about revocation. */
export const kinds = {
  good: () => ({}),
  'list-only': () => ({ responder: undefined }),
  'ocsp-only': () => ({ list: undefined }),
  unlisted: () => ({}),
  foreign: () => ({}),
  expired: (now: Date) => ({ to: new Date(now.getTime() - day) }),
  'not-yet': (now: Date) => ({ from: new Date(now.getTime() + day) }),
  signature: () => ({ policies: ['1.3.76.16.1.1'], usage: 0x40 }),
  'no-policy': () => ({ policies: undefined }),
  cie: () => ({ policies: ['1.3.76.47.4'] }),
  'no-usage': () => ({ usage: 0x20 }),
  'no-purpose': () => ({ purposes: ['1.3.6.1.5.5.7.3.4'] }),
  'no-code': () => ({ commonName: 'Persona Di Prova' }),
  'wrong-letter': (_now: Date, code: string) => ({
    commonName: `${code.slice(0, 15)}${code.endsWith('A') ? 'B' : 'A'}/7000000000000001.x`,
  }),
  trailing: (_now: Date, code: string) => ({ commonName: `${code}X/7000000000000001.x` }),
} satisfies Record<string, (now: Date, code: string) => Partial<Record<keyof CertificateWish, unknown>>>
export type Kind = keyof typeof kinds

/** Issues a card. The serial number of the one a demo person keeps begins with 4, those of tests with 5. */
export async function issueCard(context: SandboxContext, fiscalCode: string, kind: Kind, first = '5'): Promise<Card> {
  const now = context.now()
  const from: Name = kind === 'unlisted' || kind === 'foreign' ? kind : 'authority'
  const key = await newKey()
  const serial = `${first}${randomBytes(15).toString('hex').slice(1)}`
  const wish = {
    commonName: `${fiscalCode}/7000000000000001.${randomBytes(14).toString('base64')}`,
    serial,
    from: new Date(now.getTime() - 2 * day),
    to: new Date(now.getTime() + 2190 * day),
    policies: [cns],
    usage: 0x80,
    purposes: ['1.3.6.1.5.5.7.3.2'],
    list: `${context.url}/cns/list.crl`,
    responder: `${context.url}/cns/ocsp`,
    ...kinds[kind](now, fiscalCode),
  } as CertificateWish // the kinds replace fields by values of the same type, or by nothing
  const certificate = issue(wish, key, await signer(context, from))
  const text = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  await context.sql.query(
    `insert into cns_card (serial, fiscal_code, private_key, certificate) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [serial, fiscalCode, text, certificate],
  )
  return { serial, certificate: pem(certificate), key: text }
}

/** The card of a demo person, made when it is first put into the reader. */
export async function cardOf(context: SandboxContext, fiscalCode: string): Promise<Card> {
  const find = async (): Promise<Card | undefined> => {
    const { rows } = await context.sql.query<{ serial: string; private_key: string; certificate: Buffer }>(
      `select serial, private_key, certificate from cns_card where fiscal_code = $1 and serial like '4%'`,
      [fiscalCode],
    )
    const [row] = rows
    return row && { serial: row.serial, certificate: pem(row.certificate), key: row.private_key }
  }
  return (await find()) ?? (await issueCard(context, fiscalCode, 'good', '4').then(find))!
}
