// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { mailer, readMailSettings, type Mailer } from '../../national/mail/index.ts'
import { asSystem, tables } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { AlertsConfig } from './config.ts'

const mailers = new WeakMap<Platform['config'], Mailer>()

function mailerOf({ config }: Platform): Mailer {
  const known = mailers.get(config) ?? mailer(readMailSettings(config))
  mailers.set(config, known)
  return known
}

/**
 * Tells the privacy office of the region that there is something to examine. The message names nobody: who it is about stands
 * on the page of the auditors only.
 */
export async function tellPrivacyOffice(
  platform: Platform,
  { tell }: AlertsConfig,
  ids: readonly string[],
): Promise<void> {
  const { db, config, now } = platform
  const waiting = await asSystem(db, (tx) =>
    tables<'access'>(tx)
      .selectFrom('access.accessAlert')
      .select('id')
      .where('id', 'in', ids)
      .where('toldAt', 'is', null)
      .orderBy('id')
      .execute(),
  )
  const [first] = waiting
  if (!first) return
  const address = `${config.publicUrl}/operatori/segnalazioni-accessi`
  const text = [
    `Il controllo del registro degli accessi ha aperto ${waiting.length === 1 ? 'una segnalazione' : `${waiting.length} segnalazioni`}.`,
    `Si esaminano qui, nel ruolo di addetto ai controlli: ${address}`,
    '',
    `The watch on the audit trail opened ${waiting.length === 1 ? 'one alert' : `${waiting.length} alerts`}, to be examined at the same address.`,
  ]
  await mailerOf(platform).send({
    // The same alerts give the same message: sent again after a crash it is recognised.
    reference: `access-alert-${first.id}`,
    to: tell,
    subject: 'Accessi insoliti da esaminare / Unusual access to examine',
    text: text.join('\n'),
    html: `<!doctype html><html lang="it"><body>${text.map((line) => `<p>${line}</p>`).join('')}</body></html>`,
  })
  await asSystem(db, (tx) =>
    tables<'access'>(tx)
      .updateTable('access.accessAlert')
      .set({ toldAt: now() })
      .where(
        'id',
        'in',
        waiting.map(({ id }) => id),
      )
      .execute(),
  )
}
