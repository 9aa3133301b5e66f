// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { api, ask } from '../app/api.ts'

/** The doctors of the officer's authority with the movements of a month. */
export const movementsQuery = (month: string) => ({
  queryKey: ['doctor-movements', month],
  queryFn: () => ask(api.GET('/api/v1/office/doctor-movements', { params: { query: { month } } })),
})
