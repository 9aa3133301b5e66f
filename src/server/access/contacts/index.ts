// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

/** How people want to be written to, as they see and choose it. */
export const contacts: Room = { name: 'contacts', policies, routes }
