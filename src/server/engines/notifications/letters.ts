// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { audit } from '../../access/audit/index.ts'
import { authoritiesFor, getOrganisation } from '../../registry/organisations/index.ts'
import { postalAddresses } from '../../registry/people/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, tables, type Tx } from '../../platform/database.ts'
import { notFound, Refusal } from '../../platform/errors.ts'
import { publicCode, uuidv7 } from '../../platform/ids.ts'
import { listener, type Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import { romeDay } from '../../platform/time.ts'
import { letters as letterPaper } from '../documents/index.ts'
import { contextFor, hasDied, toldBy } from './notices.ts'
import { wordsOf } from './templates/render.ts'

export const printJob = 'notifications.print-letters'
/** Letters of one file. */
const perFile = 100
/** Letters of one batch: more are made into the next. */
const perBatch = 10_000

const none = new Refusal(
  'notifications/no-letters',
  409,
  { it: 'Non ci sono lettere da stampare.', en: 'There are no letters to print.' },
  { next: { it: 'Ricarica la pagina.', en: 'Reload the page.' } },
)
const notPrinted = new Refusal(
  'notifications/letters-not-printed',
  409,
  { it: 'Le lettere non sono ancora tutte pronte.', en: 'Not all letters are ready yet.' },
  { next: { it: 'Aspetta che i file siano pronti.', en: 'Wait until the files are ready.' } },
)

export interface LetterBatch {
  id: string
  letters: number
  printed: number
  madeAt: Date
  postedAt: Date | null
  files: { number: number; letters: number }[]
}

const batchesOf = async (tx: Tx, organisationIds: readonly string[], id?: string): Promise<LetterBatch[]> =>
  (
    await sql<LetterBatch>`
      select b.id, b.letters, b.printed, b.made_at as "madeAt", b.posted_at as "postedAt",
             coalesce((select jsonb_agg(jsonb_build_object('number', f.number, 'letters', f.letters) order by f.number)
                       from notifications.letter_file f where f.batch_id = b.id and f.content is not null), '[]') as files
      from notifications.letter_batch b
      where b.organisation_id = any(${organisationIds}::uuid[]) and (${id ?? null}::uuid is null or b.id = ${id ?? null})
      order by b.made_at desc, b.id limit 20`.execute(tx)
  ).rows

const waitingOf = (tx: Tx, organisationIds: readonly string[]) =>
  tables<'notifications'>(tx)
    .selectFrom('notifications.letter')
    .where('organisationId', 'in', organisationIds)
    .where('batchId', 'is', null)

const noAuthority = '00000000-0000-0000-0000-000000000000'
const ownAuthorities = async (tx: Tx, actor: Actor): Promise<[string, ...string[]]> => {
  const [first = noAuthority, ...others] = (await authoritiesFor(tx, actor.role!.organisationId)).map(({ id }) => id)
  return [first, ...others]
}

/** Letters to who died that are in no batch yet are not printed. It may run twice. */
export const dropLetters = listener({
  event: 'registry.person-died',
  name: 'notifications.drop-letters',
  handle: ({ payload: { personId } }, { db }) =>
    asSystem(db, async (tx) => {
      if (!(await hasDied(tx, personId))) return
      await tables<'notifications'>(tx)
        .deleteFrom('notifications.letter')
        .where('recipientId', '=', personId)
        .where('batchId', 'is', null)
        .execute()
    }),
})

/** Letters that wait for the officer's authorities, and the last batches. */
export function letterOverview({ db }: Platform, actor: Actor) {
  return asSystem(db, async (tx) => {
    const own = await ownAuthorities(tx, actor)
    const { waiting } = await waitingOf(tx, own)
      .select(({ fn }) => fn.countAll<number>().as('waiting'))
      .executeTakeFirstOrThrow()
    return { waiting, batches: await batchesOf(tx, own) }
  })
}

/** Makes the letters that wait for one authority into a batch; each letter is in one batch, whoever asks at once. */
export function makeBatch(platform: Platform, actor: Actor): Promise<LetterBatch> {
  const { db, now, queue } = platform
  return asSystem(db, async (tx) => {
    const own = await ownAuthorities(tx, actor)
    const oldest = await waitingOf(tx, own).select('organisationId').orderBy('createdAt').limit(1).executeTakeFirst()
    if (!oldest) throw none
    const found = await waitingOf(tx, [oldest.organisationId])
      .select('id')
      .orderBy('createdAt')
      .orderBy('id')
      .limit(perBatch)
      .forUpdate()
      .skipLocked()
      .execute()
    if (found.length === 0) throw none
    const id = uuidv7(now().getTime())
    await tables<'notifications'>(tx)
      .insertInto('notifications.letterBatch')
      .values({
        id,
        organisationId: oldest.organisationId,
        letters: found.length,
        madeBy: actor.role!.appointmentId,
        madeAt: now(),
      })
      .execute()
    await sql`
      update notifications.letter l set batch_id = ${id}, place = o.place
      from unnest(${found.map((row) => row.id)}::uuid[]) with ordinality o(id, place) where o.id = l.id`.execute(tx)
    await queue.send(tx, printJob, { batchId: id })
    return (await batchesOf(tx, own, id))[0]!
  })
}

/** Writes the next file of a batch and queues the one after it: a stop loses nothing and repeats nothing. */
export function printNext(platform: Platform, batchId: string): Promise<void> {
  const { db, now, queue, config } = platform
  return asSystem(db, async (tx) => {
    const own = tables<'notifications'>(tx)
    const batch = await own
      .selectFrom('notifications.letterBatch')
      .select(['organisationId', 'letters', 'printed'])
      .where('id', '=', batchId)
      .forUpdate()
      .executeTakeFirst()
    if (!batch || batch.printed === batch.letters) return
    const rows = await own
      .selectFrom('notifications.letter as letter')
      .innerJoin('notifications.notice as notice', 'notice.id', 'letter.noticeId')
      .select(['letter.recipientId', 'letter.language', 'notice.patientId', 'notice.template', 'notice.parameters'])
      .where('letter.batchId', '=', batchId)
      .where('letter.place', '>', batch.printed)
      .orderBy('letter.place')
      .limit(perFile)
      .execute()
    const addresses = await postalAddresses(
      tx,
      rows.map((row) => row.recipientId),
      romeDay(now()),
    )
    const { name, telephone, email } = await getOrganisation(tx, batch.organisationId)
    const { region, publicUrl } = config
    const made = []
    for (const { language, recipientId, patientId, ...notice } of rows) {
      const context = await contextFor(tx, platform, { patientId, recipientId, link: publicUrl })
      const { title, paragraphs } = wordsOf(toldBy(notice), language as Language, context) // checked by the table
      made.push({ language: language as Language, address: addresses.get(recipientId) ?? [], title, paragraphs })
    }
    const content = await letterPaper(
      {
        issuer: { name, telephone: telephone ?? region.telephone, email: email ?? region.email },
        issuedAt: now(),
        reference: publicCode(8),
        letters: made,
      },
      `${publicUrl}/app`,
    )
    await own
      .insertInto('notifications.letterFile')
      .values({ batchId, number: Math.floor(batch.printed / perFile) + 1, letters: rows.length, content })
      .execute()
    const printed = batch.printed + rows.length
    await own.updateTable('notifications.letterBatch').set({ printed }).where('id', '=', batchId).execute()
    if (printed < batch.letters) await queue.send(tx, printJob, { batchId })
  })
}

const missing = notFound({ it: 'File delle lettere', en: 'File of letters' })

/** One file of a batch; everybody written to is in the trail. Refuses as not found once the letters are posted. */
export function letterFile({ db }: Platform, actor: Actor, batchId: string, number: number): Promise<Buffer> {
  return asSystem(db, async (tx) => {
    const [batch] = await batchesOf(tx, await ownAuthorities(tx, actor), batchId)
    if (!batch) throw missing
    const own = tables<'notifications'>(tx)
    const file = await own
      .selectFrom('notifications.letterFile')
      .select('content')
      .where('batchId', '=', batchId)
      .where('number', '=', number)
      .executeTakeFirst()
    if (!file?.content) throw missing
    const people = await own
      .selectFrom('notifications.letter')
      .select('recipientId')
      .distinct()
      .where('batchId', '=', batchId)
      .where('place', '>', (number - 1) * perFile)
      .where('place', '<=', number * perFile)
      .execute()
    const entry = { action: 'PRINT', object: 'letter', objectId: batchId, purpose: 'notifications' } as const
    await audit(tx, actor, ...people.map(({ recipientId }) => ({ ...entry, patientId: recipientId })))
    return file.content
  })
}

/** Notes that a batch was posted and empties its files: who was written to, and when, stays. */
export function postBatch({ db, now }: Platform, actor: Actor, batchId: string): Promise<LetterBatch> {
  return asSystem(db, async (tx) => {
    const organisationIds = await ownAuthorities(tx, actor)
    const [batch] = await batchesOf(tx, organisationIds, batchId)
    if (!batch) throw missing
    if (batch.printed < batch.letters) throw notPrinted
    const own = tables<'notifications'>(tx)
    await own
      .updateTable('notifications.letterBatch')
      .set({ postedAt: now() })
      .where('id', '=', batchId)
      .where('postedAt', 'is', null)
      .execute()
    await own.updateTable('notifications.letterFile').set({ content: null }).where('batchId', '=', batchId).execute()
    return (await batchesOf(tx, organisationIds, batchId))[0]!
  })
}
