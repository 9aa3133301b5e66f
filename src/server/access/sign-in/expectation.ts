// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { KeyObject } from 'node:crypto'
import type { Comparison, SpidLevel } from '../../../shared/saml-names.ts'
import { SamlFault } from './saml/fault.ts'

/** Clocks of the parties may differ by this much, in seconds. Never applied to what has expired. */
export const clockSkew = 60

/** What the store knows of the request that is being answered, and what we expect of its answer. */
export type Expectation = {
  requestId: string
  requestIssuedAt: number
  level: SpidLevel
  comparison: Comparison
  /** Entity ID of the provider that was asked. */
  provider: string
  /** Whether the Issuer of the Assertion must carry its Format. */
  issuerFormat: 'required' | 'optional'
  /** Keys of that provider, from the registry. */
  keys: readonly KeyObject[]
  /** Address of ours that the answer had to be sent to. */
  consumerUrl: string
  /** Our own entity ID. */
  audience: string
  /** The moment of reception, in whole seconds since 1970. */
  now: number
}

/** Refuses what was issued before the request it answers, or in the future. */
export function checkIssueInstant(issuedAt: number, expected: Expectation, code: string): void {
  if (issuedAt < expected.requestIssuedAt - clockSkew) throw new SamlFault(code)
  if (issuedAt > expected.now + clockSkew) throw new SamlFault(code)
}
