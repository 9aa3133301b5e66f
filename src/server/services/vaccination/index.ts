// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { policies } from './policy.ts'
import { registryNews } from './registry-news.ts'
import { routes } from './routes.ts'

export { Cohort, cohortOf } from './rules.ts'

/** Vaccination campaigns: who is invited, and who adheres, signed in or with the health card. */
export const vaccination: Room = { name: 'vaccination', policies, routes, listens: registryNews }
