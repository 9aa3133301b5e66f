// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PublicGrant } from './contract.ts'

/** In memory only: whoever opens this browser later must not find it. */
let kept: PublicGrant | undefined

/** Keeps what the server gave at the end of a public flow, for the page that goes on. */
export function keepGrant(grant: PublicGrant): void {
  kept = grant
}

/** The token of a grant for a purpose, while it lasts. */
export function grantFor(purpose: string, now: Date = new Date()): string | undefined {
  return kept?.purpose === purpose && Date.parse(kept.expiresAt) > now.getTime() ? kept.token : undefined
}
