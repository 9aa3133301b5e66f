// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Db, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { readPublicKey } from './public-keys.ts'
import { isScope, scopes } from './scopes.ts'

/** Who works on a client: a professional of its organisation, or of the region (`organisationId` null: any). */
export interface Manager {
  personId: string
  organisationId: string | null
  now: Date
  requestId: string
}

/** What can be done to a client, as its history tells. */
export type Change =
  | 'registered'
  | 'key-added'
  | 'key-removed'
  | 'scopes-asked'
  | 'scope-dropped'
  | 'suspended'
  | 'reactivated'
  | 'deleted'
  | 'purpose-asked'
  | 'purpose-removed'
  | 'granted'
  | 'refused'
  | 'quota'

/** Writes into the history of a client what somebody did. */
export async function noteChange(
  tx: Tx,
  by: Manager,
  clientId: string,
  action: Change,
  detail?: string,
): Promise<void> {
  await own(tx)
    .insertInto('partner.change')
    .values({
      id: uuidv7(by.now.getTime()),
      at: by.now,
      clientId,
      personId: by.personId,
      byRegion: by.organisationId === null,
      action,
      detail: detail?.slice(0, 300) ?? null,
      requestId: by.requestId,
    })
    .execute()
}

export interface NewClient {
  name: string
  purpose: string
  contact: string
  /** Public key, PEM or JWK. */
  key?: string | undefined
  /** Address of the client's key set, instead of or beside a key. */
  jwksUri?: string | undefined
  scopes: readonly string[]
  /** Why scopes that are not open are needed. */
  reason?: string | undefined
}

const own = (tx: Tx | Db) => tables<'partner'>(tx)
const client = { it: 'Client', en: 'Client' }

constraint(
  'client_once',
  new Refusal(
    'partners/name-taken',
    409,
    {
      it: 'Un altro client del tuo ente ha già questo nome.',
      en: 'Another client of your organisation has this name.',
    },
    { field: 'name', next: { it: 'Scegli un nome diverso.', en: 'Choose another name.' } },
  ),
)
constraint(
  'client_key_once',
  new Refusal(
    'partners/key-known',
    409,
    { it: 'Questa chiave è già registrata.', en: 'This key is registered already.' },
    { field: 'key', next: { it: 'Genera una nuova coppia di chiavi.', en: 'Make a new pair of keys.' } },
  ),
)
const twoKeys = new Refusal(
  'partners/two-keys',
  409,
  { it: 'Ci sono già due chiavi.', en: 'There are two keys already.' },
  {
    field: 'key',
    next: { it: 'Togli la vecchia, poi aggiungi la nuova.', en: 'Remove the old one, then add the new one.' },
  },
)
const keyMissing = new Refusal(
  'partners/key-missing',
  400,
  {
    it: 'Serve una chiave pubblica o l’indirizzo di un insieme di chiavi.',
    en: 'A public key or the address of a key set is needed.',
  },
  { field: 'key' },
)
const addressRefused = new Refusal(
  'partners/key-address',
  400,
  { it: 'L’indirizzo delle chiavi non è accettato.', en: 'This address of keys is not accepted.' },
  {
    field: 'jwksUri',
    next: { it: 'Scrivi un indirizzo https senza password.', en: 'Write an https address without a password.' },
  },
)
const noSuchScope = new Refusal(
  'partners/unknown-scope',
  400,
  { it: 'Questo ambito non esiste.', en: 'There is no such scope.' },
  { field: 'scopes' },
)
const reasonMissing = new Refusal(
  'partners/reason-missing',
  400,
  { it: 'Spiega perché ti servono dati non aperti.', en: 'Say why you need data that is not open.' },
  { field: 'reason' },
)
const byRegion = new Refusal(
  'partners/suspended-by-region',
  409,
  { it: 'La Regione ha sospeso questo client.', en: 'The region has suspended this client.' },
  { next: { it: 'Scrivi alla Regione per riattivarlo.', en: 'Write to the region to have it reactivated.' } },
)

/** The row of a client this manager may touch, locked; as if it did not exist otherwise. */
export async function lockClient(tx: Tx, by: Manager, id: string) {
  const found = await own(tx)
    .selectFrom('partner.client')
    .select(['id', 'state', 'suspendedBy', 'organisationId', 'jwksUri'])
    .where('id', '=', id)
    .where('state', '<>', 'deleted')
    .$if(by.organisationId !== null, (query) => query.where('organisationId', '=', by.organisationId!))
    .forUpdate()
    .executeTakeFirst()
  if (!found) throw notFound(client)
  return found
}

/** Registers a client of the manager's organisation; open scopes are granted at once, the others wait for the region. */
export async function registerClient(
  tx: Tx,
  by: Manager & { organisationId: string },
  wish: NewClient,
  quota: { perMinute: number; perDay: number },
  anyKeyAddress: boolean,
): Promise<string> {
  const jwksUri = wish.jwksUri && checkedAddress(wish.jwksUri, anyKeyAddress)
  if (!wish.key && !jwksUri) throw keyMissing
  const id = uuidv7(by.now.getTime())
  await own(tx)
    .insertInto('partner.client')
    .values({
      id,
      organisationId: by.organisationId,
      name: wish.name,
      purpose: wish.purpose,
      contact: wish.contact,
      jwksUri: jwksUri || null,
      perMinute: quota.perMinute,
      perDay: quota.perDay,
      createdBy: by.personId,
      createdAt: by.now,
    })
    .execute()
  if (wish.key) await insertKey(tx, id, wish.key, by.now)
  await insertScopes(tx, by, id, wish.scopes, wish.reason)
  await noteChange(tx, by, id, 'registered')
  return id
}

function checkedAddress(address: string, anywhere: boolean): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const scheme = anywhere ? /^https?:$/ : /^https:$/
  if (!url || !scheme.test(url.protocol) || url.username || url.password) throw addressRefused
  return url.href
}

async function insertKey(tx: Tx, clientId: string, pasted: string, now: Date): Promise<string> {
  const jwk = readPublicKey(pasted)
  const taken = await own(tx).selectFrom('partner.clientKey').select('place').where('clientId', '=', clientId).execute()
  const place = [1, 2].find((one) => !taken.some((key) => key.place === one))
  if (!place) throw twoKeys
  await own(tx)
    .insertInto('partner.clientKey')
    .values({ clientId, place, kid: jwk.kid, jwk: JSON.stringify(jwk), addedAt: now })
    .execute()
  return jwk.kid
}

/** Adds a second key, so that the client can move to it before the first goes. */
export async function addKey(tx: Tx, by: Manager, id: string, pasted: string): Promise<void> {
  await lockClient(tx, by, id)
  await noteChange(tx, by, id, 'key-added', await insertKey(tx, id, pasted, by.now))
}

/** Removes a key and every token, as some may have been got with it; the last key only where a key set remains. */
export async function removeKey(tx: Tx, by: Manager, id: string, kid: string): Promise<void> {
  const { jwksUri } = await lockClient(tx, by, id)
  const keys = await own(tx).selectFrom('partner.clientKey').select('kid').where('clientId', '=', id).execute()
  if (!keys.some((key) => key.kid === kid)) throw notFound({ it: 'Chiave', en: 'Key' })
  if (keys.length === 1 && !jwksUri) throw keyMissing
  await own(tx).deleteFrom('partner.clientKey').where('clientId', '=', id).where('kid', '=', kid).execute()
  await endTokens(tx, id)
  await noteChange(tx, by, id, 'key-removed', kid)
}

/** Ends every token of a client at once. */
export async function endTokens(tx: Tx, id: string): Promise<void> {
  await own(tx)
    .updateTable('partner.client')
    .set({ generation: sql<number>`generation + 1` })
    .where('id', '=', id)
    .execute()
}

async function insertScopes(
  tx: Tx,
  by: Manager,
  clientId: string,
  wanted: readonly string[],
  reason: string | undefined,
): Promise<void> {
  const names = [...new Set(wanted)].map((name) => {
    if (!isScope(name)) throw noSuchScope
    return name
  })
  if (names.some((name) => !scopes[name].open) && !reason?.trim()) throw reasonMissing
  for (const scope of names) {
    const { open } = scopes[scope]
    const fresh = {
      state: open ? 'granted' : 'asked',
      reason: open ? null : (reason ?? null),
      askedAt: by.now,
      askedBy: by.personId,
      decidedAt: open ? by.now : null,
      decidedBy: null,
      answer: null,
    }
    // Asked again after a refusal: it waits again. What is granted or waits already stays as it is.
    await own(tx)
      .insertInto('partner.clientScope')
      .values({ clientId, scope, ...fresh })
      .onConflict((conflict) =>
        conflict.columns(['clientId', 'scope']).doUpdateSet(fresh).where('partner.clientScope.state', '=', 'refused'),
      )
      .execute()
  }
}

/** Asks more scopes for a client. */
export async function askScopes(
  tx: Tx,
  by: Manager,
  id: string,
  wanted: readonly string[],
  reason: string | undefined,
): Promise<void> {
  await lockClient(tx, by, id)
  await insertScopes(tx, by, id, wanted, reason)
  await noteChange(tx, by, id, 'scopes-asked', wanted.join(' '))
}

/** Gives up a scope; tokens lose it at once. */
export async function dropScope(tx: Tx, by: Manager, id: string, scope: string): Promise<void> {
  await lockClient(tx, by, id)
  await own(tx).deleteFrom('partner.clientScope').where('clientId', '=', id).where('scope', '=', scope).execute()
  await noteChange(tx, by, id, 'scope-dropped', scope)
}

/** Suspends or reactivates a client. What the region suspended only the region reactivates. */
export async function setActive(tx: Tx, by: Manager, id: string, active: boolean): Promise<void> {
  const { suspendedBy } = await lockClient(tx, by, id)
  const region = by.organisationId === null
  if (suspendedBy === 'region' && !region) throw byRegion
  await own(tx)
    .updateTable('partner.client')
    .set(
      active
        ? { state: 'active', suspendedBy: null }
        : { state: 'suspended', suspendedBy: region ? 'region' : 'partner' },
    )
    .where('id', '=', id)
    .execute()
  if (!active) await endTokens(tx, id)
  await noteChange(tx, by, id, active ? 'reactivated' : 'suspended')
}

/** Deletes a client for good: keys go, the record of its calls stays as long as it would have. */
export async function deleteClient(tx: Tx, by: Manager, id: string): Promise<void> {
  await lockClient(tx, by, id)
  await own(tx).deleteFrom('partner.clientKey').where('clientId', '=', id).execute()
  await own(tx).deleteFrom('partner.purpose').where('clientId', '=', id).execute()
  await own(tx).deleteFrom('partner.clientScope').where('clientId', '=', id).execute()
  await own(tx)
    .updateTable('partner.client')
    .set({ state: 'deleted', suspendedBy: null, jwksUri: null })
    .where('id', '=', id)
    .execute()
  await endTokens(tx, id)
  await noteChange(tx, by, id, 'deleted')
}

/** The scopes a client holds now. */
export async function grantedScopes(db: Db | Tx, clientId: string): Promise<string[]> {
  const rows = await own(db)
    .selectFrom('partner.clientScope')
    .select('scope')
    .where('clientId', '=', clientId)
    .where('state', '=', 'granted')
    .orderBy('scope')
    .execute()
  return rows.map(({ scope }) => scope)
}
