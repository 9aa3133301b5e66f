// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * A message of another party that must not be believed. The code names the check that failed, as
 * `<part>/<reason>`; it goes into the technical log, never onto the page of the citizen.
 */
export class SamlFault extends Error {
  readonly code: string

  constructor(code: string, options?: ErrorOptions) {
    super(`SAML message refused: ${code}`, options)
    this.name = 'SamlFault'
    this.code = code
  }
}
