// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { SmsRefused, type SmsGateway } from '../../national/sms/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import type { Platform } from '../../platform/room.ts'

export const textJob = 'codes.send-text'

/** Sends a text message after the commit, such as a warning to a number. The text names nobody. */
export async function orderText(tx: Tx, platform: Platform, message: { mobile: string; text: string }): Promise<void> {
  const id = uuidv7()
  await tables<'access'>(tx)
    .insertInto('access.textMessage')
    .values({ id, ...message, createdAt: platform.now() })
    .execute()
  await platform.queue.send(tx, textJob, { id })
}

/** Hands a message over and forgets it; the gateway sends a reference once, however often the job runs. */
export async function sendText({ db, log }: Platform, gateway: SmsGateway, id: string): Promise<void> {
  const row = await asSystem(db, (tx) =>
    tables<'access'>(tx)
      .selectFrom('access.textMessage')
      .select(['mobile', 'text'])
      .where('id', '=', id)
      .executeTakeFirst(),
  )
  if (!row) return
  try {
    await gateway.send({ reference: id, to: row.mobile, text: row.text, unreported: true })
  } catch (error) {
    if (!(error instanceof SmsRefused)) throw error
    log.warn({ textId: id }, 'the gateway refused a message')
  }
  await asSystem(db, (tx) => tables<'access'>(tx).deleteFrom('access.textMessage').where('id', '=', id).execute())
}
