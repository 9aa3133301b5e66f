// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'

const Maybe = Type.Union([Type.String(), Type.Null()])

export const PlaceView = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    address: Type.String(),
    postcode: Maybe,
    municipality: Type.String(),
    province: Type.String(),
    latitude: Type.Number(),
    longitude: Type.Number(),
    telephone: Maybe,
    stepFree: Type.Boolean({ description: 'Reachable without steps' }),
    accessibility: Maybe,
    directions: Maybe,
    organisation: Type.Object({
      id: Type.String({ format: 'uuid' }),
      name: Type.String(),
      ownBooking: Type.Boolean({ description: 'Runs a booking centre of its own besides the regional one' }),
    }),
  },
  { title: 'Place' },
)

export const PlaceList = Type.Object(
  {
    places: Type.Array(PlaceView),
    nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Send it as cursor for the next page' }),
  },
  { title: 'PlaceList' },
)

export const MunicipalityList = Type.Object(
  {
    municipalities: Type.Array(
      Type.Object({ code: Type.String({ description: 'ISTAT code' }), name: Type.String(), province: Type.String() }),
    ),
  },
  { title: 'MunicipalityList' },
)
