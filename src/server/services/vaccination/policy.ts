// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Policy } from '../../platform/policy.ts'

const adhesion = { resource: 'adhesion', purpose: 'adhesion' } as const
const card = { ...adhesion, subjects: ['anyone'], audit: 'person' } as const
/** Also with a weak identity or an account of ours: who sees no health is measured by age only. */
const family = { ...adhesion, subjects: ['family'], service: 'VACCINATION', level: 1, audit: 'person' } as const
const office = { subjects: ['district-officer'], resource: 'campaign', purpose: 'adhesion', audit: 'none' } as const

/** Who may adhere to campaigns: the person, who acts for her, and whoever shows the grant of a public flow about her. */
export const policies = {
  listCampaigns: {
    subjects: ['anyone'],
    action: 'SEARCH',
    resource: 'campaign',
    purpose: 'information',
    audit: 'none',
  },
  checkCardAdhesion: { ...card, action: 'READ' },
  makeCardAdhesion: { ...card, action: 'CREATE' },
  withdrawCardAdhesion: { ...card, action: 'UPDATE' },
  listAdhesions: { ...family, action: 'SEARCH' },
  makeAdhesion: { ...family, action: 'CREATE' },
  withdrawAdhesion: { ...family, action: 'UPDATE' },
  listCampaignCounts: { ...office, action: 'SEARCH' },
  exportCampaignCounts: { ...office, action: 'EXPORT' },
} satisfies Record<string, Policy>
