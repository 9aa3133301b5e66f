// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPdf } from '../../../../test/pdf.ts'
import type { Language } from '../../platform/text.ts'
import { barPattern, qrSquares } from './codes.ts'
import { bookingPromemoria, noticeQr, paymentNotice, paymentReceipt, type BookingPromemoria } from './index.ts'

const issuer = { name: 'Regione Campania', telephone: '800 000 000', email: 'aiuto@sinfonia.example' }
const issuedAt = new Date('2026-02-10T10:00:00Z')
const place = { name: 'Ospedale del Mare', address: 'Via Enrico Russo', municipality: 'Napoli' }
const booking: BookingPromemoria = {
  issuer,
  issuedAt,
  code: '7KQ4-9MZT-P',
  patient: { givenName: 'Lucia', familyName: 'Esposito', fiscalCode: 'SPSLCU80A41F839X', birthDate: '1980-01-01' },
  nre: '150A10000000001',
  priority: { code: 'B', maxDays: 10 },
  appointments: [
    {
      service: { code: '89.7A.3', name: 'Prima visita cardiologica' },
      startsAt: new Date('2026-03-03T08:30:00Z'),
      organisation: 'ASL Napoli 1 Centro',
      place,
      room: 'Ambulatorio 4',
      preparation: 'Resta a digiuno.\nNon fumare nelle 2 ore prima.',
      bring: 'gli elettrocardiogrammi di prima',
    },
  ],
  copay: { kind: 'due', cents: 3615, dueOn: '2026-02-28', noticeNumber: '301000000000000144' },
  freeCancellationUntil: new Date('2026-02-26T22:59:00Z'),
  manageUrl: 'https://salute.example/appuntamenti',
  authentication: { code: '100220261100', at: issuedAt },
}
const creditor = { name: 'ASL Napoli 1 Centro', fiscalCode: '06328131211', cbill: null }
const payment = {
  issuer,
  issuedAt,
  creditor,
  debtor: { name: 'Lucia Esposito', fiscalCode: 'SPSLCU80A41F839X' },
  noticeNumber: '301000000000000144',
  amountCents: 3615,
  subject: 'Ticket sanitario, prenotazione 7KQ4-9MZT-P',
}
const notice = { ...payment, dueOn: '2026-02-28', payUrl: 'https://salute.example/pagamenti' }
const receipt = {
  ...payment,
  payer: { name: 'Mario Rossi', fiscalCode: null },
  receiptId: 'c110729d258c4ab1',
  paidAt: new Date('2026-02-11T08:00:00Z'),
  provider: 'Banca di prova',
  method: null,
  serviceDays: ['2026-03-03'],
  bookingCode: booking.code,
  feeCents: 100,
  refundedCents: 0,
}

const kinds: Record<string, (language: Language) => Promise<Buffer>> = {
  promemoria: (language) => bookingPromemoria(booking, language),
  notice: (language) => paymentNotice(notice, language),
  receipt: (language) => paymentReceipt(receipt, language),
}

for (const [kind, make] of Object.entries(kinds)) {
  for (const language of ['it', 'en'] as const) {
    test(`the ${kind} in ${language} is an archivable, accessible PDF`, async () => {
      const bytes = await make(language)
      const pdf = readPdf(bytes)
      assert.match(bytes.subarray(0, 8).toString(), /^%PDF-1\.7/)
      assert.match(pdf.xmp, /<pdfaid:part>2<\/pdfaid:part>\s*<pdfaid:conformance>A<\/pdfaid:conformance>/)
      assert.match(pdf.xmp, /<dc:title>[\s\S]*?<rdf:li xml:lang="x-default">[^<]{10,}</)
      assert.match(pdf.catalog, language === 'it' ? /\/Lang \(it-IT\)/ : /\/Lang \(en-GB\)/)
      assert.match(pdf.catalog, /\/OutputIntents/)
      const [, mark] = /\/MarkInfo (\d+) 0 R/.exec(pdf.catalog) ?? []
      assert.match(pdf.objects.get(Number(mark)) ?? '', /\/Marked true/)
      const [, viewer] = /\/ViewerPreferences (\d+) 0 R/.exec(pdf.catalog) ?? []
      assert.match(pdf.objects.get(Number(viewer)) ?? '', /\/DisplayDocTitle true/)
      const [, tree] = /\/StructTreeRoot (\d+) 0 R/.exec(pdf.catalog) ?? []
      assert.match(pdf.objects.get(Number(tree)) ?? '', /\/K \[\d+ 0 R\]/)
      assert.equal(pdf.roles['Document'], 1)
      assert.equal(pdf.roles['H1'], 1)
      assert.ok((pdf.roles['TH'] ?? 0) > 3)
      assert.equal(pdf.roles['TR'], pdf.roles['TH'], 'each row has its header cell')
    })

    test(`the ${kind} in ${language} embeds every font and draws no missing character`, async () => {
      const pdf = readPdf(await make(language))
      const all = [...pdf.objects.values()]
      const descriptors = all.filter((object) => object.includes('/Type /FontDescriptor'))
      assert.equal(descriptors.length, 2)
      for (const descriptor of descriptors) {
        assert.match(descriptor, /\/FontName \/[A-Z]{6}\+TitilliumWeb/, 'a subset')
        assert.match(descriptor, /\/FontFile2 \d+ 0 R/)
      }
      assert.ok(all.every((object) => !object.includes('/Subtype /Type1')))
      assert.doesNotMatch(pdf.text, /\ufffd|\0/)
    })

    test(`the ${kind} in ${language} is the same bytes for the same data`, async () => {
      assert.deepEqual(await make(language), await make(language))
    })
  }
}

test('header cells say whether they head a row or a column', async () => {
  const pdf = readPdf(await bookingPromemoria(booking, 'it'))
  const heads = [...pdf.objects.values()].filter((object) => object.startsWith('<<\n/S /TH'))
  assert.ok(heads.length > 0)
  for (const head of heads) assert.match(head, /\/O \/Table\n\/Scope \/Row/)
})

test('the promemoria says what, when, where, how to prepare and how to cancel', async () => {
  const { text, artifacts, pages } = readPdf(await bookingPromemoria(booking, 'it'))
  for (const part of [
    'Promemoria di prenotazione 7KQ4-9MZT-P',
    'SPSLCU80A41F839X',
    'B – entro 10 giorni',
    'Prima visita cardiologica (89.7A.3)',
    'martedì 3 marzo 2026, ore 9:30',
    'Via Enrico Russo, Napoli',
    'Non fumare nelle 2 ore prima.',
    'la tessera sanitaria',
    'gli elettrocardiogrammi di prima',
    'Devi pagare 36,15 € entro il 28/02/2026.',
    'entro giovedì 26 febbraio 2026, ore 23:59',
    '150A1 0000000001',
    '100220261100, rilasciato martedì 10 febbraio 2026, ore 11:00',
  ]) {
    assert.ok(text.includes(part), `${part}\nis not in\n${text}`)
  }
  assert.ok(artifacts.includes(`Pagina 1 di ${pages}`))
})

test('the codes of the promemoria are figures with words for those who cannot see them', async () => {
  const pdf = readPdf(await bookingPromemoria(booking, 'it'))
  const figures = [...pdf.objects.values()].filter((object) => object.startsWith('<<\n/S /Figure'))
  assert.equal(figures.length, 3)
  for (const figure of figures) assert.match(figure, /\/Alt \(.{10,}\)/s)
  assert.ok(figures.some((figure) => figure.includes('7KQ4-9MZT-P')))
  assert.match(pdf.text, /^0000000001$/m)
})

test('each way of paying has its own words', async () => {
  const say = async (copay: BookingPromemoria['copay']) =>
    readPdf(await bookingPromemoria({ ...booking, copay }, 'it')).text
  assert.match(await say({ kind: 'exempt', exemption: '013.250' }), /l’esenzione 013\.250/)
  assert.match(await say({ kind: 'nothing-due' }), /Non devi pagare il ticket\./)
  assert.match(await say({ kind: 'paid', cents: 2200 }), /Hai già pagato 22,00 €/)
  assert.match(await say({ kind: 'due', cents: 2200, dueOn: null, noticeNumber: null }), /prima della visita/)
})

test('without a prescription there is no prescription part', async () => {
  const pdf = readPdf(await bookingPromemoria({ ...booking, nre: null, authentication: null }, 'en'))
  assert.equal(pdf.roles['Figure'], 1)
  assert.doesNotMatch(pdf.text, /Your prescription/)
})

test('eight appointments with long preparations run over several pages', async () => {
  const one = { ...booking.appointments[0]!, preparation: 'Segui la dieta indicata. '.repeat(120).trim() }
  const pdf = readPdf(await bookingPromemoria({ ...booking, appointments: Array.from({ length: 8 }, () => one) }, 'it'))
  assert.ok(pdf.pages > 4)
  assert.ok(pdf.artifacts.includes(`Pagina ${pdf.pages} di ${pdf.pages}`))
  assert.equal(pdf.text.match(/martedì 3 marzo 2026, ore 9:30/g)?.length, 8)
})

test('a name with letters outside the font is written with the nearest letters', async () => {
  const patient = { ...booking.patient, givenName: 'Hoàng Ngọc', familyName: 'Łuczak 王' }
  const { text } = readPdf(await bookingPromemoria({ ...booking, patient }, 'it'))
  assert.match(text, /Hoàng Ngoc Łuczak \?/)
})

test('an issuer with a sign of markup in its name does not break the metadata', async () => {
  const { xmp, artifacts } = readPdf(
    await paymentNotice({ ...notice, issuer: { ...issuer, name: 'Cura & <Salute>' } }, 'it'),
  )
  assert.match(xmp, /<rdf:li>Cura e ‹Salute›<\/rdf:li>/)
  assert.match(artifacts, /Cura & <Salute>/)
})

test('the notice has what every paying channel needs, and no name of a service', async () => {
  const { text } = readPdf(await paymentNotice(notice, 'it'))
  for (const part of [
    '36,15 € entro sabato 28 febbraio 2026',
    '3010 0000 0000 0001 44',
    '06328131211',
    payment.subject,
  ]) {
    assert.ok(text.includes(part), part)
  }
  assert.doesNotMatch(text, /cardiolog|CBILL/i)
  assert.equal(noticeQr('301000000000000144', '06328131211', 3615), 'PAGOPA|002|301000000000000144|06328131211|3615')
})

test('the receipt says who paid, what and when, and a refund', async () => {
  const paid = readPdf(await paymentReceipt(receipt, 'it')).text
  for (const part of [
    'Pagato 36,15 € mercoledì 11 febbraio 2026, ore 9:00',
    'Mario Rossi',
    '03/03/2026',
    'c110729d258c4ab1',
  ]) {
    assert.ok(paid.includes(part), part)
  }
  assert.doesNotMatch(paid, /Rimborso/)
  const refunded = readPdf(await paymentReceipt({ ...receipt, refundedCents: 3615 }, 'en')).text
  assert.match(refunded, /Of this amount €36\.15 has been or is being refunded/)
})

test('a QR code keeps a quiet zone of four modules on every side', () => {
  const { squares, size } = qrSquares('7KQ4-9MZT-P')
  assert.equal(size, 21 + 8)
  assert.equal(Math.min(...squares.map(([column]) => column)), 4)
  assert.equal(Math.max(...squares.map(([column, , length]) => column + length)), size - 4)
  assert.equal(Math.min(...squares.map(([, row]) => row)), 4)
})

test('a Code 39 starts and ends with its asterisk and keeps its quiet zones', () => {
  const { bars, modules } = barPattern('150A1')
  const widths = bars.map(([, width]) => width)
  const asterisk = [1, 1, 3, 3, 1] // the five bars of *: narrow, narrow, wide, wide, narrow
  assert.deepEqual(widths.slice(0, 5), asterisk)
  assert.deepEqual(widths.slice(-5), asterisk)
  assert.equal(bars.length, 7 * 5)
  assert.equal(bars[0]![0], 10)
  assert.ok(modules - bars.at(-1)![0] - bars.at(-1)![1] >= 10)
})
