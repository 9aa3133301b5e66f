// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, ask } from '../app/api.ts'
import type { DoctorsQuery } from '../app/contract.ts'

export const municipalitiesQuery = () =>
  queryOptions({
    queryKey: ['municipalities'],
    queryFn: () => ask(api.GET('/api/v1/municipalities')),
    staleTime: Infinity,
  })

/** Doctors, twenty at a time. */
export const doctorsQuery = (wishes: Omit<DoctorsQuery, 'cursor' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: ['doctors', wishes],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/doctors', {
          params: { query: { ...wishes, ...(pageParam && { cursor: pageParam }), limit: 20 } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

/** One doctor, for her name where she cannot be chosen. */
export const doctorQuery = (id: string) =>
  queryOptions({
    queryKey: ['doctor', id],
    queryFn: () => ask(api.GET('/api/v1/doctors/{id}', { params: { path: { id } } })),
  })

/** The doctor of a person, those before, and what may be chosen. */
export const primaryCareQuery = (personId: string) =>
  queryOptions({
    queryKey: ['primary-care', personId],
    queryFn: () => ask(api.GET('/api/v1/people/{id}/doctor', { params: { path: { id: personId } } })),
  })

/** What choosing a doctor would do; never from memory, because places go. */
export const checkQuery = (personId: string, doctorId: string) =>
  queryOptions({
    queryKey: ['doctor-choice-check', personId, doctorId],
    queryFn: () =>
      ask(
        api.GET('/api/v1/people/{id}/doctor-choices/check', {
          params: { path: { id: personId }, query: { doctorId } },
        }),
      ),
    staleTime: 0,
    gcTime: 0,
  })
