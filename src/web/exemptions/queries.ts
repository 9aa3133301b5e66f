// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { queryOptions } from '@tanstack/react-query'
import { api, ask } from '../app/api.ts'
import type { ExemptionQuestions } from '../app/contract.ts'

export const exemptionsQuery = (patientId: string) =>
  queryOptions({
    queryKey: ['exemptions', patientId],
    queryFn: () => ask(api.GET('/api/v1/exemptions', { params: { query: { patientId } } })),
  })

export const exemptionQuery = (id: string) =>
  queryOptions({
    queryKey: ['exemption', id],
    queryFn: () => ask(api.GET('/api/v1/exemptions/{id}', { params: { path: { id } } })),
  })

/** What a declaration starts from; always asked anew, so that nothing of an earlier one is shown. */
export const formQuery = (patientId: string, renews?: string) =>
  queryOptions({
    queryKey: ['exemption-form', patientId, renews ?? ''],
    queryFn: () =>
      ask(api.GET('/api/v1/exemptions/form', { params: { query: { patientId, ...(renews && { renews }) } } })),
    staleTime: Infinity,
    gcTime: 0,
  })

export const checkQuestions = (body: ExemptionQuestions) => ask(api.POST('/api/v1/exemptions/check', { body }))

/** Euro cents of an amount as people write it: `12.500,00`, `12500.00`, `12500`; undefined when it is none. */
export function centsOf(typed: string): number | undefined {
  const plain = typed.replace(/[€\s]/g, '')
  const match = /^(\d{1,3}(?:[.,']\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(plain)
  if (!match) return undefined
  const cents = Number(match[1]!.replace(/\D/g, '')) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return cents <= 2_000_000_000 ? cents : undefined
}
