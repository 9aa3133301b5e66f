// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { toCsv } from '../../platform/csv.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { authoritiesFor } from '../../registry/organisations/index.ts'
import { campaignsOf } from './campaigns.ts'
import type { CampaignCounts } from './schema.ts'

type Counted = { campaign: string; aslId: string; live: number; withCard: number; withdrawn: number }

const countsIn = async (tx: Tx, aslIds: readonly string[]): Promise<Counted[]> =>
  aslIds.length === 0
    ? []
    : tables<'vaccination'>(tx)
        .selectFrom('vaccination.adhesion')
        .select(['campaign', 'aslId'])
        .select([
          sql<number>`count(*) filter (where withdrawn_at is null)`.as('live'),
          sql<number>`count(*) filter (where withdrawn_at is null and channel = 'card')`.as('withCard'),
          sql<number>`count(*) filter (where withdrawn_at is not null)`.as('withdrawn'),
        ])
        .where('aslId', 'in', aslIds)
        .where('double', '=', false)
        .groupBy(['campaign', 'aslId'])
        .execute()

/** How many adhered to each campaign, by the authorities an officer works for: figures, nobody's data. */
export function campaignCounts({ db, config }: Platform, { role, language }: Actor): Promise<CampaignCounts> {
  return asSystem(db, async (tx) => {
    const organisations = role ? await authoritiesFor(tx, role.organisationId) : []
    const counts = await countsIn(
      tx,
      organisations.map(({ id }) => id),
    )
    const none = { live: 0, withCard: 0, withdrawn: 0 }
    const campaigns = (await campaignsOf(tx, config.region.code)).map(({ code, title, from, until }) => ({
      code,
      title: title[language],
      from,
      until,
      authorities: organisations
        .map(({ id, code: asl, name }) => {
          const { live, withCard, withdrawn } = counts.find((one) => one.campaign === code && one.aslId === id) ?? none
          return { code: asl, name, live, withCard, withdrawn }
        })
        .toSorted((a, b) => a.name.localeCompare(b.name, 'it')),
    }))
    return { campaigns: campaigns.toReversed() }
  })
}

const header: Record<Language, string[]> = {
  it: ['Campagna', 'Titolo', 'Dal', 'Al', 'Codice ASL', 'ASL', 'Adesioni', 'Con la tessera', 'Ritirate'],
  en: ['Campaign', 'Title', 'From', 'To', 'Authority code', 'Authority', 'Adhesions', 'With the card', 'Withdrawn'],
}

/** The same as a table. */
export const countsTable = ({ campaigns }: CampaignCounts, language: Language): string =>
  toCsv(
    header[language],
    campaigns.flatMap(({ code, title, from, until, authorities }) =>
      authorities.map((one) => [
        code,
        title,
        from,
        until,
        one.code,
        one.name,
        ...[one.live, one.withCard, one.withdrawn].map(String),
      ]),
    ),
  )
