// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { accounts } from './it/accounts.ts'
import { book } from './it/book.ts'
import { care } from './it/care.ts'
import { delegations } from './it/delegations.ts'
import { frame } from './it/frame.ts'
import { site } from './it/site.ts'
import { trust } from './it/trust.ts'

/** Everything the pages say in Italian, at level B1: short sentences, "tu", what happens next and by when. */
export const words = { ...frame, ...book, ...care, ...trust, ...delegations, ...accounts, site }
export type Words = typeof words
