// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { listener, type Room } from '../../platform/room.ts'
import { bookingRoutes } from './booking-routes.ts'
import { reviewCopays } from './copay-review.ts'
import { replaceDisplaced } from './displaced.ts'
import { offerFreedPlace } from './freed-places.ts'
import { jobs } from './jobs.ts'
import { linkRoutes } from './link-routes.ts'
import { notices } from './notices.ts'
import { registryNews } from './registry-news.ts'
import { searchRoutes } from './search-routes.ts'
import { waitingListRoutes } from './waiting-list-routes.ts'
import { countUndue } from './undue-copays.ts'
import { policies } from './policy.ts'

/** Booking of visits and exams from an e-prescription: offers, holds, confirmation, changes, waiting list. */
export const booking: Room = {
  name: 'booking',
  policies,
  routes(app, platform) {
    searchRoutes(app, platform)
    bookingRoutes(app, platform)
    waitingListRoutes(app, platform)
    linkRoutes(app, platform)
  },
  jobs,
  listens: [
    ...notices,
    ...registryNews,
    listener({
      event: 'scheduling.displaced',
      name: 'booking.replace-displaced',
      handle: ({ payload }, platform) => replaceDisplaced(platform, payload),
    }),
    listener({
      event: 'scheduling.place-freed',
      name: 'booking.offer-freed-place',
      handle: ({ payload }, platform) => offerFreedPlace(platform, payload),
    }),
    listener({
      event: 'exemptions.changed',
      name: 'booking.review-copays-of',
      handle: ({ payload }, platform) => reviewCopays(platform, payload.patientId),
    }),
    listener({ event: 'exemptions.revoked', name: 'booking.count-undue-copays', handle: countUndue }),
    listener({
      event: 'exemptions.many-changed',
      name: 'booking.review-all-copays',
      handle: (_event, platform) => reviewCopays(platform),
    }),
  ],
}
