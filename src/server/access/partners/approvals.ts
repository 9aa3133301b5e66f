// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { tables, type Tx } from '../../platform/database.ts'
import { constraint, notFound, Refusal } from '../../platform/errors.ts'
import { lockClient, noteChange, type Manager } from './clients.ts'
import type { PartnerConfig } from './config.ts'

const own = (tx: Tx) => tables<'partner'>(tx)

constraint(
  'purpose_pkey',
  new Refusal(
    'partners/purpose-taken',
    409,
    { it: 'Questa finalità è già registrata.', en: 'This purpose is registered already.' },
    { field: 'purposeId' },
  ),
)
const noEService = new Refusal(
  'partners/unknown-e-service',
  400,
  { it: 'Questo e-service non è nostro.', en: 'This e-service is not ours.' },
  { field: 'eServiceId' },
)
const decided = new Refusal(
  'partners/decided',
  409,
  { it: 'Su questa richiesta si è già deciso.', en: 'This request was decided already.' },
  { next: { it: 'Ricarica l’elenco.', en: 'Reload the list.' } },
)
const answerMissing = new Refusal(
  'partners/answer-missing',
  400,
  { it: 'Scrivi il motivo del rifiuto.', en: 'Write the reason for refusing.' },
  { field: 'answer' },
)

export interface Decision {
  granted: boolean
  /** What the partner reads; needed to refuse. */
  answer?: string | undefined
}

/** Asks that calls with PDND vouchers for a purpose count as calls of a client. */
export async function askPurpose(
  tx: Tx,
  by: Manager,
  clientId: string,
  wish: { purposeId: string; eServiceId: string; pdndClientId: string },
  config: PartnerConfig,
): Promise<void> {
  if (!config.pdnd.eServices.some(({ id }) => id === wish.eServiceId)) throw noEService
  await lockClient(tx, by, clientId)
  await own(tx)
    .insertInto('partner.purpose')
    .values({
      id: wish.purposeId,
      clientId,
      eServiceId: wish.eServiceId,
      pdndClientId: wish.pdndClientId,
      state: 'asked',
      askedAt: by.now,
      askedBy: by.personId,
    })
    .execute()
  await noteChange(tx, by, clientId, 'purpose-asked', wish.purposeId)
}

/** Removes a purpose: its vouchers open nothing any more. */
export async function removePurpose(tx: Tx, by: Manager, clientId: string, purposeId: string): Promise<void> {
  await lockClient(tx, by, clientId)
  const { numDeletedRows } = await own(tx)
    .deleteFrom('partner.purpose')
    .where('id', '=', purposeId)
    .where('clientId', '=', clientId)
    .executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) throw notFound({ it: 'Finalità', en: 'Purpose' })
  await noteChange(tx, by, clientId, 'purpose-removed', purposeId)
}

/** What the request becomes. A refusal says why. */
function outcome(by: Manager, { granted, answer }: Decision) {
  if (!granted && !answer?.trim()) throw answerMissing
  const state = granted ? 'granted' : 'refused'
  return { state, decidedAt: by.now, decidedBy: by.personId, answer: answer ?? null }
}

/** The region grants or refuses a scope that waits. Nobody decides about what she asked for herself. */
export async function decideScope(
  tx: Tx,
  by: Manager,
  clientId: string,
  scope: string,
  decision: Decision,
): Promise<void> {
  await lockClient(tx, by, clientId)
  const { numUpdatedRows } = await own(tx)
    .updateTable('partner.clientScope')
    .set(outcome(by, decision))
    .where('clientId', '=', clientId)
    .where('scope', '=', scope)
    .where('state', '=', 'asked')
    .where('askedBy', '<>', by.personId)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw decided
  await noteChange(tx, by, clientId, decision.granted ? 'granted' : 'refused', scope)
}

/** The region grants or refuses a purpose that waits. Nobody decides about what she asked for herself. */
export async function decidePurpose(
  tx: Tx,
  by: Manager,
  clientId: string,
  purposeId: string,
  decision: Decision,
): Promise<void> {
  await lockClient(tx, by, clientId)
  const { numUpdatedRows } = await own(tx)
    .updateTable('partner.purpose')
    .set(outcome(by, decision))
    .where('id', '=', purposeId)
    .where('clientId', '=', clientId)
    .where('state', '=', 'asked')
    .where('askedBy', '<>', by.personId)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw decided
  await noteChange(tx, by, clientId, decision.granted ? 'granted' : 'refused', purposeId)
}

/** The region changes how much a client may call. */
export async function setQuota(
  tx: Tx,
  by: Manager,
  clientId: string,
  quota: { perMinute: number; perDay: number },
): Promise<void> {
  await lockClient(tx, by, clientId)
  await own(tx).updateTable('partner.client').set(quota).where('id', '=', clientId).execute()
  await noteChange(tx, by, clientId, 'quota', `${quota.perMinute} / ${quota.perDay}`)
}
