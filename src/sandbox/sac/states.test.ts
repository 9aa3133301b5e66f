// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { codesOf, deliver, other, ours, patient, reopen, sacAlone, theirs, type Message } from '../../../test/sac.ts'
import type { Demo } from '../../shared/demo.ts'
import { child, textOf } from '../../shared/soap.ts'
import type { Dispenser } from './dispensers.ts'
import type { Prescribed } from './prescriptions.ts'
import { prescribe, scenarios } from './scenarios.ts'
import { next, transitions, type Act, type ProcessState } from './states.ts'
import { romeStamp } from './stamps.ts'

const { app, start, send, head, request, prescribed, stateOf, certificate, dataDir, stop } = await sacAlone()
after(stop)

const types = 'http://tipodati.xsd.dem.sanita.finanze.it'

test('the lock without data says nothing of the prescription; the hidden data are shown only to the holder', async () => {
  const nre = await prescribed({ hidden: true, patientName: 'ROSSI MARIA' })
  assert.deepEqual(codesOf((await send({ fields: request(nre, '4') })).body), ['5014'])
  const plain = await send({ fields: request(nre, '2') })
  assert.deepEqual(codesOf(plain.body), ['0000'])
  assert.equal(child(plain.body, 'ElencoDettagliPrescrVisualErogato'), undefined)
  const masked = await send({ fields: request(nre, '1') })
  assert.equal(textOf(masked.body, 'oscuramDati'), '1')
  assert.ok(!masked.text.includes('ROSSI'))
  const shown = await send({ fields: request(nre, '4') })
  assert.equal(textOf(shown.body, 'cognNome'), 'ROSSI MARIA')
  const stranger = await send({ fields: request(nre, '4', patient, theirs), dispenser: theirs })
  assert.deepEqual(codesOf(stranger.body), ['5011'])
})

test('of forty locks from two centres at once one centre has them all', async () => {
  const nre = await prescribed()
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => {
      const dispenser = index % 2 === 0 ? ours : theirs
      return send({ fields: request(nre, '1', patient, dispenser), dispenser })
    }),
  )
  const byCentre = [0, 1].map((side) => [
    ...new Set(answers.filter((_, index) => index % 2 === side).flatMap(({ body }) => codesOf(body))),
  ])
  assert.deepEqual(byCentre.flat().toSorted(), ['0000', '5011'])
})

const at = '2026-03-02 10:00:00'
function delivery(
  nre: string,
  lines: { code: string; quantity: number }[],
  operation = '1',
  dispenser = ours,
): Message {
  const line = ({ code, quantity }: { code: string; quantity: number }) =>
    `<t:DettaglioPrescrizioneInvioErogato>${[
      ['codProdPrest', code],
      ['codProdPrestErog', code],
      ['prezzo', '22.00'],
      ['quantitaErogata', quantity],
      ['dataIniErog', at],
      ['dataFineErog', at],
    ]
      .map(([name, value]) => `<t:${name}>${value}</t:${name}>`)
      .join('')}</t:DettaglioPrescrizioneInvioErogato>`
  return {
    ...deliver,
    dispenser,
    fields: [
      ...request(nre, operation, patient, dispenser),
      ['quotaFissa', '0.00'],
      ['franchigia', '22.00'],
      ['dataSpedizione', at],
    ],
    list: `<s:ElencoDettagliPrescrInviiErogato xmlns:t="${types}">${lines.map(line).join('')}</s:ElencoDettagliPrescrInviiErogato>`,
  }
}

test('a specialist prescription is delivered whole: no partial closing, every line once, no more than prescribed', async () => {
  const scans = scenarios.find(({ noteEn }) => noteEn.startsWith('Three exams'))!.make('2026-01-01')
  const nre = await prescribed(scans)
  const lines = scans.lines.map(({ code }) => ({ code, quantity: 1 }))
  await send({ fields: request(nre, '2') })
  for (const [wrong, message] of [
    ['partial', delivery(nre, lines, '2')],
    ['a line missing', delivery(nre, lines.slice(1))],
    [
      'too many',
      delivery(
        nre,
        lines.map((line) => ({ ...line, quantity: 2 })),
      ),
    ],
    [
      'another service',
      delivery(
        nre,
        lines.map((line) => ({ ...line, code: '89.7A.3' })),
      ),
    ],
    ['nothing', delivery(nre, [])],
  ] as const) {
    const { body } = await send(message)
    assert.ok(
      codesOf(body).every((code) => code === '5014'),
      wrong,
    )
    assert.equal((await stateOf(nre)).state, 5)
  }
  const { body } = await send(delivery(nre, lines))
  assert.equal(textOf(body, 'codEsitoInserimento'), '0000')
  assert.match(textOf(body, 'codAutenticazione') ?? '', /^\d{30}$/)
})

test('a cycle is one line of quantity 1 with its sessions, all of them delivered together', async () => {
  const cycle = scenarios.find(({ noteEn }) => noteEn.startsWith('Cycle'))!.make('2026-01-01')
  const nre = await prescribed(cycle)
  const { body } = await send({ fields: request(nre, '1') })
  const line = child(body, 'ElencoDettagliPrescrVisualErogato')!.children[0]!
  assert.equal(textOf(line, 'quantita'), '1')
  assert.equal(textOf(line, 'numsedute'), '4')
  assert.deepEqual(codesOf((await send(delivery(nre, [{ code: '93.15', quantity: 4 }]))).body), ['0000'])
})

const acts: [Act, (nre: string, dispenser: Dispenser) => Message][] = [
  ['take', (nre, dispenser) => ({ fields: request(nre, '1', patient, dispenser), dispenser })],
  ['release', (nre, dispenser) => ({ fields: request(nre, '3', patient, dispenser), dispenser })],
  ['deliver', (nre, dispenser) => delivery(nre, [{ code: '87.03', quantity: 1 }], '1', dispenser)],
  [
    'reopen',
    (nre, dispenser) => ({
      ...reopen,
      fields: [...head(nre, patient, dispenser), ['codAnnullamento', 'ERRORE']],
      dispenser,
    }),
  ],
]
const own = { aslCode: '204', providerCode: '000001' }
for (const state of [3, 4, 5, 8, 9, 10] as const) {
  for (const [act, make] of acts) {
    test(`in state ${state}, “${act}” does what the table of transitions says, and nothing for a stranger`, async () => {
      const arrange = () => prescribed({ state: state as Prescribed['state'], takenBy: own })
      const allowed = next(state, act, 'P')
      const mine = await arrange()
      const { body } = await send(make(mine, ours))
      assert.equal(codesOf(body)[0] === '0000', allowed !== undefined, codesOf(body).join())
      assert.equal((await stateOf(mine)).state, allowed?.to ?? state)

      const foreign = await arrange()
      const answer = await send(make(foreign, theirs))
      const free = allowed && !allowed.holderOnly
      assert.equal(codesOf(answer.body)[0] === '0000', Boolean(free), codesOf(answer.body).join())
      if (!free) assert.equal((await stateOf(foreign)).state, state)
    })
  }
}

test('specialist prescriptions have no partly delivered state, and nothing leaves cancelled or expired', () => {
  for (const from of [3, 5, 6, 8, 9] satisfies ProcessState[]) assert.equal(next(from, 'deliver-line', 'P'), undefined)
  assert.deepEqual(
    transitions.filter(({ from }) => from === 4 || from === 10),
    [],
  )
})

test('a doctor withdraws only what nobody took, and an NRE is never used twice', async () => {
  const nre = await prescribed()
  const act = (what: string) => app.inject({ method: 'POST', url: `/sac/prescriptions/${nre}/${what}` })
  assert.equal((await act('withdraw')).statusCode, 204)
  assert.equal((await act('withdraw')).statusCode, 409)
  assert.equal((await act('take-elsewhere')).statusCode, 409)
  const again = await app.inject({ method: 'POST', url: '/sac/prescriptions', payload: { nre, fiscalCode: patient } })
  assert.equal(again.statusCode, 409)
  assert.deepEqual(codesOf((await send({ fields: request(nre, '1') })).body), ['5162'])
})

test('a prescription lapses after 180 days and not a day before', async () => {
  const today = Date.parse(romeStamp(new Date()).slice(0, 10))
  const day = (days: number) => new Date(today - days * 86_400_000).toISOString().slice(0, 10)
  const last = await prescribed({ issuedOn: day(180) })
  const late = await prescribed({ issuedOn: day(181) })
  assert.deepEqual(codesOf((await send({ fields: request(last, '1') })).body), ['0000'])
  assert.deepEqual(codesOf((await send({ fields: request(late, '1') })).body), ['5009'])
  assert.equal((await stateOf(late)).state, 10)
})

test('people insured abroad have no code; foreigners without cover have theirs', async () => {
  const foreign = {
    state: 'DE',
    institution: '109519005',
    person: '1985',
    card: '80276001500000000015',
    birthDate: '1985-04-10',
    cardExpiry: '2030-12-31',
  }
  const european = await prescribed({ fiscalCode: '', type: 'UE', foreign })
  const { body } = await send({ fields: request(european, '1', '') })
  assert.equal(textOf(body, 'statoEstero'), 'DE')
  assert.equal(textOf(body, 'codiceAss'), undefined)
  const stp = await prescribed({ fiscalCode: 'STP1502040000001', type: 'ST' })
  assert.deepEqual(codesOf((await send({ fields: request(stp, '1', 'STP1502040000001') })).body), ['0000'])
})

test('the page lists the demo people with their prescriptions and makes new ones of every kind', async () => {
  const person = {
    id: randomUUID(),
    fiscalCode: other,
    codeKind: 'CF' as const,
    givenName: 'Giovanna',
    familyName: 'Esposito <b>',
    birthDate: '1985-04-10',
    sex: 'F' as const,
    birthPlaceCode: 'F839',
    note: 'Una prova',
    noteEn: 'A trial',
    spid: true,
    actsFor: [],
    roles: [],
  }
  const nre = '1500A4000000042'
  const facts = { nre, today: romeStamp(new Date()).slice(0, 10), authenticationCode: '0'.repeat(30) }
  const prescriptions = [prescribe(scenarios[0]!, { code: other, name: 'ESPOSITO GIOVANNA' }, facts)]
  const demo: Demo = { generatedOn: '2026-01-01', scale: '1:1000', seed: 1, people: [person], prescriptions }
  assert.match((await app.inject({ url: '/sac/' })).body, /non è stata ancora generata/)
  writeFileSync(join(dataDir, 'demo.json'), JSON.stringify(demo))
  const fromTheFile = await send({ fields: request(nre, '2', other) })
  assert.deepEqual(codesOf(fromTheFile.body), ['0000'], 'a region generated after the start is known at once')
  const made = await app.inject({ method: 'POST', url: `/sac/people/${other}/prescriptions` })
  assert.equal(made.statusCode, 303)
  const { body } = await app.inject({ url: '/sac/' })
  for (const { note } of scenarios) assert.ok(body.includes(note), note)
  const free = /\/sac\/page\/(\w{15})\/withdraw/.exec(body)?.[1] ?? ''
  const withdrawn = await app.inject({ method: 'POST', url: `/sac/page/${free}/withdraw` })
  assert.equal(withdrawn.headers.location, `/sac/#${other}`)
  assert.equal((await stateOf(free)).state, 4)
  assert.ok(!body.includes('<b>') && body.includes('Esposito &lt;b&gt;'))
  assert.equal((await app.inject({ method: 'POST', url: '/sac/people/nobody/prescriptions' })).statusCode, 400)
})

test('the sandbox remembers its key and its prescriptions when it starts again', async () => {
  const nre = await prescribed()
  await send({ fields: request(nre, '2') })
  const again = await start()
  try {
    assert.equal((await again.inject({ url: '/sac/SanitelCF.cer' })).body, certificate.toString())
    assert.equal((await again.inject({ url: `/sac/prescriptions/${nre}` })).json<{ state: number }>().state, 5)
  } finally {
    await again.close()
  }
})
