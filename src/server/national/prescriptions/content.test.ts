// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sacAlone } from '../../../../test/sac.ts'
import type { Prescribed } from '../../../sandbox/sac/prescriptions.ts'
import { scenarios } from '../../../sandbox/sac/scenarios.ts'
import { readXml, XmlRefused } from '../../../shared/soap.ts'
import { readPrescription, type SacPrescription } from './content.ts'

const { send, request, prescribed, stop } = await sacAlone()
after(stop)

/** What the client understands of a prescription with this content. */
async function understood(wish: Partial<Prescribed>): Promise<SacPrescription> {
  const nre = await prescribed({ patientName: 'ROSSI MARIA', ...wish })
  const { body } = await send({ fields: request(nre, '1', wish.fiscalCode) })
  return readPrescription(body)
}

const scenario = (noteEn: string) => scenarios.find((one) => one.noteEn.startsWith(noteEn))!.make('2026-01-10')

test('a plain prescription is understood whole', async () => {
  const found = await understood({
    priority: 'D',
    issuedOn: '2026-10-03',
    issuedTime: '08:15:00',
    exemption: '048',
    nationalExemption: '048',
    specialty: 'F',
    header: 'PT=1234;',
    regionalNote: 'NOTA',
    indication: 'S',
    substitute: 'SPSGNN85D50F839H',
    authenticationCode: '100120260815123456789012345678',
  })
  assert.equal(found.kind, 'P')
  assert.equal(found.state, 5)
  assert.equal(found.priority, 'D')
  assert.equal(found.issuedAt, '2026-10-03 08:15:00')
  assert.equal(found.issuedOn, '2026-10-03')
  assert.deepEqual(found.exemption, { code: '048', nationalCode: '048' })
  assert.deepEqual(found.headers, { PT: '1234' })
  assert.equal(found.regionalNote, 'NOTA')
  assert.equal(found.indication, 'S')
  assert.equal(found.prescriber.substituteFiscalCode, 'SPSGNN85D50F839H')
  assert.equal(found.prescriber.name, 'VERDI LUIGI')
  assert.equal(found.authenticationCode, '100120260815123456789012345678')
  assert.deepEqual(found.diagnosis, { code: '427.9', description: 'ARITMIA CARDIACA NON SPECIFICATA' })
  assert.deepEqual(found.patient, {
    code: 'RSSMRA79B11C566R',
    codeKind: 'CF',
    name: 'ROSSI MARIA',
    address: null,
    hidden: false,
    foreign: null,
  })
})

test('the lines keep their order, codes, access and money', async () => {
  const wish = scenario('Three exams')
  const { lines } = await understood(wish)
  assert.deepEqual(
    lines.map(({ line, code, catalogueCode, branch, tariffCents, firstAccess, quantity }) => ({
      line,
      code,
      catalogueCode,
      branch,
      tariffCents,
      firstAccess,
      quantity,
    })),
    wish.lines.map((one, index) => ({
      line: index + 1,
      code: one.code,
      catalogueCode: one.catalogueCode,
      branch: '08',
      tariffCents: one.tariffCents,
      firstAccess: true,
      quantity: 1,
    })),
  )
})

test('a cycle is one line with its sessions, and a televisit is marked', async () => {
  const [cycle] = (await understood(scenario('Cycle'))).lines
  assert.equal(cycle?.sessions, 4)
  assert.equal(cycle?.quantity, 1)
  const [remote] = (await understood(scenario('Follow-up'))).lines
  assert.equal(remote?.televisit, true)
  assert.equal(remote?.firstAccess, false)
  assert.equal(cycle?.televisit, false)
})

test('services that are repeated by quantity are no cycle', async () => {
  const [line] = (await understood({ lines: [{ ...scenario('Class U').lines[0]!, code: '39.95.3', quantity: 8 }] }))
    .lines
  assert.equal(line?.quantity, 8)
  assert.equal(line?.sessions, null)
})

test('conditions and notes of a line are kept', async () => {
  const [line] = (
    await understood({
      lines: [
        {
          ...scenario('Class U').lines[0]!,
          note: 'LATO DESTRO',
          conditions: { noteNumber: 'H', deliverability: '12', appropriateness: '3', pathology: '0A02' },
        },
      ],
    })
  ).lines
  assert.equal(line?.note, 'LATO DESTRO')
  assert.deepEqual(line?.conditions, { note: 'H', deliverability: '12', appropriateness: '3', pathology: '0A02' })
})

test('hidden data, internal delivery, home visit and income are told', async () => {
  const found = await understood({
    hidden: true,
    internalTo: '000123',
    homeVisit: true,
    exemption: 'E01',
    byIncome: true,
  })
  assert.equal(found.patient.hidden, true)
  assert.equal(found.patient.name, null)
  assert.equal(found.internal, true)
  assert.equal(found.prescriber.structure, '000123')
  assert.equal(found.homeVisit, true)
  assert.equal(found.byIncome, true)
  assert.equal(found.exemption?.code, 'E01')
})

test('a prescription that says “not exempt” has no exemption, and one without class has no priority', async () => {
  const found = await understood({ exemption: null, priority: null })
  assert.equal(found.exemption, null)
  assert.equal(found.priority, null)
})

test('foreigners without cover and people insured abroad are recognised', async () => {
  const stp = await understood({ fiscalCode: 'STP1502040000001', type: 'ST' })
  assert.equal(stp.patient.codeKind, 'STP')
  assert.equal(stp.type, 'ST')
  const eni = await understood({ fiscalCode: 'ENI1502040000001', type: 'UE' })
  assert.equal(eni.patient.codeKind, 'ENI')
  const foreign = {
    state: 'DE',
    institution: '109519005',
    person: '1985',
    card: '80276001500000000015',
    birthDate: '1985-04-10',
    cardExpiry: '2030-12-31',
  }
  const european = await understood({ fiscalCode: '', type: 'UE', foreign })
  assert.equal(european.patient.code, null)
  assert.equal(european.patient.codeKind, null)
  assert.deepEqual(european.patient.foreign, {
    state: 'DE',
    institution: '109519005',
    personNumber: '1985',
    cardNumber: '80276001500000000015',
    birthDate: '1985-04-10',
    cardExpiry: '2030-12-31',
  })
})

for (const [what, answer] of Object.entries({
  'no lines': '<r><nre>1500A4123456789</nre><dataCompilazione>2026-01-10 08:00:00</dataCompilazione></r>',
  'no date':
    '<r><nre>1500A4123456789</nre><ElencoDettagliPrescrVisualErogato><d><codProdPrest>1</codProdPrest></d></ElencoDettagliPrescrVisualErogato></r>',
  'a wrong NRE': '<r><nre>1</nre><dataCompilazione>2026-01-10</dataCompilazione></r>',
  'a line without a code': '<r><ElencoDettagliPrescrVisualErogato><d/></ElencoDettagliPrescrVisualErogato></r>',
})) {
  test(`an answer with ${what} is no prescription`, () => {
    assert.throws(() => readPrescription(readXml(answer)), XmlRefused)
  })
}
