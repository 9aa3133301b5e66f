// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const both = { subjects: ['partner-manager', 'administrator'], purpose: 'administration', audit: 'none' } as const
const partnerManager = { subjects: ['partner-manager'], purpose: 'administration', audit: 'none' } as const
const administrator = { subjects: ['administrator'], purpose: 'administration', audit: 'none' } as const

/** Partners run their own clients; an administrator of the region decides what they may ask for. No person is behind it. */
export const policies = {
  getPartnerCatalogue: { ...both, action: 'READ', resource: 'scope' },
  listPartnerClients: { ...both, action: 'SEARCH', resource: 'partner-client' },
  getPartnerClient: { ...both, action: 'READ', resource: 'partner-client' },
  createPartnerClient: { ...partnerManager, action: 'CREATE', resource: 'partner-client' },
  deletePartnerClient: { ...partnerManager, action: 'DELETE', resource: 'partner-client' },
  setPartnerClientActivity: { ...both, action: 'UPDATE', resource: 'partner-client' },
  addPartnerKey: { ...partnerManager, action: 'CREATE', resource: 'partner-key' },
  removePartnerKey: { ...partnerManager, action: 'DELETE', resource: 'partner-key' },
  askPartnerScopes: { ...partnerManager, action: 'CREATE', resource: 'partner-scope' },
  dropPartnerScope: { ...both, action: 'DELETE', resource: 'partner-scope' },
  askPartnerPurpose: { ...partnerManager, action: 'CREATE', resource: 'partner-purpose' },
  removePartnerPurpose: { ...both, action: 'DELETE', resource: 'partner-purpose' },
  listPartnerRequests: { ...administrator, action: 'SEARCH', resource: 'partner-request' },
  decidePartnerScope: { ...administrator, action: 'UPDATE', resource: 'partner-scope' },
  decidePartnerPurpose: { ...administrator, action: 'UPDATE', resource: 'partner-purpose' },
  setPartnerQuota: { ...administrator, action: 'UPDATE', resource: 'partner-client' },
  pages: { subjects: ['anyone'], action: 'CREATE', resource: 'token', purpose: 'interoperability', audit: 'none' },
} satisfies Record<string, Policy>
