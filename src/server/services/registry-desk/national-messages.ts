// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { audit } from '../../access/audit/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { toCsv } from '../../platform/csv.ts'
import { asSystem } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import type { Language } from '../../platform/text.ts'
import {
  actionsFor,
  feedStates,
  getMessage,
  listMessages,
  lockMessage,
  settleMessage,
  settleSubject,
  type KeptMessage,
} from '../../registry/national/index.ts'
import { exportedDifferences, look, mostExported, pageSize } from './national.ts'
import type { DifferenceQuery, MessagePage, MessageQuery, MessageView, MessageWish } from './national-schema.ts'

const viewOf = (message: KeptMessage): MessageView => {
  const {
    id,
    source,
    externalId,
    kind,
    on,
    sequence,
    about,
    personId,
    state,
    problem,
    missing,
    deliveries,
    outcome,
    note,
  } = message
  return {
    id,
    source,
    externalId,
    kind,
    on,
    sequence,
    person: about && {
      id: personId,
      familyName: about.familyName,
      givenName: about.givenName,
      birthDate: about.birthDate,
    },
    state,
    problem,
    missing,
    deliveries,
    receivedAt: message.receivedAt.toISOString(),
    seenAt: message.seenAt.toISOString(),
    outcome,
    note,
    actions: actionsFor(message),
  }
}

function portion(
  { db, now }: Platform,
  actor: Actor,
  { sort = 'newest', ...filter }: Omit<MessageQuery, 'page'>,
  action: 'SEARCH' | 'EXPORT',
  part: { skip: number; limit: number },
): Promise<Omit<MessagePage, 'more'>> {
  return asSystem(db, async (tx) => {
    const { items, total } = await listMessages(tx, { ...filter, sort }, part)
    await look(
      tx,
      actor,
      items.flatMap(({ personId }) => personId ?? []),
      'national-message',
      action,
      now(),
    )
    const feeds = (await feedStates(tx)).map(({ source, askedAt, answeredAt, problem }) => ({
      source,
      askedAt: askedAt.toISOString(),
      answeredAt: answeredAt?.toISOString() ?? null,
      problem,
    }))
    return { items: items.map(viewOf), total, feeds }
  })
}

/** Messages that came, each with its fate, a page at a time; and how each registry was last read. */
export async function listNationalMessages(
  platform: Platform,
  actor: Actor,
  { page = 1, ...filter }: MessageQuery,
): Promise<MessagePage> {
  const skip = (page - 1) * pageSize
  const found = await portion(platform, actor, filter, 'SEARCH', { skip, limit: pageSize })
  return { ...found, more: found.total > skip + found.items.length }
}

/** What an office does with a message that is in error or waits in vain. @throws Refusal `registry/message-settled` */
export async function decideNationalMessage(
  platform: Platform,
  actor: Actor,
  id: string,
  { action, note }: MessageWish,
): Promise<MessageView> {
  const { db, now } = platform
  const { source, subject } = await asSystem(db, async (tx) => {
    const message = await lockMessage(tx, id)
    await settleMessage(tx, message, { action, note, by: actor.personId! }, now())
    await audit(tx, actor, {
      action: 'UPDATE',
      object: 'national-message',
      objectId: id,
      purpose: 'identification',
      reason: action,
      patientId: message.personId,
    })
    return message
  })
  if (subject) await settleSubject(platform, source, subject)
  return asSystem(db, async (tx) => {
    const message = await getMessage(tx, id)
    await look(tx, actor, message.personId ? [message.personId] : [], 'national-message', 'READ', now())
    return viewOf(message)
  })
}

const messageHeader: Record<Language, string[]> = {
  it: [
    'Registro',
    'Messaggio',
    'Fatto',
    'Decorrenza',
    'Persona',
    'Nata il',
    'Stato',
    'Problema',
    'Consegne',
    'Ricevuto',
    'Nota',
  ],
  en: [
    'Registry',
    'Message',
    'Fact',
    'From',
    'Person',
    'Born on',
    'State',
    'Problem',
    'Deliveries',
    'Received',
    'Note',
  ],
}

/** The same as a table (CSV). */
export async function exportNationalMessages(platform: Platform, actor: Actor, query: MessageQuery): Promise<string> {
  const { page: _page, ...filter } = query
  const { items } = await portion(platform, actor, filter, 'EXPORT', { skip: 0, limit: mostExported })
  return toCsv(
    messageHeader[actor.language],
    items.map((one) => [
      one.source.toUpperCase(),
      one.externalId,
      one.kind ?? '',
      one.on ?? '',
      one.person ? `${one.person.familyName} ${one.person.givenName}` : '',
      one.person?.birthDate ?? '',
      one.state,
      one.problem ?? '',
      String(one.deliveries),
      one.receivedAt,
      one.note ?? '',
    ]),
  )
}

const differenceHeader: Record<Language, string[]> = {
  it: ['Differenza', 'Persona', 'Nata il', 'Dato', 'Registro', 'Da noi', 'Nel registro', 'Trovata', 'Stato'],
  en: ['Difference', 'Person', 'Born on', 'Field', 'Registry', 'With us', 'In the registry', 'Found', 'State'],
}

/** Differences as a table (CSV). */
export async function exportNationalDifferences(
  platform: Platform,
  actor: Actor,
  query: DifferenceQuery,
): Promise<string> {
  const items = await exportedDifferences(platform, actor, query)
  return toCsv(
    differenceHeader[actor.language],
    items.map(({ id, person, part, source, ours, theirs, foundAt, state }) => [
      id,
      `${person.familyName} ${person.givenName}`,
      person.birthDate,
      part,
      source.toUpperCase(),
      ours.value,
      theirs.value,
      foundAt,
      state,
    ]),
  )
}
