// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { SamlFault } from './fault.ts'

const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/

/**
 * A SAML instant in whole seconds since 1970: UTC with `Z`, an optional fraction that is dropped (partners answer
 * with whole seconds, and a message must not look older than the one it answers).
 *
 * @throws SamlFault with the given code when it is absent, empty, badly written or no day of the calendar
 */
export function secondsOf(text: string | null, code: string): number {
  if (!text || !shape.test(text)) throw new SamlFault(code)
  const seconds = Math.floor(Date.parse(text) / 1000)
  if (Number.isNaN(seconds) || instantOf(seconds).slice(0, 19) !== text.slice(0, 19)) throw new SamlFault(code)
  return seconds
}

/** The SAML form of an instant, in whole seconds. */
export function instantOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}

/** A moment as whole seconds since 1970. */
export function wholeSeconds(moment: Date): number {
  return Math.floor(moment.getTime() / 1000)
}
