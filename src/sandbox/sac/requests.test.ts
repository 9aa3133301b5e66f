// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  codesOf,
  deliver,
  other,
  ours,
  patient,
  sacAlone,
  theirs,
  type Fields,
  type Message,
} from '../../../test/sac.ts'
import { soapMessage, textOf } from '../../shared/soap.ts'
import { romeStamp } from './stamps.ts'

const { send, head, request, encrypt, prescribed, stateOf, stop } = await sacAlone()
after(stop)

const without = (fields: Fields, name: string): Fields => fields.filter(([one]) => one !== name)
const changed = (fields: Fields, name: string, value: string): Fields =>
  fields.map((field) => (field[0] === name ? [name, value] : field))

test('a correct request is answered with the content and the exclusive lock', async () => {
  const nre = await prescribed()
  const { status, body } = await send({ fields: request(nre, '1') })
  assert.equal(status, 200)
  assert.equal(body.name, 'VisualizzaErogatoRicevuta')
  assert.equal(body.namespace, 'http://visualizzaerogatoricevuta.xsd.dem.sanita.finanze.it')
  assert.equal(textOf(body, 'codEsitoVisualizzazione'), '0000')
  assert.equal(textOf(body, 'statoProcesso'), '5')
  assert.match(textOf(body, 'codAutenticazioneMedico') ?? '', /^\d{30}$/)
  assert.equal((await stateOf(nre)).holder, '150.204.000001')
})

const lastMonth = romeStamp(new Date(Date.now() - 40 * 86_400_000)).slice(0, 7)
const doors: [string, number, Record<string, string | undefined>][] = [
  ['without Basic authentication', 401, { authorization: undefined }],
  ['with a wrong password', 401, { authorization: `Basic ${Buffer.from('CUPREGIONE:wrong').toString('base64')}` }],
  ['without the second factor', 403, { authorization2f: undefined }],
  ['with the second factor of last month', 403, { authorization2f: `Bearer CUPREGIONE-${lastMonth}-RICETTA-DEM` }],
  ['with the second factor of another user', 403, { authorization2f: 'Bearer CUPALTRO-2026-01-RICETTA-DEM' }],
  ['with the action of another service', 500, { soapaction: `"${deliver.action}"` }],
  ['without an action', 500, { soapaction: undefined }],
  ['as JSON', 415, { 'content-type': 'application/json' }],
  ['as SOAP 1.2', 415, { 'content-type': 'application/soap+xml' }],
]
for (const [how, status, headers] of doors) {
  test(`a request ${how} is turned away with ${status} and changes nothing`, async () => {
    const nre = await prescribed()
    assert.equal((await send({ fields: request(nre, '1'), headers })).status, status)
    assert.equal((await stateOf(nre)).state, 3)
  })
}

test('the second factor of the month opens, with or without the name of the application', async () => {
  const nre = await prescribed()
  const month = romeStamp(new Date()).slice(0, 7)
  const headers = { authorization2f: `Bearer CUPREGIONE-${month}-RICETTA-DEM` }
  assert.deepEqual(codesOf((await send({ fields: request(nre, '1'), headers })).body), ['0000'])
})

const bent: [string, (nre: string) => Omit<Message, 'fields'> & { fields?: Fields }][] = [
  ['elements in another order', (nre) => ({ fields: request(nre, '1').toReversed() })],
  [
    'the operation before the patient',
    (nre) => ({ fields: [...head(nre, ''), ['tipoOperazione', '1'], ['cfAssistito', encrypt(patient)]] }),
  ],
  ['an element twice', (nre) => ({ fields: [...request(nre, '1'), ['tipoOperazione', '1']] })],
  ['an unknown element', (nre) => ({ fields: [...request(nre, '1'), ['altro', 'x']] })],
  ['no operation', (nre) => ({ fields: head(nre) })],
  ['an operation that does not exist', (nre) => ({ fields: request(nre, '5') })],
  ['no NRE element', (nre) => ({ fields: without(request(nre, '1'), 'nre') })],
  ['a region of two digits', (nre) => ({ fields: changed(request(nre, '1'), 'codiceRegioneErogatore', '15') })],
  ['an operator id of 17 characters', (nre) => ({ fields: changed(request(nre, '1'), 'pwd', 'X'.repeat(17)) })],
  ['elements inside a value', (nre) => ({ fields: changed(request(nre, '1'), 'pwd', '<s:x>1</s:x>') })],
  ['another namespace', (nre) => ({ fields: request(nre, '1'), namespace: 'urn:other' })],
  ['another root', (nre) => ({ fields: request(nre, '1'), root: 'SospendiErogatoRichiesta' })],
  ['a document type', () => ({ body: `<!DOCTYPE a [<!ENTITY x "y">]>${soapMessage('<a/>')}` })],
  ['no XML', () => ({ body: 'hello' })],
  ['an empty body', () => ({ body: soapMessage('') })],
]
for (const [what, make] of bent) {
  test(`a message with ${what} is answered with a SOAP fault and changes nothing`, async () => {
    const nre = await prescribed()
    const { status, body } = await send({ fields: [], ...make(nre) })
    assert.equal(status, 500)
    assert.equal(body.name, 'Fault')
    assert.equal((await stateOf(nre)).state, 3)
  })
}

const rejected: [string, string, (nre: string) => Fields][] = [
  ['no PIN', '1001', (nre) => changed(request(nre, '1'), 'pinCode', '')],
  ['a wrong PIN', '1002', (nre) => changed(request(nre, '1'), 'pinCode', encrypt('0000000000'))],
  ['a PIN in clear', '1002', (nre) => changed(request(nre, '1'), 'pinCode', ours.pin)],
  ['the codes of another provider', '1003', (nre) => changed(request(nre, '1'), 'codiceSsaErogatore', theirs.ssa)],
  ['a region that does not exist', '1006', (nre) => changed(request(nre, '1'), 'codiceRegioneErogatore', '999')],
  ['an empty NRE', '1017', () => request('', '1')],
  ['an NRE of 14 characters', '1010', () => request('1300Z400151111', '1')],
  ['an NRE of a wrong region', '1009', () => request('9990A4000000001', '1')],
  ['an NRE with a wrong grouping code', '1011', () => request('150AA4000000001', '1')],
  ['an NRE with a wrong batch type', '1011', () => request('1500A9000000001', '1')],
  ['an NRE with a letter in the progressive part', '1197', () => request('1500A400000000X', '1')],
  ['no patient', '1012', (nre) => request(nre, '1', '')],
  [
    'a code encrypted for somebody else',
    '1034',
    (nre) => changed(request(nre, '1'), 'cfAssistito', Buffer.alloc(256, 7).toString('base64')),
  ],
  [
    'a code that no encryption makes',
    '1034',
    (nre) => changed(request(nre, '1'), 'cfAssistito', Buffer.alloc(256, 255).toString('base64')),
  ],
  ['a code in clear', '1035', (nre) => changed(request(nre, '1'), 'cfAssistito', patient)],
  ['a code with a wrong check character', '1036', (nre) => request(nre, '1', 'RSSMRA79B11C566A')],
  ['the code of somebody else', '5010', (nre) => request(nre, '1', other)],
  ['an NRE nobody prescribed', '5005', () => request('1500A4000000001', '1')],
]
for (const [what, code, make] of rejected) {
  test(`a request with ${what} is rejected with ${code}`, async () => {
    const nre = await prescribed()
    const { status, body } = await send({ fields: make(nre) })
    assert.equal(status, 200)
    assert.equal(textOf(body, 'codEsitoVisualizzazione'), '9999')
    assert.deepEqual(codesOf(body), [code])
    assert.equal((await stateOf(nre)).state, 3)
  })
}
