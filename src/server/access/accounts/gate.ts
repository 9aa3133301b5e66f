// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Refusal } from '../../platform/errors.ts'

const busy = new Refusal(
  'accounts/busy',
  503,
  { it: 'Troppe persone stanno entrando in questo momento.', en: 'Too many people are signing in right now.' },
  {
    next: {
      it: 'Riprova tra qualche secondo, o entra con SPID.',
      en: 'Try again in a few seconds, or sign in with SPID.',
    },
    retryAfter: 5,
  },
)

/** Lets few pieces of costly work run at once and a bounded number wait, in the order in which they came. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/**
 * A gate for passwords: each hash takes 19 MiB and a thread, so a flood of logins is kept to a few of them.
 *
 * @throws Refusal `accounts/busy` from the gate when too many wait already
 */
export function gate(atOnce: number, waiting: number): Gate {
  let running = 0
  const queue: (() => void)[] = []
  return async (work) => {
    if (running < atOnce) running += 1
    else {
      if (queue.length >= waiting) throw busy
      await new Promise<void>((admitted) => queue.push(admitted)) // whoever leaves hands its place over
    }
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
}
