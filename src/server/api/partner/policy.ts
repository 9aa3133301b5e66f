// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const partner = { subjects: ['partner'], purpose: 'interoperability', audit: 'none' } as const

/** What partners may ask for, by the scopes of their tokens; nothing of it is about a person. */
export const policies = {
  listPartnerServices: { ...partner, action: 'SEARCH', resource: 'service', scope: 'catalogue:read' },
  listPartnerPlaces: { ...partner, action: 'SEARCH', resource: 'place', scope: 'catalogue:read' },
  listPartnerAvailability: { ...partner, action: 'SEARCH', resource: 'offer', scope: 'availability:read' },
  searchOccupancy: { ...partner, action: 'SEARCH', resource: 'occupancy', scope: 'occupancy:read' },
  getPartnerUsage: { ...partner, action: 'READ', resource: 'partner-usage' },
  getPartnerStatus: { subjects: ['anyone'], action: 'READ', resource: 'status', purpose: 'information', audit: 'none' },
} satisfies Record<string, Policy>
