// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type pg from 'pg'
import type { SandboxContext } from '../context.ts'
import { answer, conflict, keys, notFound, Problem } from './calls.ts'
import { localTime } from './documents.ts'
import { findNotice, findPosition, inTransaction, statusAt, type Option, type Position } from './store.ts'
import { Invalid, readPosition, type PositionBody } from './validation.ts'

type Organization = { org: string }
type OnePosition = { org: string; iupd: string }

/** A civil date and time in Rome as an instant. */
function instantOf(local: string): Date {
  const candidates = ['+02:00', '+01:00'].map((offset) => new Date(local + offset))
  return candidates.find((instant) => localTime(instant) === local.slice(0, 19)) ?? candidates[1]!
}

function optionView(option: Option): object {
  return {
    iuv: option.iuv,
    nav: option.nav,
    organizationFiscalCode: option.org,
    amount: option.amount,
    description: option.description,
    isPartialPayment: option.partial,
    dueDate: localTime(option.due_at),
    status: option.status,
    fee: option.fee,
    notificationFee: 0,
    ...(option.paid_at && { paymentDate: localTime(option.paid_at) }),
    ...(option.receipt_id && { idReceipt: option.receipt_id, pspCompany: option.psp, paymentMethod: option.method }),
    ...(option.flow_id && { idFlowReporting: option.flow_id }),
    transfer: option.transfers.map((transfer) => ({
      ...transfer,
      status: option.status === 'PO_REPORTED' ? 'T_REPORTED' : 'T_UNREPORTED',
    })),
  }
}

function positionView(position: Position, options: Option[], now: Date): object {
  return {
    iupd: position.iupd,
    organizationFiscalCode: position.org,
    type: 'F',
    companyName: position.company,
    insertedDate: localTime(position.inserted_at),
    ...(position.published_at && { publishDate: localTime(position.published_at) }),
    ...(position.validity_at && { validityDate: localTime(position.validity_at) }),
    status: statusAt(position, options, now),
    lastUpdatedDate: localTime(position.updated_at),
    paymentOption: options.map(optionView),
  }
}

function checkDates(body: PositionBody, toPublish: boolean, now: Date): Date | null {
  const validity = body.validityDate ? instantOf(body.validityDate) : null
  if (validity && validity < now) throw new Invalid('validityDate must be in the future')
  const start = validity ?? (toPublish ? now : null)
  for (const option of body.paymentOption) {
    const due = instantOf(option.dueDate)
    if (due <= now || (start && due <= start)) throw new Invalid('dueDate must be after validityDate and in the future')
  }
  return start
}

async function insertOptions(client: pg.PoolClient, org: string, iupd: string, body: PositionBody): Promise<void> {
  for (const option of body.paymentOption) {
    const { rowCount } = await client.query(
      `insert into pagopa_option (org, iupd, iuv, nav, amount, description, partial, due_at, transfers)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
      [
        org,
        iupd,
        option.iuv,
        option.nav,
        option.amount,
        option.description,
        option.isPartialPayment,
        instantOf(option.dueDate),
        JSON.stringify(option.transfer),
      ],
    )
    if (rowCount === 0) throw conflict(`the iuv ${option.iuv} of ${org} already exists`)
  }
}

function create(context: SandboxContext, org: string, body: PositionBody, toPublish: boolean): Promise<object> {
  const now = context.now()
  const start = checkDates(body, toPublish, now)
  return inTransaction(context.sql, async (client) => {
    const status = toPublish ? (body.validityDate ? 'PUBLISHED' : 'VALID') : 'DRAFT'
    const { rowCount } = await client.query(
      `insert into pagopa_position (org, iupd, debtor_code, debtor_name, company, switch_to_expired, validity_at, published_at, status, inserted_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict do nothing`,
      [
        org,
        body.iupd,
        body.fiscalCode,
        body.fullName,
        body.companyName,
        body.switchToExpired,
        start,
        toPublish ? now : null,
        status,
        now,
      ],
    )
    if (rowCount === 0) throw conflict(`the position ${body.iupd} of ${org} already exists`)
    await insertOptions(client, org, body.iupd, body)
    const found = (await findPosition(client, org, body.iupd))!
    return positionView(found.position, found.options, now)
  })
}

function update(
  context: SandboxContext,
  org: string,
  iupd: string,
  body: PositionBody,
  toPublish: boolean,
): Promise<object> {
  if (body.iupd !== iupd) throw new Invalid('iupd of the body must be the one of the address')
  const now = context.now()
  return inTransaction(context.sql, async (client) => {
    const found = await findPosition(client, org, iupd, true)
    if (!found) throw notFound(`no position ${iupd} for ${org}`)
    const status = statusAt(found.position, found.options, now)
    if (!['DRAFT', 'PUBLISHED', 'VALID', 'EXPIRED'].includes(status))
      throw conflict(`a position that is ${status} cannot be updated`)
    const start = checkDates(body, toPublish, now)
    await client.query('delete from pagopa_option where org = $1 and iupd = $2', [org, iupd])
    await insertOptions(client, org, iupd, body)
    const next = toPublish ? (body.validityDate ? 'PUBLISHED' : 'VALID') : 'DRAFT'
    await client.query(
      `update pagopa_position set debtor_code = $3, debtor_name = $4, company = $5, switch_to_expired = $6, status = $7,
         validity_at = coalesce($8, validity_at), published_at = coalesce(published_at, $9), updated_at = $10
       where org = $1 and iupd = $2`,
      [
        org,
        iupd,
        body.fiscalCode,
        body.fullName,
        body.companyName,
        body.switchToExpired,
        next,
        start,
        toPublish ? now : null,
        now,
      ],
    )
    const after = (await findPosition(client, org, iupd))!
    return positionView(after.position, after.options, now)
  })
}

function changeStatus(
  context: SandboxContext,
  { org, iupd }: OnePosition,
  from: string[],
  to: string,
): Promise<object> {
  const now = context.now()
  return inTransaction(context.sql, async (client) => {
    const found = await findPosition(client, org, iupd, true)
    if (!found) throw notFound(`no position ${iupd} for ${org}`)
    const status = statusAt(found.position, found.options, now)
    if (!from.includes(status)) throw conflict(`a position that is ${status} cannot become ${to}`)
    await client.query(
      `update pagopa_position set status = $3, updated_at = $4, published_at = case when $5 then $4 else published_at end,
         validity_at = case when $5 then coalesce(validity_at, $4) else validity_at end where org = $1 and iupd = $2`,
      [org, iupd, to, now, to === 'PUBLISHED'],
    )
    const after = (await findPosition(client, org, iupd))!
    return positionView(after.position, after.options, now)
  })
}

function markPaid(context: SandboxContext, org: string, nav: string, body: unknown): Promise<object> {
  const date = (body as { paymentDate?: unknown } | null)?.paymentDate
  const now = context.now()
  return inTransaction(context.sql, async (client) => {
    const found = await findNotice(client, org, nav, true)
    if (!found) throw notFound(`no notice ${nav} for ${org}`)
    if (found.option.status !== 'PO_UNPAID') throw conflict(`the notice ${nav} has been paid`)
    const status = statusAt(found.position, found.options, now)
    if (status !== 'VALID' && status !== 'PARTIALLY_PAID' && status !== 'PUBLISHED') {
      throw new Problem(422, 'Unprocessable', `a position that is ${status} is not payable`)
    }
    await client.query("update pagopa_option set status = 'PO_PAID', paid_at = $3 where org = $1 and nav = $2", [
      org,
      nav,
      typeof date === 'string' ? instantOf(date) : now,
    ])
    await client.query("update pagopa_position set status = 'PAID', updated_at = $3 where org = $1 and iupd = $2", [
      org,
      found.position.iupd,
      now,
    ])
    const after = (await findNotice(client, org, nav))!
    return optionView(after.option)
  })
}

const isoDay = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/

async function list(context: SandboxContext, org: string, query: Record<string, string | undefined>): Promise<object> {
  const limit = Number(query['limit'] ?? 10)
  const page = Number(query['page'] ?? 0)
  if (!Number.isInteger(limit) || limit < 1 || limit > 50) throw new Invalid('limit must be 1 to 50')
  if (!Number.isInteger(page) || page < 0) throw new Invalid('page must be 0 or more')
  const [dueFrom, dueTo, paidFrom, paidTo] = [
    'due_date_from',
    'due_date_to',
    'payment_date_from',
    'payment_date_to',
  ].map((name) => {
    const value = query[name]
    if (value !== undefined && !isoDay.test(value)) throw new Invalid(`${name} must be a date`)
    return value ?? null
  })
  if ((dueFrom || dueTo) && (paidFrom || paidTo)) throw new Invalid('due dates and payment dates exclude each other')
  const { rows } = await context.sql.query<Position>(
    `select p.* from pagopa_position p where p.org = $1 and exists (
       select from pagopa_option o where o.org = p.org and o.iupd = p.iupd
       and ($2::date is null or (o.due_at at time zone 'Europe/Rome')::date >= $2::date)
       and ($3::date is null or (o.due_at at time zone 'Europe/Rome')::date <= $3::date)
       and ($4::date is null or (o.paid_at at time zone 'Europe/Rome')::date >= $4::date)
       and ($5::date is null or (o.paid_at at time zone 'Europe/Rome')::date <= $5::date))
     order by p.inserted_at desc, p.iupd`,
    [org, dueFrom, dueTo, paidFrom, paidTo],
  )
  const now = context.now()
  const all: { view: object; status: string }[] = []
  for (const row of rows) {
    const found = (await findPosition(context.sql, org, row.iupd))!
    all.push({
      view: positionView(found.position, found.options, now),
      status: statusAt(found.position, found.options, now),
    })
  }
  const wanted = query['status'] ? all.filter(({ status }) => status === query['status']) : all
  const items = wanted.slice(page * limit, (page + 1) * limit).map(({ view }) => view)
  return {
    payment_position_list: items,
    page_info: { page, limit, items_found: items.length, total_pages: Math.ceil(wanted.length / limit) },
  }
}

/** GPD v1: debt positions, their receipts and the reporting flows. */
export function gpdRoutes(app: FastifyInstance, context: SandboxContext): void {
  const positions = '/gpd/debt-positions-service/v1/organizations/:org/debtpositions'
  const on =
    (operation: string, work: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>, success = 200) =>
    (request: FastifyRequest, reply: FastifyReply) =>
      answer(context, request, reply, { operation, key: keys.gpd, work: () => work(request, reply), success })
  const toPublish = (request: FastifyRequest) => (request.query as { toPublish?: string }).toPublish === 'true'

  app.post(
    positions,
    on(
      'createPosition',
      async (request) =>
        create(context, (request.params as Organization).org, readPosition(request.body), toPublish(request)),
      201,
    ),
  )
  app.get(
    positions,
    on('listPositions', (request) =>
      list(context, (request.params as Organization).org, request.query as Record<string, string>),
    ),
  )
  app.get(
    `${positions}/:iupd`,
    on('findPosition', async (request) => {
      const { org, iupd } = request.params as OnePosition
      const found = await findPosition(context.sql, org, iupd)
      if (!found) throw notFound(`no position ${iupd} for ${org}`)
      return positionView(found.position, found.options, context.now())
    }),
  )
  app.put(
    `${positions}/:iupd`,
    on('updatePosition', async (request) => {
      const { org, iupd } = request.params as OnePosition
      return update(context, org, iupd, readPosition(request.body), toPublish(request))
    }),
  )
  app.post(
    `${positions}/:iupd/publish`,
    on('publishPosition', (request) => changeStatus(context, request.params as OnePosition, ['DRAFT'], 'PUBLISHED')),
  )
  app.post(
    `${positions}/:iupd/invalidate`,
    on('invalidatePosition', (request) =>
      changeStatus(context, request.params as OnePosition, ['PUBLISHED', 'VALID', 'EXPIRED'], 'INVALID'),
    ),
  )
  app.post(
    '/gpd/debt-positions-service/v1/organizations/:org/paymentoptions/paids/:nav',
    on('markPaid', (request) => {
      const { org, nav } = request.params as { org: string; nav: string }
      return markPaid(context, org, nav, request.body)
    }),
  )
  app.get(
    '/gpd/payments-receipts-service/v1/payments/:org/receipts/:iuv',
    on('findReceipt', async (request, reply) => {
      const { org, iuv } = request.params as { org: string; iuv: string }
      const { rows } = await context.sql.query<{ document: string }>(
        'select document from pagopa_receipt where org = $1 and iuv = $2',
        [org, iuv],
      )
      if (!rows[0]) throw notFound(`no receipt for ${iuv}`)
      return reply.type('application/xml').send(rows[0].document)
    }),
  )
  app.get(
    '/gpd-reporting/api/v1/organizations/:org/reportings',
    on('listFlows', async (request) => {
      const { flowDate } = request.query as { flowDate?: string }
      if (flowDate !== undefined && !isoDay.test(flowDate)) throw new Invalid('flowDate must be a date')
      const { rows } = await context.sql.query<{ flow_id: string; flow_at: Date }>(
        `select flow_id, flow_at from pagopa_flow where org = $1
       and ($2::date is null or (flow_at at time zone 'Europe/Rome')::date = $2::date) order by flow_at`,
        [(request.params as Organization).org, flowDate ?? null],
      )
      return rows.map((row) => ({ flowId: row.flow_id, flowDate: localTime(row.flow_at) }))
    }),
  )
  app.get(
    '/gpd-reporting/api/v1/organizations/:org/reportings/:flowId/date/:date',
    on('getFlow', async (request, reply) => {
      const { org, flowId, date } = request.params as { org: string; flowId: string; date: string }
      const { rows } = await context.sql.query<{ document: string; flow_at: Date }>(
        'select document, flow_at from pagopa_flow where org = $1 and flow_id = $2',
        [org, flowId],
      )
      if (!rows[0] || localTime(rows[0].flow_at) !== date) throw notFound(`no flow ${flowId}`)
      return reply.type('application/xml').send(rows[0].document)
    }),
  )
}
