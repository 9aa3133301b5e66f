// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { generalities, inMilan, inNaples, inParis, inSalerno } from '../../../../test/national.ts'
import { aPerson } from '../../../../test/region.ts'
import { testApp } from '../../../../test/setup.ts'
import type { Details, Generalities } from '../../../sandbox/registries/facts.ts'
import { asSystem } from '../../platform/database.ts'
import { addDays } from '../../platform/time.ts'
import { receive, settleSubject } from './index.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

let runs = 0
/** Surnames that no two runs share, and that are not alike. */
const surname = (): string => {
  runs += 1
  const letters = 'BDFGLMNPRSTVZ'
  return `${letters[runs % 13]}ara${letters[Math.floor(runs / 13) % 13]}u${letters[(runs * 5) % 13]}inci`.toLowerCase()
}

interface Step {
  source: 'anpr' | 'ana'
  tipo: string
  /** Days after the first of the year. */
  day: number
  soggetto?: Partial<Generalities>
  dati?: Details
  /** Annuls the message of the same person and source this many before it. */
  annuls?: number
}

const move: fc.Arbitrary<Step> = fc.record({
  source: fc.constant('anpr' as const),
  tipo: fc.constant('CAMBIO_RESIDENZA'),
  day: fc.integer({ min: 0, max: 200 }),
  dati: fc
    .constantFrom(inNaples('Via Prima 1'), inSalerno('Via Seconda 2'), inMilan('Via Terza 3'))
    .map((residenza) => ({ residenza })),
})
const day = fc.integer({ min: 0, max: 200 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: move },
  fc.record({ source: fc.constant('anpr' as const), tipo: fc.constant('DECESSO'), day }),
  fc.record({
    source: fc.constant('anpr' as const),
    tipo: fc.constant('EMIGRAZIONE_AIRE'),
    day,
    dati: fc.constant({ residenza: inParis }),
  }),
  fc.record({
    source: fc.constant('anpr' as const),
    tipo: fc.constant('CAMBIO_GENERALITA'),
    day,
    soggetto: fc.constantFrom({ nome: 'Annarita' }, { nome: 'Anna' }, { cittadinanza: '201' }),
    dati: fc.constantFrom<Details>({ precedenti: {} }, { precedenti: { nome: 'Anna' } }),
  }),
  fc.record({
    source: fc.constant('anpr' as const),
    tipo: fc.constant('ANNULLAMENTO'),
    day,
    annuls: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    source: fc.constant('ana' as const),
    tipo: fc.constant('TRASFERIMENTO'),
    day,
    dati: fc.constant({ codiceAsl: '030321' }),
  }),
)

/** A mother whom the registry knows, her twins who are born, and what happens to each. */
const story = fc.record({
  mother: fc.array(step, { minLength: 1, maxLength: 5 }),
  first: fc.array(move, { maxLength: 2 }),
  second: fc.array(move, { maxLength: 1 }),
})
type Story = { mother: Step[]; first: Step[]; second: Step[] }
type Message = { source: 'anpr' | 'ana'; raw: { idSoggetto: string; idEvento: string; tipo: string; dati: Details } }

/** The steps of somebody as her registries number them. */
function messagesOf(name: string, run: number, who: Generalities, steps: readonly Step[]): Message[] {
  const made: Message[] = []
  for (const { source, tipo, day: after1, soggetto, dati, annuls } of steps) {
    const before = made.filter((one) => one.source === source)
    const target = annuls === undefined ? undefined : before.at(-annuls)
    if (annuls !== undefined && (!target || target.raw.tipo === 'ANNULLAMENTO' || target.raw.tipo === 'NASCITA'))
      continue
    made.push({
      source,
      raw: {
        idEvento: `${source}-${run}-${name}-${before.length + 1}`,
        idSoggetto: `${source}${run}X${name}`.toUpperCase(),
        progressivo: before.length + 1,
        progressivoPrecedente: before.length || null,
        tipo,
        dataDecorrenza: addDays('2026-01-01', after1),
        dataRegistrazione: new Date(Date.UTC(2026, 8, 1, 0, before.length)).toISOString(),
        soggetto: { ...who, ...soggetto },
        dati: { ...dati, ...(target && { evento: target.raw.idEvento }) },
      } as Message['raw'],
    })
  }
  return made
}

/** A story with names of its own, its messages delivered in some order; gives what the registry holds in the end. */
async function tell({ mother, first, second }: Story, arrange: (messages: Message[]) => Message[]): Promise<unknown> {
  const cognome = surname()
  const run = runs
  const who = generalities({ cognome })
  await aPerson(t, { familyName: cognome, birthDate: who.dataNascita })
  const genitori = [{ idAnpr: `ANPR${run}XMOTHER`, codiceFiscale: who.codiceFiscale }]
  const birth: Step = {
    source: 'anpr',
    tipo: 'NASCITA',
    day: 20,
    dati: { residenza: inNaples('Via Prima 1'), genitori },
  }
  const twin = (nome: string) => generalities({ cognome, nome, sesso: 'M', dataNascita: '2026-01-21' })
  const messages = [
    ...messagesOf('mother', run, who, mother),
    ...messagesOf('luca', run, twin('Luca'), [birth, ...first]),
    ...messagesOf('marco', run, twin('Marco'), [birth, ...second]),
  ]
  for (const { source, raw } of arrange(messages)) {
    await asSystem(t.db, (tx) => receive(tx, source, raw, t.platform.now()))
    await settleSubject(t.platform, source, raw.idSoggetto)
  }
  const { rows } = await t.owner.query<{ text: string }>(image, [cognome, `%${run}X%`])
  return JSON.parse(
    rows[0]!.text
      .replaceAll(new RegExp(`${cognome}|${cognome.toUpperCase()}`, 'g'), 'COGNOME')
      .replaceAll(`${run}X`, 'X')
      .replaceAll(`-${run}-`, '-')
      .replaceAll(who.codiceFiscale!.slice(0, 6), 'CODICE')
      .replaceAll(twin('Luca').codiceFiscale!.slice(0, 6), 'CODICE')
      .replaceAll(twin('Marco').codiceFiscale!.slice(0, 6), 'CODICE'),
  )
}

/** All that is known of a family, without ids and times of ours. */
const image = `
  with p as (select * from registry.person where family_name = $1 and merged_into is null)
  select jsonb_build_object(
    'people', (select jsonb_agg(jsonb_build_array(given_name, birth_date, sex, citizenship, deceased_on) order by given_name) from p),
    'said', (select jsonb_agg(jsonb_build_array(p.given_name, s.field, s.source, s.observed_at) order by p.given_name, s.field)
      from p join registry.person_source s on s.person_id = p.id),
    'codes', (select jsonb_agg(jsonb_build_array(p.given_name, i.type, case when i.type = 'CF' then left(i.value, 6) end, i.valid, i.checked) order by p.given_name, i.type, i.value)
      from p join registry.person_identifier i on i.person_id = p.id),
    'residences', (select jsonb_agg(jsonb_build_array(p.given_name, a.line, a.place, a.valid) order by p.given_name, a.valid)
      from p join registry.address a on a.person_id = p.id),
    'enrolments', (select jsonb_agg(jsonb_build_array(p.given_name, e.asl_id, e.kind, e.state, e.end_reason, e.valid) order by p.given_name, e.valid)
      from p join registry.enrolment e on e.person_id = p.id),
    'family', (select jsonb_agg(jsonb_build_array(p.given_name, r.given_name, f.valid) order by p.given_name)
      from p join registry.family_link f on f.person_id = p.id join registry.person r on r.id = f.related_id),
    'questions', (select jsonb_agg(jsonb_build_array(p.given_name, d.part, d.state, d.theirs, d.ours) order by p.given_name, d.part, d.said)
      from p join registry.national_difference d on d.person_id = p.id where d.state <> 'overtaken'),
    'pairs', (select count(*) from registry.linkage_case c join p on p.id = c.first_id where c.state = 'open'),
    'messages', (select jsonb_agg(jsonb_build_array(external_id, state, problem) order by external_id)
      from registry.national_message where subject like upper($2))
  )::text as text`

/** The messages in another order, some of them more than once. */
function mixed(messages: readonly Message[], keys: readonly number[]): Message[] {
  const again = messages.filter((_, i) => keys[i]! % 3 === 0)
  return [...messages, ...again]
    .map((message, i) => ({ message, key: Math.imul(keys[i % keys.length]! + i, 2_654_435_761) >>> 0 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ message }) => message)
}

test('messages in any order, some more than once, end with the same registry', async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.array(fc.nat(1_000_000), { minLength: 16, maxLength: 16 }), async (told, keys) => {
      const inOrder = await tell(told, (messages) => messages)
      assert.deepEqual(await tell(told, (messages) => mixed(messages, keys)), inOrder)
      assert.deepEqual(await tell(told, (messages) => [...mixed(messages, keys.toReversed()), ...messages]), inOrder)
    }),
    { numRuns: 4, endOnFailure: true },
  )
})
