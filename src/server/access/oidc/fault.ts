// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** An answer, or a statement of the federation, that must not be believed. The code, `part/reason`, is for the log, never for the page. */
export class OidcFault extends Error {
  readonly code: string

  constructor(code: string, options?: ErrorOptions) {
    super(`Refused: ${code}`, options)
    this.code = code
  }
}
