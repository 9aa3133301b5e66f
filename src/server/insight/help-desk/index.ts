// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { routes } from './routes.ts'

/** What people say of the service and ask of its help desk. */
export const helpDesk: Room = { name: 'help-desk', routes }
