// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Ask } from '../src/server/national/prescriptions/index.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'
import type { Fault } from '../src/sandbox/context.ts'
import type { Prescribed } from '../src/sandbox/sac/prescriptions.ts'
import type { TestApp } from './setup.ts'

/** A prescription that a doctor has just sent to the SAC; a first cardiology visit of class B when nothing else is said. */
export async function aPrescription(
  t: Pick<TestApp, 'sandbox'>,
  patient: { code: string },
  wish: Partial<Prescribed> = {},
): Promise<string> {
  const response = await fetch(`${t.sandbox.url}/sac/prescriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fiscalCode: patient.code, ...wish }),
  })
  if (response.status !== 201) throw new Error(`The sandbox did not take the prescription: ${response.status}`)
  const { nre } = (await response.json()) as { nre: string }
  return nre
}

/** What a booking room asks of the SAC for a person. */
export function anAsk(nre: string, person: { id: string; code: string | null }): Ask {
  return { nre, patient: { id: person.id, code: person.code }, requestId: uuidv7() }
}

/** What the SAC itself thinks of a prescription. */
export async function onTheSac(
  t: Pick<TestApp, 'sandbox'>,
  nre: string,
): Promise<{ state: number; holder: string | null }> {
  const response = await fetch(`${t.sandbox.url}/sac/prescriptions/${nre}`)
  if (response.status !== 200) throw new Error(`No prescription ${nre} on the SAC`)
  const { state, holder } = (await response.json()) as { state: number; holder: string | null }
  return { state, holder }
}

/** Something else that happens to a prescription: the doctor withdraws it, another centre takes it. */
export async function meanwhile(
  t: Pick<TestApp, 'sandbox'>,
  nre: string,
  what: 'withdraw' | 'take-elsewhere',
): Promise<number> {
  const response = await fetch(`${t.sandbox.url}/sac/prescriptions/${nre}/${what}`, { method: 'POST' })
  return response.status
}

/** The SAC misbehaves from now on. */
export function sacFault(t: Pick<TestApp, 'sandbox'>, fault: Omit<Fault, 'system'>): void {
  t.sandbox.context.faults.add({ system: 'sac', ...fault })
}
