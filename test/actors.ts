// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { systemActor, type Actor } from '../src/server/platform/actor.ts'
import { uuidv7 } from '../src/server/platform/ids.ts'

/** Somebody who has shown nothing yet, at a network address. */
export function anonymous(address: string): Actor {
  return { ...systemActor(uuidv7()), kind: 'public', address }
}
