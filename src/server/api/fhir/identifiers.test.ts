// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../platform/config.ts'
import { systemsOf } from './identifiers.ts'

const base = 'https://sinfonia.example/fhir/R4'
const systems = (FHIR_IDENTIFIERS?: string) => systemsOf(readConfig({ FHIR_IDENTIFIERS }), base)

test('one generation of identifier systems is written, as configured; both are understood', () => {
  const sid = 'http://hl7.it/sid/codiceFiscale'
  const oid = 'urn:oid:2.16.840.1.113883.2.9.4.3.2'
  assert.equal(systems().of('taxCode'), oid)
  assert.equal(systems('oid').of('taxCode'), oid)
  assert.equal(systems('sid').of('taxCode'), sid)
  for (const written of ['oid', 'sid'])
    for (const system of [sid, oid]) assert.equal(systems(written).schemeOf(system), 'taxCode')
  assert.equal(systems().of('location'), `${base}/sid/location`)
  assert.equal(systems().schemeOf('urn:oid:2.16.840.1.113883.2.9.2.150.4.2'), 'practitioner')
  assert.equal(systems().schemeOf('http://example.org'), undefined)
})

test('a setting that means nothing stops the start and says what to write', () => {
  assert.throws(() => systems('uri'), /FHIR_IDENTIFIERS is "uri": write oid .* or sid/)
})
