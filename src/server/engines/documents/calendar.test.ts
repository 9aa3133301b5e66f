// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calendarFile, type CalendarFile } from './calendar.ts'

const file: CalendarFile = {
  issuer: 'Regione Campania',
  code: '7KQ4-9MZT-P',
  manageUrl: 'https://salute.example/appuntamenti/1',
  telephone: '800 000 000',
  changedAt: new Date('2026-02-10T10:00:00Z'),
  sequence: 0,
  appointments: [
    {
      id: '019a2b3c',
      startsAt: new Date('2026-03-29T07:30:00Z'),
      endsAt: new Date('2026-03-29T08:00:00Z'),
      cancelled: false,
      place: {
        name: 'Ospedale del Mare; padiglione A',
        address: 'Via Enrico Russo',
        municipality: 'Napoli',
        latitude: 40.85,
        longitude: 14.34,
      },
    },
  ],
}
const unfold = (text: string) => text.replaceAll('\r\n ', '').split('\r\n')

test('a booking becomes a calendar entry with time, place and a way to change it', () => {
  const lines = unfold(calendarFile(file, 'it'))
  for (const line of [
    'METHOD:PUBLISH',
    'UID:019a2b3c@sinfonia',
    'SEQUENCE:0',
    'DTSTAMP:20260210T100000Z',
    'DTSTART:20260329T073000Z',
    'DTEND:20260329T080000Z',
    'STATUS:CONFIRMED',
    'GEO:40.85;14.34',
    'X-WR-TIMEZONE:Europe/Rome',
  ]) {
    assert.ok(lines.includes(line), `${line} is not in\n${lines.join('\n')}`)
  }
  assert.ok(
    lines.some((line) => line.startsWith('LOCATION:Ospedale del Mare\\; padiglione A\\nVia Enrico Russo\\, Napoli')),
  )
})

test('the title has no clinical word unless the person chose it', () => {
  assert.ok(unfold(calendarFile(file, 'it')).includes('SUMMARY:Appuntamento sanitario'))
  assert.ok(unfold(calendarFile(file, 'en')).includes('SUMMARY:Health appointment'))
  assert.ok(unfold(calendarFile({ ...file, title: 'Dottoressa, ore 9' }, 'it')).includes('SUMMARY:Dottoressa\\, ore 9'))
})

test('a later file with a higher sequence cancels the same entry', () => {
  const [one] = file.appointments
  const cancelled = { ...file, sequence: 2, appointments: [{ ...one!, cancelled: true }] }
  const lines = unfold(calendarFile(cancelled, 'it'))
  for (const line of ['METHOD:CANCEL', 'UID:019a2b3c@sinfonia', 'SEQUENCE:2', 'STATUS:CANCELLED']) {
    assert.ok(lines.includes(line), line)
  }
})
