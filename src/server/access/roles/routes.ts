// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'
import { toCsv } from '../../platform/csv.ts'
import { asSystem } from '../../platform/database.ts'
import { Problem, type App } from '../../platform/http.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { audit } from '../audit/index.ts'
import { cookieName, cookieOptions } from '../sessions/index.ts'
import { actIn, rolesOf } from './acting.ts'
import { getAppointment, give, listAppointments, managedBy, take } from './appointments.ts'
import { mayGive } from './rules.ts'
import { roleCodes } from '../../platform/policy.ts'
import {
  ActingWish,
  Id,
  NewRole,
  OwnRole,
  RoleAppointment,
  RoleAppointmentDetail,
  RoleSearch,
  RoleStep,
} from './schema.ts'

const ById = Type.Object({ id: Id })
const tags = ['access']
const mostExported = 10_000
const header = {
  it: ['Cognome', 'Nome', 'Codice fiscale', 'Ruolo', 'Organizzazione', 'Unità', 'Dal', 'Al', 'Atto', 'Stato'],
  en: ['Family name', 'Given name', 'Fiscal code', 'Role', 'Organisation', 'Unit', 'From', 'Until', 'Act', 'State'],
}

/** The roles of whoever is signed in, and the appointments an administrator gives. Work is the system's: each row is named. */
export function routes(app: App, platform: Platform): void {
  const { db, now } = platform

  app.get(
    '/api/v1/roles',
    {
      schema: {
        operationId: 'listOwnRoles',
        tags,
        summary: 'The roles one may act in today',
        response: { 200: Type.Array(OwnRole), '4xx': Problem },
      },
    },
    ({ actor }) =>
      asSystem(db, async (tx) => {
        const patientId = actor.personId!
        await audit(tx, actor, { action: 'READ', patientId, object: 'role-appointment', purpose: 'identification' })
        return rolesOf(tx, patientId, romeDay(now()), actor.role?.appointmentId ?? null)
      }),
  )

  app.post(
    '/api/v1/roles/acting',
    {
      schema: {
        operationId: 'actInRole',
        tags,
        summary: 'Act in a role, or as a citizen: the session ends and a new one begins',
        body: ActingWish,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const token = await actIn(platform, actor, body.appointmentId)
      return reply.setCookie(cookieName, token, cookieOptions).code(204).send(null)
    },
  )

  app.get(
    '/api/v1/role-appointments',
    {
      schema: {
        operationId: 'listRoleAppointments',
        tags,
        summary: 'Appointments of one’s organisation and those below it, by family name',
        querystring: Type.Object({
          ...RoleSearch.properties,
          cursor: Type.Optional(Type.String({ maxLength: 200, pattern: '^[\\w-]{48,}$' })),
        }),
        response: {
          200: Type.Object(
            { items: Type.Array(RoleAppointment), nextCursor: Type.Union([Type.String(), Type.Null()]) },
            { title: 'RoleAppointments' },
          ),
          '4xx': Problem,
        },
      },
    },
    ({ actor, query: { cursor, ...search } }) =>
      asSystem(db, async (tx) => {
        actor.audited = true // an empty page is about nobody
        return listAppointments(tx, actor, search, { action: 'SEARCH', now: now(), after: cursor })
      }),
  )

  app.get(
    '/api/v1/role-appointments/export',
    {
      schema: {
        operationId: 'exportRoleAppointments',
        tags,
        summary: 'The same as a table (CSV), 10,000 rows at most',
        querystring: RoleSearch,
        response: { 200: { content: { 'text/csv': { schema: Type.String() } } }, '4xx': Problem },
      },
    },
    async ({ actor, query }, reply) => {
      const { items } = await asSystem(db, (tx) =>
        listAppointments(tx, actor, query, { action: 'EXPORT', now: now(), limit: mostExported }),
      )
      actor.audited = true
      const rows = items.map((one) => [
        one.person.familyName,
        one.person.givenName,
        one.fiscalCode ?? '',
        one.role,
        one.organisation.name,
        one.unit ?? '',
        one.from,
        one.until ?? '',
        one.actReference,
        one.state,
      ])
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="incarichi.csv"')
        .send(toCsv(header[actor.language], rows))
    },
  )

  app.get(
    '/api/v1/role-organisations',
    {
      schema: {
        operationId: 'listRoleOrganisations',
        tags,
        summary: 'The organisations for which one may give roles, one’s own first, and which',
        response: {
          200: Type.Array(
            Type.Object(
              { id: Id, name: Type.String(), roles: Type.Array(Type.Enum([...roleCodes])) },
              { title: 'RoleOrganisation' },
            ),
          ),
          '4xx': Problem,
        },
      },
    },
    ({ actor }) =>
      asSystem(db, async (tx) => {
        const own = actor.role!.organisationId
        const managed = await managedBy(tx, actor)
        return managed
          .toSorted((a, b) => Number(b.id === own) - Number(a.id === own))
          .map(({ id, name, kind }) => ({ id, name, roles: roleCodes.filter((role) => mayGive(role, kind)) }))
      }),
  )

  app.post(
    '/api/v1/role-appointments',
    {
      schema: {
        operationId: 'giveRole',
        tags,
        summary: 'Give a person a role for a period',
        body: NewRole,
        response: { 201: RoleAppointmentDetail, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const given = await asSystem(db, async (tx) =>
        getAppointment(tx, actor, await give(tx, actor, body, now()), now()),
      )
      return reply.code(201).send(given)
    },
  )

  app.get(
    '/api/v1/role-appointments/:id',
    {
      schema: {
        operationId: 'getRoleAppointment',
        tags,
        summary: 'One appointment with its history',
        params: ById,
        response: { 200: RoleAppointmentDetail, '4xx': Problem },
      },
    },
    ({ actor, params }) => asSystem(db, (tx) => getAppointment(tx, actor, params.id, now())),
  )

  app.post(
    '/api/v1/role-appointments/:id/steps',
    {
      schema: {
        operationId: 'changeRoleAppointment',
        tags,
        summary: 'Suspend, resume, end or confirm an appointment; sessions that act in it end at once',
        params: ById,
        body: RoleStep,
        response: { 200: RoleAppointmentDetail, '4xx': Problem },
      },
    },
    ({ actor, params, body }) =>
      asSystem(db, async (tx) => {
        await take(tx, actor, params.id, body, now())
        return getAppointment(tx, actor, params.id, now())
      }),
  )
}
