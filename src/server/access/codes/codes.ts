// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomInt, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { SmsRefused, type SmsGateway } from '../../national/sms/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { networkOf, useAllowances } from './allowances.ts'
import type { Mac } from './keys.ts'
import { codeText, lifetime, longestWait, mostTries, sendingAllowances, type CodePurpose } from './rules.ts'

export const sendJob = 'codes.send'

export interface NewCode {
  purpose: CodePurpose
  /** E.164, checked by `readMobile`. */
  mobile: string
  /** Whom the code is about, an id or a fiscal code: counted for the limits, and asked again when the code is tried. */
  person: string
  language: Language
  /**
   * Network address of who asks, or `known` for a person who signed in or a browser her account knows: many people stand
   * behind one address, so only strangers are counted by it.
   */
  from: { address: string | null } | 'known'
}

/**
 * Orders a code to be sent, within the limits per number, person and address; otherwise gives the seconds to wait. The
 * code comes into being in the worker that sends it, so asking takes the same time whatever becomes of the message.
 */
export async function orderCode(
  tx: Tx,
  platform: Platform,
  mac: Mac,
  wish: NewCode,
): Promise<{ id: string } | { wait: number }> {
  const now = platform.now()
  const network = wish.from === 'known' ? null : networkOf(wish.from.address)
  const wait = await useAllowances(tx, mac, now, sendingAllowances({ ...wish, network }))
  if (wait > 0) return { wait }
  const id = uuidv7(now.getTime())
  await tables<'access'>(tx)
    .insertInto('access.oneTimeCode')
    .values({
      id,
      purpose: wish.purpose,
      owner: mac('code', 'owner', wish.person),
      mobile: wish.mobile,
      language: wish.language,
      createdAt: now,
      expiresAt: new Date(now.getTime() + longestWait * 1000),
    })
    .execute()
  await platform.queue.send(tx, sendJob, { id })
  return { id }
}

/** A code that was asked for but is not wanted any more. */
export async function voidCode(tx: Tx, id: string): Promise<void> {
  await tables<'access'>(tx)
    .updateTable('access.oneTimeCode')
    .set({ state: 'void' })
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'sent'])
    .execute()
}

export type Verdict =
  | { kind: 'right'; mobile: string }
  | { kind: 'wrong'; triesLeft: number }
  /** Unknown, expired, used, or void after too many tries: another code is needed. */
  | { kind: 'over' }

const macOfCode = (mac: Mac, about: { purpose: string; mobile: string; id: string }, code: string): Buffer =>
  mac('code', about.purpose, about.mobile, about.id, code)

/**
 * Tries a code. A try is counted in the statement that reads the code, so of many at once only five are looked at, and a
 * right one is used up. The caller must commit whatever the verdict: a rolled back try was never counted.
 */
export async function tryCode(
  tx: Tx,
  mac: Mac,
  now: Date,
  attempt: { id: string; purpose: CodePurpose; person: string; code: string },
): Promise<Verdict> {
  const own = tables<'access'>(tx)
  const row = await own
    .updateTable('access.oneTimeCode')
    .set({ tries: sql`tries + 1` })
    .where('id', '=', attempt.id)
    .where('purpose', '=', attempt.purpose)
    .where('owner', '=', mac('code', 'owner', attempt.person))
    .where('state', 'in', ['waiting', 'sent'])
    .where('mac', 'is not', null)
    .where('tries', '<', mostTries)
    .where('expiresAt', '>', now)
    .returning(['id', 'purpose', 'mobile', 'mac', 'tries'])
    .executeTakeFirst()
  if (!row?.mac) return { kind: 'over' }
  const right = timingSafeEqual(row.mac, macOfCode(mac, row, attempt.code.replaceAll(/\s/g, '')))
  const triesLeft = mostTries - row.tries
  if (right || triesLeft === 0) {
    await own
      .updateTable('access.oneTimeCode')
      .set({ state: right ? 'used' : 'void' })
      .where('id', '=', row.id)
      .execute()
  }
  return right ? { kind: 'right', mobile: row.mobile } : { kind: 'wrong', triesLeft }
}

/**
 * Makes the code, keeps its keyed hash and sends it. When the gateway is silent the job runs again with a new code: the
 * last one that arrives is the one that counts.
 *
 * @throws SmsUnavailable so that the job is repeated
 */
export async function sendCode(platform: Platform, mac: Mac, gateway: SmsGateway, id: string): Promise<void> {
  const code = String(randomInt(1_000_000)).padStart(6, '0')
  const order = await asSystem(platform.db, (tx) => writeCode(tx, mac, platform.now(), id, code))
  if (!order) return
  const text = codeText(order.purpose, order.language, code, new URL(platform.config.publicUrl).hostname)
  try {
    await gateway.send({ reference: uuidv7(), to: order.mobile, text, unreported: true })
  } catch (error) {
    if (!(error instanceof SmsRefused)) throw error
    platform.log.warn({ codeId: id }, 'the gateway refused the message with a code')
    await asSystem(platform.db, (tx) => voidCode(tx, id))
    return
  }
  await asSystem(platform.db, (tx) =>
    tables<'access'>(tx)
      .updateTable('access.oneTimeCode')
      .set({ state: 'sent', sentAt: platform.now() })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .execute(),
  )
}

async function writeCode(
  tx: Tx,
  mac: Mac,
  now: Date,
  id: string,
  code: string,
): Promise<{ purpose: CodePurpose; mobile: string; language: Language } | undefined> {
  const own = tables<'access'>(tx)
  const row = await own
    .selectFrom('access.oneTimeCode')
    .select(['id', 'purpose', 'mobile', 'language', 'createdAt'])
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('createdAt', '>', new Date(now.getTime() - longestWait * 1000))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return undefined
  await own
    .updateTable('access.oneTimeCode')
    .set({ mac: macOfCode(mac, row, code), expiresAt: new Date(now.getTime() + lifetime * 1000) })
    .where('id', '=', id)
    .execute()
  return { ...row, purpose: row.purpose as CodePurpose, language: row.language as Language } // the table checks both
}

/** Removes codes that nobody can use any more; a day later no number stands here. */
export async function forgetCodes(tx: Tx, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 24 * 3_600_000)
  await tables<'access'>(tx).deleteFrom('access.oneTimeCode').where('createdAt', '<', before).execute()
}
