// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import {
  nationalSources,
  openNationalFeeds,
  RegistryUnavailable,
  type NationalFeed,
  type NationalSource,
} from '../../national/registries/index.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { receive } from './receive.ts'
import { settleSubject } from './settle.ts'

/** Pages read from a source in one run: the rest comes with the next. */
const mostPages = 50
/** Subjects with a gap that are asked about in one run. */
const mostGaps = 100

/**
 * Reads what national registries have for the region, asks for messages that are missing in between, and applies those whose turn
 * has come. A registry that does not answer is asked again with the next run; nothing is lost, because the place in its feed
 * moves on with the messages that are kept.
 */
export async function pullAll(platform: Platform): Promise<void> {
  const feeds = openNationalFeeds(platform.config, platform.now)
  for (const source of nationalSources) {
    const feed = feeds[source]
    if (!feed) {
      await noteAnswer(platform, source, 'not-configured')
      continue
    }
    try {
      await pull(platform, source, feed)
      await settleAll(platform, source)
      await fillGaps(platform, source, feed)
      await settleAll(platform, source)
      await noteAnswer(platform, source, null)
    } catch (error) {
      if (!(error instanceof RegistryUnavailable)) throw error
      platform.log.warn({ err: error, source }, 'a national registry cannot be read')
      await noteAnswer(platform, source, 'unavailable')
      await settleAll(platform, source)
    }
  }
}

async function noteAnswer(
  { db, now }: Platform,
  source: NationalSource,
  problem: 'not-configured' | 'unavailable' | null,
): Promise<void> {
  const [askedAt, answered] = [now(), problem === null ? { answeredAt: now() } : {}]
  await asSystem(db, (tx) =>
    tables<'registry'>(tx)
      .insertInto('registry.nationalFeed')
      .values({ source, askedAt, problem, ...answered })
      .onConflict((conflict) => conflict.column('source').doUpdateSet({ askedAt, problem, ...answered }))
      .execute(),
  )
}

async function pull(platform: Platform, source: NationalSource, feed: NationalFeed): Promise<void> {
  const { db, now } = platform
  for (let page = 0; page < mostPages; page += 1) {
    const after = await asSystem(db, (tx) => positionOf(tx, source))
    const { notices, more } = await feed.pull(after)
    await asSystem(db, async (tx) => {
      for (const { message } of notices) await receive(tx, source, message, now())
      const position = notices.at(-1)?.position
      if (position !== undefined) await moveOn(tx, source, position, now())
    })
    if (!more) return
  }
}

async function positionOf(tx: Tx, source: NationalSource): Promise<number> {
  const row = await tables<'registry'>(tx)
    .selectFrom('registry.nationalFeed')
    .select('position')
    .where('source', '=', source)
    .executeTakeFirst()
  return row?.position ?? 0
}

async function moveOn(tx: Tx, source: NationalSource, position: number, now: Date): Promise<void> {
  await sql`
    insert into registry.national_feed (source, position, asked_at) values (${source}, ${position}, ${now})
    on conflict (source) do update set position = greatest(national_feed.position, excluded.position)`.execute(tx)
}

/** Applies what waits, subject by subject. */
export async function settleAll(platform: Platform, source: NationalSource): Promise<void> {
  const { rows } = await asSystem(platform.db, (tx) =>
    sql<{ subject: string }>`
      select subject from registry.national_message m where source = ${source} and state = 'waiting' and (previous is null or exists (
        select from registry.national_message b where b.source = m.source and b.subject = m.subject and b.sequence = m.previous
          and b.state in ('applied', 'set-aside')))
      group by subject order by min(registered_at), subject`.execute(tx),
  )
  for (const { subject } of rows) await settleSubject(platform, source, subject)
}

/** Asks for messages that others name as the one before them, and that never came. */
async function fillGaps({ db, now }: Platform, source: NationalSource, feed: NationalFeed): Promise<void> {
  const { rows } = await asSystem(db, (tx) =>
    sql<{ subject: string; missing: number[] }>`
      select m.subject, array_agg(distinct m.previous order by m.previous) as missing from registry.national_message m
      where m.source = ${source} and m.state = 'waiting' and m.previous is not null and not exists (
        select from registry.national_message b where b.source = m.source and b.subject = m.subject and b.sequence = m.previous)
      group by m.subject order by min(m.received_at) limit ${mostGaps}`.execute(tx),
  )
  // What comes may itself follow on one that is missing: it is asked for with the next run.
  for (const { subject, missing } of rows)
    for (const message of await feed.recover(subject, missing))
      await asSystem(db, (tx) => receive(tx, source, message, now()))
}
