// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { findHealthCode, getPerson } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { romeDay } from '../../platform/time.ts'
import { audit, type AuditAction } from '../audit/index.ts'
import { maskedMobile, orderCode, readMobile, tryCode, useAllowances } from '../codes/index.ts'
import { closeLocalSessions } from '../sessions/index.ts'
import type { Accounts } from './context.ts'
import { codeOver, codeWrong, mobileInvalid, noAccount, passwordWrong, tooOften, userNameInvalid } from './refusals.ts'
import { readUserName } from './rules.ts'
import { mustBeStrong, strongSession } from './strong.ts'
import { warn } from './warnings.ts'

/** An account as its owner sees it. */
export interface AccountView {
  userName: string
  /** Only the last digits; null while no number was verified: then the password opens nothing yet. */
  mobile: string | null
  passwordSetAt: string
  createdAt: string
  passkeys: PasskeyView[]
}

export interface PasskeyView {
  id: string
  name: string
  createdAt: string
  lastUsedAt: string | null
  synced: boolean
  suspended: boolean
}

const noted = (tx: Tx, actor: Actor, personId: string, action: AuditAction, object: string): Promise<void> =>
  audit(tx, actor, { action, patientId: personId, object, purpose: 'account' })

/** The account of a signed-in person; undefined when she has none. */
export function findAccount({ platform }: Accounts, actor: Actor): Promise<AccountView | undefined> {
  return asSystem(platform.db, async (tx) => {
    const personId = ownerOf(actor)
    await noted(tx, actor, personId, 'READ', 'account')
    return viewOf(tx, personId)
  })
}

/** The signed-in person: routes of this room are for her alone. */
export function ownerOf(actor: Actor): string {
  if (!actor.personId) throw new Error('a route about accounts let somebody in who did not sign in')
  return actor.personId
}

async function viewOf(tx: Tx, personId: string): Promise<AccountView | undefined> {
  const own = tables<'access'>(tx)
  const account = await own
    .selectFrom('access.account')
    .select(['id', 'userName', 'mobile', 'passwordSetAt', 'createdAt'])
    .where('personId', '=', personId)
    .executeTakeFirst()
  if (!account) return undefined
  const passkeys = await own
    .selectFrom('access.accountPasskey')
    .select(['id', 'name', 'createdAt', 'lastUsedAt', 'synced', 'suspendedAt'])
    .where('accountId', '=', account.id)
    .orderBy('createdAt')
    .execute()
  return {
    userName: account.userName,
    mobile: account.mobile && maskedMobile(account.mobile),
    passwordSetAt: account.passwordSetAt.toISOString(),
    createdAt: account.createdAt.toISOString(),
    passkeys: passkeys.map(({ suspendedAt, ...one }) => ({
      ...one,
      createdAt: one.createdAt.toISOString(),
      lastUsedAt: one.lastUsedAt?.toISOString() ?? null,
      suspended: suspendedAt !== null,
    })),
  }
}

/** The account after a change. */
export async function getAccount(tx: Tx, personId: string): Promise<AccountView> {
  const view = await viewOf(tx, personId)
  if (!view) throw noAccount
  return view
}

/** Words the password of a person may not be built on. */
async function contextOf({ platform }: Accounts, personId: string, userName: string): Promise<string[]> {
  return asSystem(platform.db, async (tx) => {
    const person = await getPerson(tx, personId)
    const code = await findHealthCode(tx, personId, romeDay(platform.now()))
    return [userName, person.givenName, person.familyName, ...(code ? [code.value] : [])]
  })
}

/**
 * Opens the account of a person who has just proved who she is.
 *
 * @throws Refusal `access/step-up-required`, `accounts/user-name-…`, `accounts/password-…`, `accounts/already-there`
 */
export async function createAccount(
  accounts: Accounts,
  actor: Actor,
  wish: { userName: string; password: string },
): Promise<AccountView> {
  const { platform, passwords } = accounts
  const personId = ownerOf(actor)
  const bound = await strongSession(accounts, actor)
  const userName = readUserName(wish.userName)
  if (!userName) throw userNameInvalid
  await takeGuess(accounts, 'account/create', personId)
  await passwords.check(wish.password, await contextOf(accounts, personId, userName))
  const stored = await passwords.hash(wish.password)
  const now = platform.now()
  return asSystem(platform.db, async (tx) => {
    await tables<'access'>(tx)
      .insertInto('access.account')
      .values({
        id: uuidv7(now.getTime()),
        personId,
        userName,
        ...stored,
        passwordSetAt: now,
        boundMethod: bound.method,
        boundLevel: bound.level,
        boundSession: bound.id,
        createdAt: now,
      })
      .execute()
    await noted(tx, actor, personId, 'CREATE', 'account')
    return getAccount(tx, personId)
  })
}

/** What a signed-in person may try only so often: user names that are taken, her current password. */
async function takeGuess({ platform, mac }: Accounts, kind: string, personId: string): Promise<void> {
  const limits = [{ kind, value: personId, most: 20, seconds: 3600 }]
  const wait = await asSystem(platform.db, (tx) => useAllowances(tx, mac, platform.now(), limits))
  if (wait > 0) throw tooOften(wait)
}

/**
 * Sets a new password: with the current one, or without it for who has just proved who she is (recovery). All other
 * sessions and browsers of the account are forgotten.
 */
export async function changePassword(
  accounts: Accounts,
  actor: Actor,
  wish: { currentPassword?: string; password: string },
): Promise<AccountView> {
  const { platform, passwords } = accounts
  const personId = ownerOf(actor)
  const account = await asSystem(platform.db, (tx) => ownAccount(tx, personId))
  if (wish.currentPassword === undefined) await mustBeStrong(accounts, actor)
  else {
    await takeGuess(accounts, 'account/current-password', personId)
    if (!(await passwords.verify(account, wish.currentPassword))) throw passwordWrong
  }
  await passwords.check(wish.password, await contextOf(accounts, personId, account.userName))
  const stored = await passwords.hash(wish.password)
  return asSystem(platform.db, async (tx) => {
    await tables<'access'>(tx)
      .updateTable('access.account')
      .set({ ...stored, passwordSetAt: platform.now() })
      .where('id', '=', account.id)
      .execute()
    await forgetBrowsers(tx, account.id)
    await closeLocalSessions(tx, personId, actor.sessionId)
    await noted(tx, actor, personId, 'UPDATE', 'account')
    if (account.mobile) await warn(tx, accounts, account.mobile, 'password-changed', actor.language)
    return getAccount(tx, personId)
  })
}

export async function ownAccount(tx: Tx, personId: string) {
  const account = await tables<'access'>(tx)
    .selectFrom('access.account')
    .select(['id', 'userName', 'passwordHash', 'pepper', 'mobile'])
    .where('personId', '=', personId)
    .executeTakeFirst()
  if (!account) throw noAccount
  return account
}

async function forgetBrowsers(tx: Tx, accountId: string): Promise<void> {
  const own = tables<'access'>(tx)
  await own.deleteFrom('access.accountDevice').where('accountId', '=', accountId).execute()
  await own.deleteFrom('access.accountHalfSession').where('accountId', '=', accountId).execute()
}

/** Sends a code to the number that is to receive the codes of this account from now on. */
export async function startMobile(accounts: Accounts, actor: Actor, typed: string): Promise<{ transactionId: string }> {
  const { platform, mac } = accounts
  await mustBeStrong(accounts, actor)
  const mobile = readMobile(typed)
  if (!mobile) throw mobileInvalid
  const personId = ownerOf(actor)
  const order = await asSystem(platform.db, async (tx) => {
    await ownAccount(tx, personId)
    const ordered = await orderCode(tx, platform, mac, {
      purpose: 'account-mobile',
      mobile,
      person: personId,
      language: actor.language,
      from: 'known',
    })
    await noted(tx, actor, personId, 'UPDATE', 'account-mobile')
    return ordered
  })
  if ('wait' in order) throw tooOften(order.wait)
  return { transactionId: order.id }
}

/** The code arrived: the number is bound to the account, and the number it had before is told. */
export async function confirmMobile(
  accounts: Accounts,
  actor: Actor,
  answer: { transactionId: string; code: string },
): Promise<AccountView> {
  const { platform, mac } = accounts
  await mustBeStrong(accounts, actor)
  const personId = ownerOf(actor)
  const outcome = await asSystem(platform.db, async (tx) => {
    const account = await ownAccount(tx, personId)
    const verdict = await tryCode(tx, mac, platform.now(), {
      id: answer.transactionId,
      purpose: 'account-mobile',
      code: answer.code,
      person: personId,
    })
    if (verdict.kind !== 'right') return verdict // a wrong try must be committed too
    await tables<'access'>(tx)
      .updateTable('access.account')
      .set({ mobile: verdict.mobile, mobileVerifiedAt: platform.now() })
      .where('id', '=', account.id)
      .execute()
    await forgetBrowsers(tx, account.id)
    await noted(tx, actor, personId, 'UPDATE', 'account-mobile')
    if (account.mobile && account.mobile !== verdict.mobile) {
      await warn(tx, accounts, account.mobile, 'mobile-changed', actor.language)
    }
    return { kind: 'done' as const, account: await getAccount(tx, personId) }
  })
  if (outcome.kind === 'wrong') throw outcome.triesLeft > 0 ? codeWrong(outcome.triesLeft) : codeOver
  if (outcome.kind === 'over') throw codeOver
  return outcome.account
}

/** Closes the account: credentials, browsers and open sessions of it are gone at once. */
export async function closeAccount(accounts: Accounts, actor: Actor): Promise<void> {
  const { platform } = accounts
  await mustBeStrong(accounts, actor)
  const personId = ownerOf(actor)
  await asSystem(platform.db, async (tx) => {
    const account = await ownAccount(tx, personId)
    const own = tables<'access'>(tx)
    await forgetBrowsers(tx, account.id)
    await own.deleteFrom('access.accountChallenge').where('accountId', '=', account.id).execute()
    await own.deleteFrom('access.accountPasskey').where('accountId', '=', account.id).execute()
    await own.deleteFrom('access.account').where('id', '=', account.id).execute()
    await closeLocalSessions(tx, personId, null)
    await noted(tx, actor, personId, 'DELETE', 'account')
    if (account.mobile) await warn(tx, accounts, account.mobile, 'account-closed', actor.language)
  })
}
