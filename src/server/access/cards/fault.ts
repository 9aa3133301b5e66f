// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** A card, or what came with it, that must not be believed. The code, `part/reason`, is for the log, never for the page. */
export class CardFault extends Error {
  readonly code: string

  constructor(code: string, options?: ErrorOptions) {
    super(`Card refused: ${code}`, options)
    this.code = code
  }
}
