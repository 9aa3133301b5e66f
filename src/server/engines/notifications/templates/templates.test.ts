// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { smsLength } from '../../../../shared/gsm.ts'
import { languages } from '../../../platform/text.ts'
import { asMail, asPush, asText, pageOf, templates, wordsOf, type Told } from './render.ts'
import type { Context, Notices, Template } from './shapes.ts'

const id = '019a2b3c-0000-7000-8000-000000000001'
const visit = {
  startsAt: '2026-03-03T08:30:00Z',
  place: 'Ospedale del Mare',
  address: 'Via Enrico Russo 11',
  municipality: 'Napoli',
}
const later = { ...visit, startsAt: '2026-03-03T10:00:00Z' }
const payment = { paymentId: id, cents: 3615 }
const samples: { [T in Template]: Notices[T] } = {
  'booking.confirmed': { bookingId: id, code: '7KQ4-9MZT-P', visits: [visit], cancelBy: '2026-02-26T22:59:00Z' },
  'booking.failed': {
    prescriptionId: id,
    because: { it: 'Questa ricetta è scaduta.', en: 'This prescription has expired.' },
    visits: [visit],
  },
  'booking.moved': { bookingId: id, code: '7KQ4-9MZT-P', from: later.startsAt, visit, byProvider: true },
  'booking.cancelled': { bookingId: id, code: '7KQ4-9MZT-P', visits: [visit], late: false },
  'booking.cancelled-by-provider': { bookingId: id, code: '7KQ4-9MZT-P', visits: [visit] },
  'booking.sessions-cancelled': {
    bookingId: id,
    code: '7KQ4-9MZT-P',
    visits: [visit, later, { ...visit, startsAt: '2026-03-06T08:30:00Z' }],
    late: false,
    byProvider: true,
  },
  'reminder.early': { visits: [visit] },
  'reminder.ask': { visits: [visit] },
  'reminder.last': { visits: [visit] },
  'waiting-list.taken': {
    entryId: id,
    number: 'L-2026-1',
    deadline: '2026-03-30',
    office: 'Ufficio liste',
    telephone: '800',
  },
  'waiting-list.offered': { entryId: id, number: 'L-2026-1', visit, answerBy: '2026-03-01T10:00:00Z' },
  'waiting-list.lapsed': { entryId: id, number: 'L-2026-1' },
  'delegation.given': { delegationId: id, what: 'asked', until: '2027-03-03' },
  'delegation.received': { delegationId: id, what: 'expiring', until: '2027-03-03' },
  'delegation.acted': {},
  'majority.parent': {},
  'majority.child': {},
  'exemption.news': { what: 'expiring', until: '2026-03-31' },
  'doctor.news': { what: 'turning-14', doctor: 'Carla Abate', day: '2026-03-31' },
  'adhesion.news': { what: 'made', code: '7KQ4-9MZT-P' },
  'payment.due': { ...payment, dueOn: '2026-02-28', noticeNumber: '301000000000000144' },
  'payment.paid': payment,
  'payment.expired': payment,
  'payment.refund-requested': payment,
  'payment.refunded': payment,
}
const context: Context = {
  forName: null,
  region: 'Campania',
  telephone: '800 000 000',
  publicUrl: 'https://salute.regione.example',
  link: 'https://salute.regione.example/a/Tm9uZSBvZiB5b3VyIGJ1c2',
}
const told = (template: Template): Told => ({ template, parameters: samples[template] })
const everyOne = templates.flatMap((template) => languages.map((language) => [template, language] as const))

/** Words of the service catalogue and its branches, in both languages, of four letters or more. */
function catalogueWords(): Set<string> {
  const file = readFileSync(resolve(import.meta.dirname, '../../../../../data/services.csv'))
  const rows = parse<Record<string, string>>(file, { columns: true })
  const text = rows.flatMap((row) => [row['description_it'], row['description_en'], row['branch_name_it']]).join(' ')
  return new Set(text.toLowerCase().match(/\p{L}{4,}/gu))
}
/** Words of the catalogue that say nothing of an illness or an organ. */
const harmless = new Set([
  'della',
  'delle',
  'degli',
  'dopo',
  'prima',
  'with',
  'after',
  'from',
  'other',
  'altri',
  'fino',
  'giorni',
  'first',
])

test('no text message, push title or e-mail subject holds a word of the service catalogue', () => {
  const clinical = new Set([...catalogueWords()].filter((word) => !harmless.has(word)))
  assert.ok(clinical.has('cardiologica') && clinical.has('oncologia'), 'the catalogue is read')
  for (const [template, language] of everyOne) {
    const texts = [
      asText(told(template), language, context) ?? '',
      asMail(told(template), language, context).subject,
      asPush(language, context),
    ]
    for (const text of texts) {
      const found = (text.toLowerCase().match(/\p{L}{4,}/gu) ?? []).filter((word) => clinical.has(word))
      assert.deepEqual(found, [], `${template} in ${language}: ${text}`)
    }
  }
})

test('of a cycle the e-mail lists each session with date and place, the text message the first, how many and until when', () => {
  const visits = Array.from({ length: 10 }, (_, n) => ({
    ...visit,
    startsAt: `2026-03-${String(3 + n).padStart(2, '0')}T08:30:00Z`,
  }))
  const cycle: Told = {
    template: 'booking.confirmed',
    parameters: { bookingId: id, code: '7KQ4-9MZT-P', visits, cancelBy: null },
  }
  for (const language of languages) {
    const { text } = asMail(cycle, language, context)
    assert.equal(text.split('Ospedale del Mare').length - 1, 10)
    const sms = asText(cycle, language, context)!
    assert.ok(smsLength(sms).segments <= 2, sms)
  }
  assert.match(asText(cycle, 'it', context)!, /mar 3\/3 ore 9:30, .*, e altri 9 fino a gio 12\/3 ore 9:30/)
})

test('a text message never names the place, whose name can give the reason away', () => {
  const telling = { ...visit, place: 'Centro di salute mentale' }
  const notice: Told = { template: 'reminder.ask', parameters: { visits: [telling] } }
  for (const language of languages) {
    assert.doesNotMatch(asText(notice, language, context)!, /mentale/)
    assert.match(asText(notice, language, context)!, /Via Enrico Russo 11, Napoli/)
  }
})

test('text messages take the alphabet of every telephone and at most two network messages', () => {
  for (const [template, language] of everyOne) {
    const text = asText(told(template), language, context)
    if (text === null) continue
    const { encoding, segments } = smsLength(text)
    assert.equal(encoding, 'GSM-7', `${template} in ${language}`)
    assert.ok(segments <= 2, `${template} in ${language} takes ${segments}: ${text}`)
  }
})

test('each notice has a title, a body, a link, and says the same in text and in HTML', () => {
  for (const [template, language] of everyOne) {
    const words = wordsOf(told(template), language, context)
    assert.ok(words.title.length > 5 && words.paragraphs.length > 0 && words.action.length > 3, template)
    assert.match(pageOf(told(template)), /^\/app\//)
    const { text, html } = asMail(told(template), language, context)
    assert.match(html, new RegExp(`<html lang="${language}">`))
    assert.ok(html.includes(`<a href="${context.link}"`) && text.includes(context.link))
    for (const paragraph of words.paragraphs) assert.ok(text.includes(paragraph))
    assert.doesNotMatch(text + html, /\b(undefined|null|NaN)\b|\[object/)
  }
})

test('several appointments of a day are one message', () => {
  const notice: Told = { template: 'reminder.last', parameters: { visits: [visit, later] } }
  assert.equal(wordsOf(notice, 'it', context).title, 'Domani hai 2 appuntamenti')
  assert.match(asText(notice, 'it', context)!, /mar 3\/3 ore 9:30, .+; mar 3\/3 ore 11:00, /)
  assert.match(asText(notice, 'en', context)!, /Tue 3 Mar at 9:30, .+; Tue 3 Mar at 11:00, /)
})

test('a parent reads whose appointment it is', () => {
  const parent = { ...context, forName: 'Marta' }
  for (const [template] of everyOne) assert.match(wordsOf(told(template), 'it', parent).title, /Marta/, template)
  assert.match(asText(told('reminder.ask'), 'en', parent)!, /appointment for Marta/)
})

test('what people wrote cannot become markup', () => {
  const notice: Told = { template: 'reminder.last', parameters: { visits: [{ ...visit, place: '<img src=x> & "B"' }] } }
  const { html } = asMail(notice, 'it', context)
  assert.ok(html.includes('&lt;img src=x&gt; &amp; &quot;B&quot;'))
})
