// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { registerCreditor } from '../../src/server/engines/payments/index.ts'
import { asSystem } from '../../src/server/platform/database.ts'
import { aSchedule, aService } from '../agendas.ts'
import { aPrescription } from '../prescriptions.ts'
import { inDays } from '../booking.ts'
import { aPerson, aPlace, aslNapoli1 } from '../region.ts'
import type { Site } from './site.ts'

let services = 0

/** A service that can be booked, with an agenda in Naples that has places from a day on. */
export async function aBookableService(
  { t }: Site,
  wish: { days?: number; slots?: number; place?: string; on?: readonly number[] } = {},
): Promise<{ code: string }> {
  services += 1
  const code = `89.7W.${services}`
  const serviceId = await aService(t.owner, { code, tariffCents: 2200 })
  const locationId = await aPlace(t, { name: wish.place ?? `Poliambulatorio di prova ${services}` })
  await aSchedule(t.owner, {
    serviceId,
    locationId,
    from: inDays(wish.days ?? 8),
    slots: wish.slots ?? 6,
    ...(wish.on && { days: wish.on }),
  })
  return { code }
}

/** One line of a prescription for a service. */
export const lineOf = (code: string, description = 'PRIMA VISITA DI PROVA') => ({
  code,
  catalogueCode: null,
  description,
  branch: '02',
  quantity: 1,
  sessions: null as number | null,
  firstAccess: true,
  televisit: false,
  tariffCents: 2200,
})

/** A woman of Naples with a prescription to book. */
export async function aPatient(
  site: Site,
  wish: {
    person?: Parameters<typeof aPerson>[1]
    priority?: 'U' | 'B' | 'D' | 'P'
    services?: { code: string }[]
    /** Lines other than one for each service. */
    lines?: ReturnType<typeof lineOf>[]
  } = {},
): Promise<{ id: string; code: string; nre: string }> {
  const person = await aPerson(site.t, { mobile: '+393331234567', email: 'anna@example.org', ...wish.person })
  const lines = wish.lines ?? (wish.services ?? [await aBookableService(site)]).map(({ code }) => lineOf(code))
  return { ...person, nre: await aPrescription(site.t, person, { lines, priority: wish.priority ?? 'D' }) }
}

/** Makes the health authority of Naples able to be paid through pagoPA. */
export async function aCreditor({ t }: Site): Promise<void> {
  await asSystem(t.db, (tx) =>
    registerCreditor(tx, {
      organisationId: aslNapoli1,
      fiscalCode: '06328131211',
      name: 'ASL Napoli 1 Centro',
      segregationCode: '01',
      iban: 'IT60X0542811101000000123456',
      taxonomyCode: '9/0101100IM/',
    }),
  )
}
