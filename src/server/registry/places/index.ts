// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

export { getPlaces, type PlaceView } from './places.ts'
