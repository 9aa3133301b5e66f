// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { uuidv7 } from '../src/server/platform/ids.ts'
import type { RoleCode } from '../src/server/platform/policy.ts'
import { asSystem } from '../src/server/platform/database.ts'
import { romeDay } from '../src/server/platform/time.ts'
import { enter } from '../src/server/access/roles/index.ts'
import { aPerson, aslNapoli1 } from './region.ts'
import type { SignedIn, TestApp } from './setup.ts'

export interface Professional {
  id: string
  code: string
  appointmentId: string
  /** Of a session that acts in the role. */
  headers: SignedIn
}

/** Gives a person a role from today. */
export const aRole = (t: TestApp, personId: string, role: RoleCode, organisationId = aslNapoli1): Promise<string> =>
  asSystem(t.db, (tx) =>
    enter(
      tx,
      {
        personId,
        role,
        organisationId,
        from: romeDay(new Date()),
        actReference: `Atto di prova ${uuidv7()}`,
        grantedBy: null,
      },
      new Date(),
    ),
  )

/** Somebody who acts in a role, for the health authority of Naples when nothing else is said. */
export async function aProfessional(t: TestApp, role: RoleCode, organisationId = aslNapoli1): Promise<Professional> {
  const person = await aPerson(t)
  const appointmentId = await aRole(t, person.id, role, organisationId)
  return { ...person, appointmentId, headers: await t.signIn(person.id, 2, appointmentId) }
}
