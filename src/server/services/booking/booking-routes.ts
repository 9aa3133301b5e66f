// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { mustActFor, type Actor } from '../../platform/actor.ts'
import { audit } from '../../access/audit/index.ts'
import { withActor } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { extend, hold, release } from './bookings.ts'
import { cancelBooking, moveLine } from './changes.ts'
import { confirm } from './confirm.ts'
import { listGivenBack } from './death-undone.ts'
import { look } from './look.ts'
import { offersToMove } from './move-offers.ts'
import { calendar, promemoria } from './papers.ts'
import {
  Booking,
  BookingPage,
  CancelWish,
  GivenBack,
  Id,
  MoveWish,
  NewBooking,
  OfferPage,
  OfferWishes,
  SessionNumber,
} from './schema.ts'
import { listBookings } from './views.ts'

const ById = Type.Object({ id: Id })

/** Bookings as citizens use them. */
export function bookingRoutes(app: App, platform: Platform): void {
  const { db } = platform

  const show = (actor: Actor, id: string) => withActor(db, actor, (tx) => look(tx, platform, actor, id))

  app.post(
    '/api/v1/bookings',
    {
      schema: {
        operationId: 'createBooking',
        tags: ['booking'],
        summary: 'Hold a place for every appointment of a prescription, all or none',
        headers: Type.Object({ 'idempotency-key': Id }),
        body: NewBooking,
        response: { 201: Booking, '4xx': Problem },
      },
    },
    async ({ actor, body, headers }, reply) => {
      return reply.code(201).send(await hold(platform, actor, headers['idempotency-key'], body))
    },
  )

  app.get(
    '/api/v1/office/people/:id/given-back',
    {
      schema: {
        operationId: 'listGivenBack',
        tags: ['booking'],
        summary: 'What became of appointments that a death told in error had cancelled',
        params: ById,
        response: { 200: Type.Object({ items: Type.Array(GivenBack) }, { title: 'GivenBackList' }), '4xx': Problem },
      },
    },
    async ({ actor, params }) => ({ items: await listGivenBack(platform, actor, params.id) }),
  )

  const acts = {
    'extend-hold': { id: 'extendHold', summary: 'More time to confirm', act: extend },
    release: { id: 'releaseHold', summary: 'Give the held places back', act: release },
  }
  for (const [name, { id: operationId, summary, act }] of Object.entries(acts)) {
    app.post(
      `/api/v1/bookings/:id/${name}`,
      {
        schema: {
          operationId,
          tags: ['booking'],
          summary,
          params: ById,
          response: { 200: Booking, '4xx': Problem, '5xx': Problem },
        },
      },
      async ({ actor, params }) => {
        await act(platform, actor, params.id)
        return show(actor, params.id)
      },
    )
  }

  app.post(
    '/api/v1/bookings/:id/confirm',
    {
      schema: {
        operationId: 'confirmBooking',
        tags: ['booking'],
        summary:
          'Confirm: the prescription is locked, the places are yours; while the national system is silent it stays confirming',
        params: ById,
        response: { 200: Booking, '4xx': Problem, '5xx': Problem },
      },
    },
    async ({ actor, params }) => confirm(platform, actor, params.id),
  )

  app.get(
    '/api/v1/bookings',
    {
      schema: {
        operationId: 'listBookings',
        tags: ['booking'],
        summary: 'Bookings of the family',
        querystring: Type.Object({
          patientId: Type.Optional(Id),
          when: Type.Optional(Type.Enum(['upcoming', 'past'])),
          cursor: Type.Optional(Type.String({ maxLength: 120 })),
        }),
        response: { 200: BookingPage, '4xx': Problem },
      },
    },
    async ({ actor, query }) => {
      if (query.patientId) mustActFor(actor, query.patientId)
      return withActor(db, actor, async (tx) => {
        const page = await listBookings(tx, platform, {
          patientIds: query.patientId ? [query.patientId] : actor.patients,
          when: query.when ?? 'upcoming',
          language: actor.language,
          ...(query.cursor && { cursor: query.cursor }),
        })
        const people = new Set(page.items.map((item) => item.patient.id))
        await audit(
          tx,
          actor,
          ...[...people].map(
            (patientId) => ({ action: 'SEARCH', patientId, object: 'booking', purpose: 'booking' }) as const,
          ),
        )
        return page
      })
    },
  )

  app.get(
    '/api/v1/bookings/:id',
    {
      schema: {
        operationId: 'getBooking',
        tags: ['booking'],
        summary: 'One booking',
        params: ById,
        response: { 200: Booking, '4xx': Problem },
      },
    },
    async ({ actor, params }) => show(actor, params.id),
  )

  app.get(
    '/api/v1/bookings/:id/offers',
    {
      schema: {
        operationId: 'searchMoveOffers',
        tags: ['booking'],
        summary: 'Free places to move one line of a booking, or one of its sessions, to',
        params: ById,
        querystring: Type.Object({
          ...OfferWishes.properties,
          line: Type.Integer({ minimum: 1, maximum: 8 }),
          session: Type.Optional(SessionNumber),
        }),
        response: { 200: OfferPage, '4xx': Problem },
      },
    },
    async ({ actor, params, query: { line, session, ...wishes } }) =>
      withActor(db, actor, async (tx) => {
        const view = await look(tx, platform, actor, params.id)
        return offersToMove(tx, platform, view, { line, session }, wishes, actor.language)
      }),
  )

  app.post(
    '/api/v1/bookings/:id/move',
    {
      schema: {
        operationId: 'moveBooking',
        tags: ['booking'],
        summary: 'Move one line, or one of its sessions, to another place',
        params: ById,
        body: MoveWish,
        response: { 200: Booking, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      await moveLine(platform, actor, params.id, body)
      return show(actor, params.id)
    },
  )

  app.post(
    '/api/v1/bookings/:id/cancel',
    {
      schema: {
        operationId: 'cancelBooking',
        tags: ['booking'],
        summary: 'Cancel a booking, or what remains of a cycle that has begun',
        params: ById,
        body: CancelWish,
        response: { 200: Booking, '4xx': Problem },
      },
    },
    async ({ actor, params, body }) => {
      await cancelBooking(platform, actor, params.id, body)
      return show(actor, params.id)
    },
  )

  app.get(
    '/api/v1/bookings/:id/promemoria.pdf',
    {
      schema: {
        operationId: 'getPromemoria',
        tags: ['booking'],
        summary: 'The booking on paper (PDF/A)',
        params: ById,
        produces: ['application/pdf'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      const pdf = await withActor(db, actor, async (tx) => {
        await look(tx, platform, actor, params.id, 'PRINT')
        return promemoria(tx, platform, params.id, actor.language)
      })
      return reply.type('application/pdf').header('content-disposition', 'inline; filename="promemoria.pdf"').send(pdf)
    },
  )

  app.get(
    '/api/v1/bookings/:id/calendar.ics',
    {
      schema: {
        operationId: 'getCalendar',
        tags: ['booking'],
        summary: 'The booking for a calendar',
        params: ById,
        produces: ['text/calendar'],
        response: { 200: Type.Unsafe<string>({ type: 'string' }), '4xx': Problem },
      },
    },
    async ({ actor, params }, reply) => {
      const file = await withActor(db, actor, async (tx) => {
        await look(tx, platform, actor, params.id, 'EXPORT')
        return calendar(tx, platform, params.id, actor.language)
      })
      return reply
        .type('text/calendar; charset=utf-8')
        .header('content-disposition', 'attachment; filename="appuntamento.ics"')
        .send(file)
    },
  )
}
