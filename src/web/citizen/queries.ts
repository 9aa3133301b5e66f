// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, ask } from '../app/api.ts'
import type { Booking, Payment } from '../app/contract.ts'

interface PageOf<Item> {
  items: Item[]
  nextCursor: string | null
}
const nextOf = <Item>(page: PageOf<Item>) => page.nextCursor

export const bookingQuery = (id: string) =>
  queryOptions({
    queryKey: ['booking', id],
    queryFn: () => ask(api.GET('/api/v1/bookings/{id}', { params: { path: { id } } })),
  })

/** Bookings of one person, or of the whole family when `patientId` is undefined. */
export const bookingsQuery = (when: 'upcoming' | 'past', patientId?: string) =>
  infiniteQueryOptions({
    queryKey: ['bookings', when, patientId ?? 'family'],
    queryFn: ({ pageParam }): Promise<PageOf<Booking>> =>
      ask(
        api.GET('/api/v1/bookings', {
          params: { query: { when, ...(patientId && { patientId }), ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: nextOf,
  })

export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['payment', id],
    queryFn: () => ask(api.GET('/api/v1/payments/{id}', { params: { path: { id } } })),
  })

/** Payments of the whole family, newest first. */
export const paymentsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['payments'],
    queryFn: ({ pageParam }): Promise<PageOf<Payment>> =>
      ask(api.GET('/api/v1/payments', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: nextOf,
  })

export const waitingQuery = () =>
  queryOptions({
    queryKey: ['waiting'],
    queryFn: () => ask(api.GET('/api/v1/waiting-list-entries', { params: { query: {} } })),
  })

/** Messages, newest first; each page says how many in all are still to be read. */
export const messagesQuery = () =>
  infiniteQueryOptions({
    queryKey: ['messages'],
    queryFn: ({ pageParam }) =>
      ask(api.GET('/api/v1/messages', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

/** Whom one delegated, who delegated one, children and wards. */
export const delegationsQuery = () =>
  queryOptions({ queryKey: ['delegations'], queryFn: () => ask(api.GET('/api/v1/delegations')) })

export const delegationQuery = (id: string) =>
  queryOptions({
    queryKey: ['delegation', id],
    queryFn: () => ask(api.GET('/api/v1/delegations/{id}', { params: { path: { id } } })),
  })

/** What can be paid online now. */
export const toPay = (payments: readonly Payment[]) => payments.filter((one) => one.payable)
