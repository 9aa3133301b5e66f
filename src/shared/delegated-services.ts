// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** What one person may do for another; a delegation names some of them. */
export const delegatedServices = ['BOOKING', 'PAYMENT', 'RECORD', 'DOCTOR_CHOICE', 'VACCINATION', 'EXEMPTION'] as const
export type DelegatedService = (typeof delegatedServices)[number]

/** How the signed-in person stands to somebody she may act for. */
export const relations = ['self', 'child', 'ward', 'delegator'] as const
export type Relation = (typeof relations)[number]
