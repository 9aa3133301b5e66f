// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { notFound } from '../../platform/errors.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { audit } from '../audit/index.ts'
import { getAccount, ownAccount, ownerOf, type AccountView } from './accounts.ts'
import type { Accounts } from './context.ts'
import { enter, noteOther, type Entered, type Visitor } from './enter.ts'
import { otherPerson, passkeyRefused, passkeysFull } from './refusals.ts'
import { mustBeStrong } from './strong.ts'
import { hashOf } from './tokens.ts'
import { warn } from './warnings.ts'

/** Milliseconds in which a challenge may be answered. */
const challengeLifetime = 5 * 60_000

async function rememberChallenge(
  tx: Tx,
  challenge: string,
  about: { browser: string; accountId: string | null; expectedPerson?: string | null; now: Date },
): Promise<void> {
  await tables<'access'>(tx)
    .insertInto('access.accountChallenge')
    .values({
      challengeHash: hashOf(challenge),
      browserHash: hashOf(about.browser),
      accountId: about.accountId,
      expectedPerson: about.expectedPerson ?? null,
      expiresAt: new Date(about.now.getTime() + challengeLifetime),
    })
    .execute()
}

/** Uses a challenge up: given back once, for the browser that was given it and the account it was made for. */
async function takeChallenge(
  tx: Tx,
  challenge: string,
  about: { browser: string; accountId: string | null; now: Date },
): Promise<{ expectedPerson: string | null } | undefined> {
  return tables<'access'>(tx)
    .deleteFrom('access.accountChallenge')
    .where('challengeHash', '=', hashOf(challenge))
    .where('browserHash', '=', hashOf(about.browser))
    .where('accountId', about.accountId === null ? 'is' : '=', about.accountId)
    .where('expiresAt', '>', about.now)
    .returning('expectedPerson')
    .executeTakeFirst()
}

/** What the browser needs to make a passkey for the signed-in person's account. */
export async function startPasskey(
  accounts: Accounts,
  actor: Actor,
  browser: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { platform, config } = accounts
  await mustBeStrong(accounts, actor)
  return asSystem(platform.db, async (tx) => {
    const account = await ownAccount(tx, ownerOf(actor))
    const known = await tables<'access'>(tx)
      .selectFrom('access.accountPasskey')
      .select(['credentialId as id', 'transports'])
      .where('accountId', '=', account.id)
      .execute()
    if (known.length >= config.mostPasskeys) throw passkeysFull
    const options = await generateRegistrationOptions({
      rpName: config.site.name,
      rpID: config.site.id,
      userName: account.userName,
      userID: new Uint8Array(Buffer.from(account.id.replaceAll('-', ''), 'hex')), // no data about the person
      attestationType: 'none',
      excludeCredentials: known,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      timeout: challengeLifetime,
    })
    const about = { browser, accountId: account.id, now: platform.now() }
    await rememberChallenge(tx, options.challenge, about)
    await audit(tx, actor, { action: 'READ', patientId: ownerOf(actor), object: 'account', purpose: 'account' })
    return options
  })
}

/**
 * Checks the new passkey and adds it to the account. Its owner is told by text message.
 *
 * @throws Refusal `accounts/passkey-refused` when anything about it is wrong
 */
export async function addPasskey(
  accounts: Accounts,
  actor: Actor,
  browser: string,
  wish: { name: string; credential: RegistrationResponseJSON },
): Promise<AccountView> {
  const { platform, config } = accounts
  await mustBeStrong(accounts, actor)
  const personId = ownerOf(actor)
  return asSystem(platform.db, async (tx) => {
    const account = await ownAccount(tx, personId)
    const about = { browser, accountId: account.id, now: platform.now() }
    const checked = await verifyRegistrationResponse({
      response: wish.credential,
      expectedChallenge: async (challenge) => (await takeChallenge(tx, challenge, about)) !== undefined,
      expectedOrigin: config.site.origin,
      expectedRPID: config.site.id,
      requireUserVerification: true,
    }).catch(() => ({ verified: false as const })) // the library throws whatever it finds wrong
    if (!checked.verified) throw passkeyRefused
    const { credential, credentialBackedUp } = checked.registrationInfo
    await tables<'access'>(tx)
      .insertInto('access.accountPasskey')
      .values({
        id: uuidv7(about.now.getTime()),
        accountId: account.id,
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        synced: credentialBackedUp,
        name: wish.name,
        createdAt: about.now,
      })
      .execute()
    await audit(tx, actor, { action: 'CREATE', patientId: personId, object: 'account-passkey', purpose: 'account' })
    if (account.mobile) await warn(tx, accounts, account.mobile, 'passkey-added', actor.language)
    return getAccount(tx, personId)
  })
}

const passkey = { it: 'Passkey', en: 'Passkey' }

/** Gives a passkey of one's own another name. */
export function renamePasskey({ platform }: Accounts, actor: Actor, id: string, name: string): Promise<AccountView> {
  const personId = ownerOf(actor)
  return asSystem(platform.db, async (tx) => {
    const account = await ownAccount(tx, personId)
    const done = await tables<'access'>(tx)
      .updateTable('access.accountPasskey')
      .set({ name })
      .where('id', '=', id)
      .where('accountId', '=', account.id)
      .returning('id')
      .executeTakeFirst()
    if (!done) throw notFound(passkey)
    await audit(tx, actor, { action: 'UPDATE', patientId: personId, object: 'account-passkey', purpose: 'account' })
    return getAccount(tx, personId)
  })
}

/** Removes a passkey of one's own: it opens nothing from now on. */
export function removePasskey(accounts: Accounts, actor: Actor, id: string): Promise<AccountView> {
  const personId = ownerOf(actor)
  return asSystem(accounts.platform.db, async (tx) => {
    const account = await ownAccount(tx, personId)
    const gone = await tables<'access'>(tx)
      .deleteFrom('access.accountPasskey')
      .where('id', '=', id)
      .where('accountId', '=', account.id)
      .returning('id')
      .executeTakeFirst()
    if (!gone) throw notFound(passkey)
    await audit(tx, actor, { action: 'DELETE', patientId: personId, object: 'account-passkey', purpose: 'account' })
    if (account.mobile) await warn(tx, accounts, account.mobile, 'passkey-removed', actor.language)
    return getAccount(tx, personId)
  })
}

/**
 * What the browser needs to sign in with any passkey it holds for this site: nobody says a name first.
 *
 * @param expectedPerson whose passkey it must be, when this is a step-up of her session
 */
export async function startPasskeySignIn(
  { platform, config }: Accounts,
  browser: string,
  expectedPerson: string | null,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const options = await generateAuthenticationOptions({
    rpID: config.site.id,
    userVerification: 'required',
    timeout: challengeLifetime,
  })
  await asSystem(platform.db, (tx) =>
    rememberChallenge(tx, options.challenge, { browser, accountId: null, expectedPerson, now: platform.now() }),
  )
  return options
}

type PasskeySignIn = { kind: 'signed-in'; entered: Entered } | { kind: 'refused' | 'other-person' }

/**
 * Signs in with a passkey.
 *
 * @throws Refusal `accounts/passkey-refused`, whatever is wrong: challenge, origin, signature, presence or counter;
 *   `access/other-person` when it is a step-up of somebody else's session
 */
export async function finishPasskeySignIn(
  accounts: Accounts,
  visitor: Visitor,
  browser: string,
  response: AuthenticationResponseJSON,
): Promise<Entered> {
  const result = await asSystem(accounts.platform.db, (tx) => checkPasskey(accounts, tx, visitor, browser, response))
  if (result.kind === 'other-person') throw otherPerson
  if (result.kind !== 'signed-in') throw passkeyRefused // after the commit: challenge used up, copied key suspended
  return result.entered
}

async function checkPasskey(
  accounts: Accounts,
  tx: Tx,
  visitor: Visitor,
  browser: string,
  response: AuthenticationResponseJSON,
): Promise<PasskeySignIn> {
  const { platform, config } = accounts
  const now = platform.now()
  const held = await findPasskey(tx, response.id)
  if (!held) return { kind: 'refused' }
  let expectedPerson: string | null = null
  const checked = await verifyAuthenticationResponse({
    response,
    expectedChallenge: async (challenge) => {
      const taken = await takeChallenge(tx, challenge, { browser, accountId: null, now })
      expectedPerson = taken?.expectedPerson ?? null
      return taken !== undefined
    },
    expectedOrigin: config.site.origin,
    expectedRPID: config.site.id,
    requireUserVerification: true,
    // The counter is compared below, in the statement that moves it: two copies at the same moment do not both pass.
    credential: { id: held.credentialId, publicKey: new Uint8Array(held.publicKey), counter: 0 },
  }).catch(() => undefined) // the library throws whatever it finds wrong
  if (!checked?.verified) return { kind: 'refused' }
  if (!(await moveCounter(tx, held.passkeyId, checked.authenticationInfo.newCounter, now))) {
    await suspend(accounts, tx, visitor, held)
    return { kind: 'refused' }
  }
  if (expectedPerson !== null && expectedPerson !== held.personId) {
    await noteOther(tx, visitor, held.personId)
    return { kind: 'other-person' }
  }
  const entered = await enter(accounts, tx, held, 'passkey', visitor)
  return entered ? { kind: 'signed-in', entered } : { kind: 'refused' }
}

type Held = NonNullable<Awaited<ReturnType<typeof findPasskey>>>

function findPasskey(tx: Tx, credentialId: string) {
  return tables<'access'>(tx)
    .selectFrom('access.accountPasskey as passkey')
    .innerJoin('access.account as account', 'account.id', 'passkey.accountId')
    .select(['passkey.id as passkeyId', 'passkey.credentialId', 'passkey.publicKey'])
    .select(['account.id', 'account.personId', 'account.userName', 'account.mobile'])
    .where('passkey.credentialId', '=', credentialId)
    .where('passkey.suspendedAt', 'is', null)
    .executeTakeFirst()
}

/** Moves the counter forwards; false when it did not grow: a copy of the key is in use (WebAuthn 6.1.1). */
async function moveCounter(tx: Tx, id: string, counter: number, now: Date): Promise<boolean> {
  const moved = await tables<'access'>(tx)
    .updateTable('access.accountPasskey')
    .set({ counter, lastUsedAt: now })
    .where('id', '=', id)
    .where((is) => is.or([is('counter', '<', counter), is.and([is('counter', '=', 0), is.val(counter === 0)])]))
    .returning('id')
    .executeTakeFirst()
  return moved !== undefined
}

async function suspend(accounts: Accounts, tx: Tx, { actor }: Visitor, held: Held): Promise<void> {
  const { platform } = accounts
  await tables<'access'>(tx)
    .updateTable('access.accountPasskey')
    .set({ suspendedAt: platform.now() })
    .where('id', '=', held.passkeyId)
    .execute()
  await audit(tx, actor, {
    action: 'UPDATE',
    patientId: held.personId,
    object: 'account-passkey',
    objectId: held.passkeyId,
    purpose: 'sign-in',
    reason: 'accounts/passkey-refused',
    outcome: 'refused',
  })
  platform.log.warn({ passkeyId: held.passkeyId }, 'the counter of a passkey went backwards: it is suspended')
  if (held.mobile) await warn(tx, accounts, held.mobile, 'passkey-copied', actor.language)
}
