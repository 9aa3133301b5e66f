// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Pool } from 'pg'
import { algorithm } from '../../shared/saml-names.ts'
import { attacks, withComment } from './attacks.ts'
import type { LoginRequest } from './authn-requests.ts'
import { cases, type Case } from './cases.ts'
import { attributesOf, type Holder } from './people.ts'
import { entityIdOf, keyOf, providerMetadata, providers, type ProviderId } from './providers.ts'
import { refusalPiece, signBoth, successPiece, type Answer } from './responses.ts'
import { signElement, type Key } from './signing.ts'

/** What is needed to answer a request: the sandbox's own data, and the provider that answers. */
export type Desk = { sql: Pool; url: string; provider: ProviderId; now: Date }

const xslt = 'http://www.w3.org/TR/1999/REC-xslt-19991116'

function answerTo(desk: Desk, request: LoginRequest, person: Holder): Answer {
  const known = attributesOf(person)
  return {
    provider: entityIdOf(desk.url, desk.provider),
    issuerFormat: providers[desk.provider].scheme === 'spid',
    requestId: request.id,
    requestIssuedAt: request.issuedAt,
    consumerUrl: request.consumerUrl,
    audience: request.issuer,
    level: request.level,
    attributes: new Map([...known].filter(([name]) => request.attributes.includes(name))),
    now: desk.now,
  }
}

/** The ordinary signed answer: this person, at the level asked for. */
export async function success(desk: Desk, request: LoginRequest, person: Holder): Promise<string> {
  return signBoth(successPiece(answerTo(desk, request, person)).toString(), await keyOf(desk.sql, desk.provider))
}

/** The signed answer that carries an error of the table, of the user (19 to 30) or of the request (8 to 18). */
export async function refusal(
  desk: Desk,
  request: { id: string; consumerUrl: string },
  error: number,
): Promise<string> {
  const { consumerUrl, id: requestId } = request
  const provider = entityIdOf(desk.url, desk.provider)
  const issuerFormat = providers[desk.provider].scheme === 'spid'
  const piece = refusalPiece({ provider, issuerFormat, requestId, consumerUrl, now: desk.now }, error)
  return signElement(piece.toString(), 'Response', await keyOf(desk.sql, desk.provider))
}

/**
 * An answer bent as the case with this number or the attack with this name wants it.
 *
 * @param wanted the fiscal code an attacker would like to be
 * @returns undefined when there is no such case
 */
export async function bentAnswer(
  desk: Desk,
  request: LoginRequest,
  person: Holder,
  name: string,
  wanted: string,
): Promise<string | undefined> {
  const key = await keyOf(desk.sql, desk.provider)
  const answer = answerTo(desk, request, person)
  const found = cases.find((one) => one.number === name)
  if (found) return byCase(desk, request, answer, found, key)
  if (name === 'comment')
    return withComment(signBoth(successPiece(answer).toString(), key), `TINIT-${person.fiscalCode}`)
  const attack = attacks.find((one) => one.name === name)
  const own = `TINIT-${person.fiscalCode}`
  return attack?.forge({ plain: successPiece(answer).toString(), key, own, wanted: `TINIT-${wanted}` })
}

async function byCase(desk: Desk, request: LoginRequest, answer: Answer, found: Case, key: Key): Promise<string> {
  if (found.error !== undefined) return refusal(desk, request, found.error)
  const response = successPiece(answer)
  found.bend?.(response, answer)
  const foreign = await keyOf(desk.sql, 'foreign')
  const xml = signAs(found, response.toString(), key, foreign)
  if (!found.foreignFirst) return xml
  const metadata = await providerMetadata(desk.sql, desk.url, desk.provider)
  return xml.replace(/^<samlp:Response [^>]*>/, (start) => start + metadata)
}

function signAs(found: Case, xml: string, key: Key, foreign: Key): string {
  const hasAssertion = xml.includes('<saml:Assertion')
  if (found.transforms === 'xslt') {
    // Written into a good signature: no signer would make such a one.
    return signElement(xml, 'Assertion', key).replace(
      '</ds:Transforms>',
      `<ds:Transform Algorithm="${xslt}"></ds:Transform></ds:Transforms>`,
    )
  }
  switch (found.signing ?? (hasAssertion ? 'both' : 'response')) {
    case 'none':
      return xml
    case 'response':
      return signElement(xml, 'Response', key)
    case 'assertion':
      return signElement(xml, 'Assertion', key)
    case 'foreign': {
      const signed = signBoth(xml, foreign)
      // Case 4 keeps the foreign key to itself; case 5 shows its certificate, hoping to be believed.
      return found.number === '4' ? signed.replace(/<ds:KeyInfo>.*?<\/ds:KeyInfo>/gs, '') : signed
    }
    case 'foreign-assertion':
      return signElement(signElement(xml, 'Assertion', foreign), 'Response', key)
    case 'bad-assertion':
      return signElement(xml, 'Assertion', key, { digest: algorithm.sha256 }).replace(
        /(<ds:SignatureValue>)..../,
        '$1AAAA',
      )
    default:
      return signBoth(xml, key)
  }
}
