// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { decodeJwt } from 'jose'
import { at, metadataOf, read, resolveMember, type Federation, type Member } from './chain.ts'
import { OidcFault } from './fault.ts'
import { verifyStatement } from './statements.ts'

/** A mark is named by its `id`, as the national specification has it, or as OpenID Federation 1.0 calls that since. */
const idOf = (mark: unknown): unknown => at(mark, 'id') ?? at(mark, 'trust_mark_type')

/** Who may issue a mark, by the trust anchor's own statement. A mark that anybody may issue proves nothing: the empty list counts as nobody. */
function issuersOf({ anchor }: Member, id: string): readonly unknown[] {
  const issuers = at(anchor['trust_mark_issuers'] ?? anchor['trust_marks_issuers'], id)
  return Array.isArray(issuers) ? issuers : []
}

/** A trust mark that was verified. */
export interface TrustMark {
  id: string
  jwt: string
  /** When it expires, or the chain of its issuer does, in seconds. */
  exp: number
}

/**
 * Checks that a member carries the trust marks it needs (SPID/CIE OpenID Connect, "Trust Mark Validation"): each about
 * itself, not expired, signed with the federation keys of an issuer that the trust anchor allows and a chain vouches for,
 * and not taken back since.
 *
 * @throws OidcFault `trust-mark/…`
 */
export async function checkTrustMarks(
  federation: Federation,
  member: Member,
  needed: readonly string[],
): Promise<TrustMark[]> {
  const marks: TrustMark[] = []
  for (const id of needed) marks.push(await findMark(federation, member, id))
  return marks
}

async function findMark(federation: Federation, member: Member, id: string): Promise<TrustMark> {
  const carried = member.own['trust_marks']
  const marks = Array.isArray(carried) ? carried.filter((mark) => idOf(mark) === id) : []
  if (marks.length === 0) throw new OidcFault('trust-mark/missing')
  let first: unknown
  for (const mark of marks) {
    try {
      return await verifyMark(federation, member, id, at(mark, 'trust_mark'))
    } catch (error) {
      if (!(error instanceof OidcFault)) throw error
      first ??= error
    }
  }
  throw first
}

async function verifyMark(federation: Federation, member: Member, id: string, jwt: unknown): Promise<TrustMark> {
  let issuer: string | undefined
  try {
    if (typeof jwt === 'string') issuer = decodeJwt(jwt).iss
  } catch (cause) {
    throw new OidcFault('trust-mark/form', { cause })
  }
  if (typeof jwt !== 'string' || issuer === undefined) throw new OidcFault('trust-mark/form')
  if (!issuersOf(member, id).includes(issuer)) throw new OidcFault('trust-mark/issuer')
  const from = issuer === member.entity ? member : await resolveMember(federation, issuer, 'issuer')
  const names = { issuer, subject: member.entity }
  const mark = await verifyStatement('trust-mark', jwt, from.keys, names, federation.now, 'trust-mark+jwt')
  if (idOf(mark) !== id) throw new OidcFault('trust-mark/id')
  await checkActive(federation, from, member, id)
  return { id, jwt, exp: Math.min(mark.exp, from.exp) }
}

/**
 * That the issuer has not taken a mark back, as it says itself at its status endpoint ("Trust Mark Validation", the dynamic
 * one): the signature and the dates of a mark stay good after that.
 */
async function checkActive(federation: Federation, issuer: Member, member: Member, id: string): Promise<void> {
  const { federation_trust_mark_status_endpoint: endpoint } = metadataOf(issuer, 'federation_entity', 'issuer')
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) throw new OidcFault('trust-mark/status-endpoint')
  const url = new URL(endpoint)
  url.searchParams.set('id', id)
  url.searchParams.set('sub', member.entity)
  const answer = await read(federation, 'trust-mark', url.href)
  let active: unknown
  try {
    active = at(JSON.parse(answer), 'active')
  } catch (cause) {
    throw new OidcFault('trust-mark/status', { cause })
  }
  if (active === false) throw new OidcFault('trust-mark/withdrawn')
  if (active !== true) throw new OidcFault('trust-mark/status')
}
