// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { decodeJwt, type JSONWebKeySet } from 'jose'
import { checkConstraints, checkKind } from './constraints.ts'
import { OidcFault } from './fault.ts'
import { applyPolicy, resolvePolicy } from './metadata-policy.ts'
import { keySetOf, verifyStatement, type Statement } from './statements.ts'

/** A federation as one resolution sees it: where all trust ends, and the documents read on the way. */
export interface Federation {
  anchor: string
  /** Keys of the trust anchor, taken by hand. */
  pinned: JSONWebKeySet
  /** Whether plain http is good enough. */
  plain: boolean
  now: Date
  /** Documents read so far by their address: each is read once, and there is an end to how many. */
  documents: Map<string, Promise<string>>
}

/** An entity for whom a chain of statements up to the trust anchor vouches. */
export interface Member {
  entity: string
  /** What it says of itself, signed with keys that its superior knows. */
  own: Statement
  /** Its keys of the federation. */
  keys: JSONWebKeySet
  /** What its superiors say, from the trust anchor down to the statement about itself. */
  vouched: readonly Statement[]
  /** What the trust anchor says of itself. */
  anchor: Statement
  /** The signed statements, from its own up to the anchor's own. */
  chain: readonly string[]
  /** When the first of them expires, in seconds. */
  exp: number
}

const patience = 10_000
const longest = 200_000
/** However long a chain the anchor allows, there is an end to what we follow, read and try. */
const mostIntermediates = 5
const mostDocuments = 30
const mostHints = 10

export const at = (from: unknown, ...names: string[]): unknown =>
  names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    from,
  )

const wellKnown = (entity: string): string => `${entity.replace(/\/$/, '')}/.well-known/openid-federation`

/** Reads a document of the federation, once for each resolution. */
export function read(federation: Federation, part: string, url: string): Promise<string> {
  const { documents, plain } = federation
  const known = documents.get(url)
  if (known) return known
  if (documents.size >= mostDocuments) throw new OidcFault('chain/too-wide')
  if (!plain && !url.startsWith('https:')) throw new OidcFault(`${part}/plain`)
  const reading = download(part, url)
  documents.set(url, reading)
  return reading
}

async function download(part: string, url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patience), redirect: 'error' })
    if (!answer.ok) throw new Error(`Status ${answer.status}`)
    const text = await answer.text()
    if (text.length > longest) throw new Error('Document too long')
    return text.trim()
  } catch (cause) {
    throw new OidcFault(`${part}/unreachable`, { cause })
  }
}

async function theAnchor(federation: Federation): Promise<Member> {
  const { anchor: entity, pinned, now } = federation
  const jwt = await read(federation, 'anchor', wellKnown(entity))
  const own = await verifyStatement('anchor', jwt, pinned, { issuer: entity, subject: entity }, now)
  return { entity, own, keys: keySetOf(own['jwks'], 'anchor'), vouched: [], anchor: own, chain: [jwt], exp: own.exp }
}

/** Superiors that an entity names. So far only itself vouches for it: they say where to ask, and nothing else is taken from it. */
async function hintsOf(federation: Federation, part: string, entity: string): Promise<string[]> {
  const jwt = await read(federation, part, wellKnown(entity))
  let jwks: unknown
  try {
    jwks = decodeJwt(jwt)['jwks']
  } catch (cause) {
    throw new OidcFault(`${part}/form`, { cause })
  }
  const names = { issuer: entity, subject: entity }
  const own = await verifyStatement(part, jwt, keySetOf(jwks, part), names, federation.now)
  const hints = own['authority_hints']
  if (!Array.isArray(hints) || hints.length === 0) throw new OidcFault(`${part}/authority-hints`)
  const good = hints.filter((hint): hint is string => typeof hint === 'string' && URL.canParse(hint))
  // The shortest way first.
  return good.toSorted((one, other) => Number(other === federation.anchor) - Number(one === federation.anchor))
}

/**
 * Resolves the trust chain of an entity (OpenID Federation 1.0, sections 4 and 10): upwards by what each names as its
 * superiors, and from the trust anchor down by what each superior signs. Nothing that an entity says of itself counts before
 * its superior's statement does. Where several ways lead up the first good one is taken.
 *
 * @param part how faults name the entity
 * @param below entities between it and the subject of the chain, from it downwards
 * @throws OidcFault of the first way that was tried
 */
export async function resolveMember(
  federation: Federation,
  entity: string,
  part: string,
  below: readonly string[] = [],
): Promise<Member> {
  if (entity === federation.anchor) return theAnchor(federation)
  const path = [entity, ...below]
  let first: unknown
  for (const superior of (await hintsOf(federation, part, entity)).slice(0, mostHints)) {
    try {
      if (path.includes(superior)) throw new OidcFault('chain/loop')
      if (superior !== federation.anchor && path.length > mostIntermediates) throw new OidcFault('chain/too-long')
      const above = await resolveMember(federation, superior, 'intermediate', path)
      return await under(federation, above, part, path)
    } catch (error) {
      if (!(error instanceof OidcFault)) throw error
      first ??= error
    }
  }
  throw first ?? new OidcFault(`${part}/authority-hints`)
}

/** One step down: what a member says of an entity below it, and the entity's own statement by the keys found there. */
async function under(federation: Federation, above: Member, part: string, path: readonly string[]): Promise<Member> {
  const [entity = ''] = path
  const { now } = federation
  const fetchUrl = fetchEndpoint(federation, above)
  fetchUrl.searchParams.set('sub', entity)
  const aboutJwt = await read(federation, 'statement', fetchUrl.href)
  const names = { issuer: above.entity, subject: entity }
  const about = await verifyStatement('statement', aboutJwt, above.keys, names, now)
  // The national specification has the anchor write the length of chains into its own statement.
  if (above.entity === federation.anchor) checkConstraints(above.own['constraints'], path)
  checkConstraints(about['constraints'], path)
  const keys = keySetOf(about['jwks'], 'statement')
  const ownJwt = await read(federation, part, wellKnown(entity))
  const own = await verifyStatement(part, ownJwt, keys, { issuer: entity, subject: entity }, now)
  return {
    entity,
    own,
    keys,
    vouched: [...above.vouched, about],
    anchor: above.anchor,
    // The chain has the statement about an entity in place of its own, except at both ends.
    chain: [ownJwt, aboutJwt, ...(above.vouched.length > 0 ? above.chain.slice(1) : above.chain)],
    exp: Math.min(own.exp, about.exp, above.exp),
  }
}

function fetchEndpoint({ anchor }: Federation, above: Member): URL {
  const part = above.entity === anchor ? 'anchor' : 'intermediate'
  const { federation_fetch_endpoint: endpoint } = metadataOf(above, 'federation_entity', part)
  if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) throw new OidcFault(`${part}/fetch-endpoint`)
  return new URL(endpoint)
}

/**
 * The metadata of a member as its superiors let them count: what its immediate superior sets comes before what it says
 * itself, then the policy of all of them is applied.
 *
 * @throws OidcFault `constraints/…`, `policy/…`, `part/metadata`
 */
export function metadataOf(
  { own, vouched, anchor }: Member,
  kind: string,
  part: string,
): Readonly<Record<string, unknown>> {
  const declared = at(own, 'metadata', kind)
  if (typeof declared !== 'object' || declared === null) throw new OidcFault(`${part}/metadata`)
  for (const { constraints } of [anchor, ...vouched]) checkKind(constraints, kind)
  const set = at(vouched.at(-1), 'metadata', kind)
  const claims = vouched.map((one) => ({ policy: one['metadata_policy'], critical: one['metadata_policy_crit'] }))
  return applyPolicy({ ...declared, ...(typeof set === 'object' && set) }, resolvePolicy(claims, kind))
}
