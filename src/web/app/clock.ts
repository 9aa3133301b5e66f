// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from 'react'

/** The instant at which the page was opened, in milliseconds: what is past does not change while one reads. */
export function useNow(): number {
  const [now] = useState(() => Date.now())
  return now
}
