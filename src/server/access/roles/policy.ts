// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { roleCodes, type Policy } from '../../platform/policy.ts'

const signedIn = { subjects: ['person', ...roleCodes], purpose: 'identification', audit: 'person' } as const
const administrator = { subjects: ['administrator'], purpose: 'administration', audit: 'person' } as const

/** Everybody chooses among the roles she was given; an administrator gives and ends those of her organisation. */
export const policies = {
  listOwnRoles: { ...signedIn, action: 'READ', resource: 'role-appointment' },
  actInRole: { ...signedIn, action: 'CREATE', resource: 'session' },
  listRoleAppointments: { ...administrator, action: 'SEARCH', resource: 'role-appointment' },
  exportRoleAppointments: { ...administrator, action: 'EXPORT', resource: 'role-appointment' },
  listRoleOrganisations: {
    subjects: ['administrator'],
    action: 'READ',
    resource: 'organisation',
    purpose: 'administration',
    audit: 'none',
  },
  giveRole: { ...administrator, action: 'CREATE', resource: 'role-appointment' },
  getRoleAppointment: { ...administrator, action: 'READ', resource: 'role-appointment' },
  changeRoleAppointment: { ...administrator, action: 'UPDATE', resource: 'role-appointment' },
} satisfies Record<string, Policy>
