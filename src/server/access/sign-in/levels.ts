// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { spidClass, type Comparison, type SpidLevel } from '../../../shared/saml-names.ts'

/** The level a class string stands for; undefined for any string that is not one of the three, exactly. */
export function levelOf(classText: string): SpidLevel | undefined {
  return ([1, 2, 3] as const).find((level) => spidClass[level] === classText)
}

/** Whether the level obtained satisfies the one asked for (AgID's rule for cases 94 to 96). */
export function levelAccepted(got: SpidLevel, asked: SpidLevel, comparison: Comparison): boolean {
  if (got > asked) return true
  if (got === asked) return comparison !== 'better'
  return comparison === 'maximum'
}
