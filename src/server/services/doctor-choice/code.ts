// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomBytes } from 'node:crypto'

const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** Code of a choice: twelve letters and digits that are not taken for others, 60 random bits. */
export function newCode(): string {
  return Array.from(randomBytes(12), (byte) => letters[byte % letters.length]).join('')
}
