// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { maskedMobile, orderCode, tryCode, voidCode, type NewCode } from '../codes/index.ts'
import { countAttempt } from './attempts.ts'
import type { Accounts } from './context.ts'
import { enter, noteOther, type Entered, type Visitor } from './enter.ts'
import { readUserName } from './rules.ts'
import { halfLifetime, hashOf, newToken } from './tokens.ts'

export type PasswordResult =
  /** The password is right: a code is on its way. `half` is the cookie of the step in between. */
  | { kind: 'code-sent'; half: string }
  /** Unknown user name or wrong password: which, nobody is told. */
  | { kind: 'wrong' }
  | { kind: 'wait'; seconds: number }
  /** The password is right, but no number was ever verified. */
  | { kind: 'no-mobile' }
  /** This is a step-up of somebody else's session. */
  | { kind: 'other-person'; returnTo: string }

/**
 * First step: user name and password. An attempt is counted first; then exactly one hash is verified, of the account or of
 * nobody, so that the answer for a name that does not exist takes the same time.
 */
export async function tryPassword(
  accounts: Accounts,
  visitor: Visitor,
  typed: { userName: string; password: string; returnTo: string; stepUp: boolean },
): Promise<PasswordResult> {
  const { platform, passwords } = accounts
  const userName = readUserName(typed.userName) ?? typed.userName.slice(0, 100)
  const account = await asSystem(platform.db, (tx) => accountNamed(tx, userName, visitor.device, platform.now()))
  const device = account?.isKnown && visitor.device !== undefined ? hashOf(visitor.device) : undefined
  const seconds = await countAttempt(accounts, { userName, address: visitor.actor.address, device })
  if (seconds > 0) {
    platform.log.warn({ requestId: visitor.actor.requestId }, 'too many passwords were tried for a user name')
    return { kind: 'wait', seconds }
  }
  if (!(await passwords.verify(account, typed.password)) || !account) return { kind: 'wrong' }
  const { personId } = visitor.actor
  if (typed.stepUp && personId !== null && personId !== account.personId) {
    await asSystem(platform.db, (tx) => noteOther(tx, visitor, account.personId))
    return { kind: 'other-person', returnTo: typed.returnTo }
  }
  await renewHash(accounts, account, typed.password)
  if (!account.mobile) return { kind: 'no-mobile' }
  const from = account.isKnown ? 'known' : visitor.actor
  return beginCode(accounts, visitor, { ...account, mobile: account.mobile, from }, typed.returnTo)
}

/** The account of a user name, and whether this browser is one of its owner's; one statement, found or not. */
async function accountNamed(tx: Tx, userName: string, device: string | undefined, now: Date) {
  return tables<'access'>(tx)
    .selectFrom('access.account as account')
    .select(['account.id', 'account.personId', 'account.userName', 'account.passwordHash', 'account.pepper'])
    .select('account.mobile')
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('access.accountDevice as device')
          .select('device.accountId')
          .whereRef('device.accountId', '=', 'account.id')
          .where('device.tokenHash', '=', hashOf(device ?? ''))
          .where('device.expiresAt', '>', now),
      ).as('isKnown'),
    )
    .where('account.userName', '=', userName)
    .executeTakeFirst()
}

/** When costs or pepper have changed, the password is hashed anew while it is at hand. */
async function renewHash(
  { platform, passwords }: Accounts,
  account: { id: string; passwordHash: string; pepper: string },
  password: string,
): Promise<void> {
  if (!passwords.isOutdated(account)) return
  const stored = await passwords.hash(password)
  await asSystem(platform.db, (tx) =>
    tables<'access'>(tx)
      .updateTable('access.account')
      .set(stored)
      .where('id', '=', account.id)
      .where('passwordHash', '=', account.passwordHash) // not over a password changed meanwhile
      .execute(),
  )
}

async function beginCode(
  { platform, mac }: Accounts,
  { actor }: Visitor,
  account: { id: string; mobile: string; from: NewCode['from'] },
  returnTo: string,
): Promise<PasswordResult> {
  const now = platform.now()
  const half = newToken()
  return asSystem(platform.db, async (tx) => {
    const code = await orderCode(tx, platform, mac, {
      purpose: 'account-sign-in',
      mobile: account.mobile,
      person: account.id,
      language: actor.language,
      from: account.from,
    })
    if ('wait' in code) return { kind: 'wait', seconds: code.wait }
    await tables<'access'>(tx)
      .insertInto('access.accountHalfSession')
      .values({
        tokenHash: hashOf(half),
        accountId: account.id,
        codeId: code.id,
        returnTo,
        language: actor.language,
        createdAt: now,
        expiresAt: new Date(now.getTime() + halfLifetime * 1000),
      })
      .execute()
    return { kind: 'code-sent', half }
  })
}

async function findHalf(tx: Tx, half: string | undefined, now: Date) {
  if (half === undefined) return undefined
  return tables<'access'>(tx)
    .selectFrom('access.accountHalfSession as half')
    .innerJoin('access.account as account', 'account.id', 'half.accountId')
    .select(['half.codeId', 'half.returnTo', 'account.id', 'account.personId', 'account.userName', 'account.mobile'])
    .where('half.tokenHash', '=', hashOf(half))
    .where('half.expiresAt', '>', now)
    .executeTakeFirst()
}

/** Where the code of a half-open sign-in was sent, masked; undefined when there is none. */
export function codeDestination({ platform }: Accounts, half: string | undefined): Promise<string | undefined> {
  return asSystem(platform.db, async (tx) => {
    const found = await findHalf(tx, half, platform.now())
    return found?.mobile ? maskedMobile(found.mobile) : undefined
  })
}

export type CodeResult =
  | { kind: 'signed-in'; entered: Entered; returnTo: string }
  | { kind: 'wrong'; triesLeft: number }
  /** The code is over; another one can be asked for. */
  | { kind: 'over' }
  /** The step in between is over, or was never begun in this browser. */
  | { kind: 'lost' }

/** Second step: the code. Used up with the half-open state in the transaction that opens the session. */
export function trySignInCode(
  accounts: Accounts,
  visitor: Visitor,
  half: string | undefined,
  code: string,
): Promise<CodeResult> {
  const { platform, mac } = accounts
  return asSystem(platform.db, async (tx): Promise<CodeResult> => {
    const now = platform.now()
    const found = await findHalf(tx, half, now)
    if (!found || half === undefined) return { kind: 'lost' }
    const attempt = { id: found.codeId, purpose: 'account-sign-in', person: found.id, code } as const
    const verdict = await tryCode(tx, mac, now, attempt)
    if (verdict.kind === 'wrong') return verdict.triesLeft > 0 ? verdict : { kind: 'over' }
    if (verdict.kind === 'over') return verdict
    await tables<'access'>(tx).deleteFrom('access.accountHalfSession').where('tokenHash', '=', hashOf(half)).execute()
    const entered = await enter(accounts, tx, found, 'password-and-code', visitor)
    return entered ? { kind: 'signed-in', entered, returnTo: found.returnTo } : { kind: 'lost' }
  })
}

/** Sends another code in place of the one before; gives the seconds to wait when it is too early, undefined when lost. */
export function sendAnotherCode(
  { platform, mac }: Accounts,
  { actor }: Visitor,
  half: string | undefined,
): Promise<{ wait: number } | undefined> {
  return asSystem(platform.db, async (tx) => {
    const found = await findHalf(tx, half, platform.now())
    if (!found?.mobile || half === undefined) return undefined
    const code = await orderCode(tx, platform, mac, {
      purpose: 'account-sign-in',
      mobile: found.mobile,
      person: found.id,
      language: actor.language,
      from: 'known', // the password was right in this browser
    })
    if ('wait' in code) return { wait: code.wait }
    await voidCode(tx, found.codeId)
    await tables<'access'>(tx)
      .updateTable('access.accountHalfSession')
      .set({ codeId: code.id })
      .where('tokenHash', '=', hashOf(half))
      .execute()
    return { wait: 0 }
  })
}

/** Removes half-open states, challenges and known browsers whose time is over. */
export async function forgetExpired(tx: Tx, now: Date): Promise<void> {
  const own = tables<'access'>(tx)
  await own.deleteFrom('access.accountHalfSession').where('expiresAt', '<', now).execute()
  await own.deleteFrom('access.accountChallenge').where('expiresAt', '<', now).execute()
  await own.deleteFrom('access.accountDevice').where('expiresAt', '<', now).execute()
}
