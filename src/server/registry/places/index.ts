// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

export { findMunicipality, listMunicipalities, type Municipality } from './municipalities.ts'
export { assignmentOf, findPlaces, placeOn, stateOfCitizenship, type NamedPlace } from './territory.ts'
export { getPlaces, listPlaces, type PlaceView } from './places.ts'

export const places: Room = { name: 'places', policies, routes }
