// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { accounts } from './en/accounts.ts'
import { book } from './en/book.ts'
import { care } from './en/care.ts'
import { delegations } from './en/delegations.ts'
import { frame } from './en/frame.ts'
import { site } from './en/site.ts'
import { trust } from './en/trust.ts'
import type { Words } from './it.ts'

/** Everything the pages say in English. */
export const words: Words = { ...frame, ...book, ...care, ...trust, ...delegations, ...accounts, site }
