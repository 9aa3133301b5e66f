// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { bookingBench, placesOf, type Citizen } from '../../test/booking.ts'
import { testApp } from '../../test/setup.ts'
import type { DemoPerson, DemoPrescription } from '../../src/shared/demo.ts'
import { addDays, isWorkingDay, romeDay, weekday } from '../../src/server/platform/time.ts'
import type { Booking, OfferSet, Prescription, WaitingListEntry } from '../../src/server/services/booking/schema.ts'
import { readConfig } from '../../src/server/platform/config.ts'
import { generateRegion, writeDemo } from './generate.ts'

// Each prescription of the demo is tried over HTTP by the person it was written for, or by who acts for that person, and
// does what its note promises.

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
const now = new Date()
const wish = { ...readConfig({ DATABASE_URL: t.databaseUrl, DATA_DIR: t.dataDir }), scale: 5000, now }
await generateRegion(wish)
const demo = await writeDemo(wish)
const { call, looksUp } = await bookingBench(t)

/** Who tries a prescription, for whom, and the prescription. */
interface Try {
  who: Citizen
  patient: DemoPerson
  given: DemoPrescription
}
interface Offers {
  withinMaximum: boolean
  firstAvailability: string | null
  copay: { cents: number }
  sets: OfferSet[]
}

const personOf = (code: string) => demo.people.find((person) => person.fiscalCode === code)!
const citizens = new Map<string, Promise<Citizen>>()
/** A person signed in; she of whom only desks know too, as if the desk had the session. */
function citizen({ id, fiscalCode }: DemoPerson): Promise<Citizen> {
  const found = citizens.get(id) ?? t.signIn(id).then((headers) => ({ id, code: fiscalCode, headers }))
  citizens.set(id, found)
  return found
}

const problem = async (tried: Try, path: string, payload: object) => {
  const answer = await call(tried.who, 'POST', path, payload)
  assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, answer.body)
  const { code, title, detail } = answer.json<{ code: string; title: string; detail: string }>()
  assert.ok(title && detail, `${code} says what is wrong and what to do`)
  return code
}
const lookUp = ({ who, patient, given }: Try): Promise<Prescription> => looksUp(who, given.nre, patient.id)
const refusedLookUp = (tried: Try, nre = tried.given.nre) =>
  problem(tried, '/prescription-lookups', { patientId: tried.patient.id, nre })

async function offersFor({ who }: Try, { id, lines }: Prescription): Promise<Offers> {
  const chosen = lines
    .filter((line) => line.candidates.length > 1)
    .map((l) => `${l.line}:${l.candidates[0]!.serviceId}`)
  const answer = await call(
    who,
    'GET',
    `/prescriptions/${id}/offers${chosen.length ? `?services=${chosen.join()}` : ''}`,
  )
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json()
}

/** What is sent to hold the places of an offer; a line that stands for several services names the one chosen. */
function wishFor({ id, lines }: Prescription, set: OfferSet) {
  const places = placesOf(set).map((place) => {
    const { candidates } = lines.find(({ line }) => line === place.line)!
    return { ...place, ...(candidates.length > 1 && { serviceId: candidates[0]!.serviceId }) }
  })
  return { prescriptionId: id, places }
}

interface Booked {
  prescription: Prescription
  offers: Offers
  booking: Booking
}

/** Holds the first places offered at which the person has no other appointment. */
async function holdFirst(tried: Try, prescription: Prescription, sets: OfferSet[]): Promise<Booking> {
  for (const set of sets) {
    // Which day it is decides whether there is a place in time; without one the first is taken knowingly.
    const wish = { ...wishFor(prescription, set), acceptsBeyondMaximum: !set.withinMaximum }
    const held = await call(tried.who, 'POST', '/bookings', wish)
    if (held.statusCode === 409 && held.json<{ code: string }>().code === 'scheduling/overlap') continue
    assert.equal(held.statusCode, 201, held.body)
    return held.json()
  }
  return assert.fail('there is no place that can be held')
}

/** Looks up, holds the first places and confirms: the whole way, for a prescription that can be booked. */
async function book(tried: Try): Promise<Booked> {
  const prescription = await lookUp(tried)
  assert.equal(prescription.state, 'bookable')
  const offers = await offersFor(tried, prescription)
  const held = await holdFirst(tried, prescription, offers.sets)
  const confirmed = await call(tried.who, 'POST', `/bookings/${held.id}/confirm`)
  assert.equal(confirmed.statusCode, 200, confirmed.body)
  const booking = confirmed.json<Booking>()
  assert.equal(booking.state, 'confirmed')
  assert.equal(booking.patient.id, tried.patient.id)
  const appointments = tried.given.lines.reduce((sum, { sessions, quantity }) => sum + (sessions ?? quantity), 0)
  assert.equal(booking.appointments.length, appointments)
  return { prescription, offers, booking }
}

const free = async (tried: Try): Promise<Booked> => {
  const booked = await book(tried)
  assert.equal(booked.offers.copay.cents, 0)
  assert.equal(booked.booking.payment, null)
  return booked
}
const paid = async (tried: Try): Promise<Booked> => {
  const booked = await book(tried)
  assert.ok(booked.offers.copay.cents > 0)
  await t.settle()
  const { payment } = (await call(tried.who, 'GET', `/bookings/${booked.booking.id}`)).json<Booking>()
  assert.equal(payment?.amountCents, booked.offers.copay.cents)
  assert.ok(payment.noticeNumber, 'there is a notice to pay')
  return booked
}

/** Nothing in time: the protected list takes the line in charge, with a number, a deadline and who answers. */
async function waits(tried: Try, prescription: Prescription): Promise<void> {
  const body = { prescriptionId: prescription.id, line: 1 }
  const answer = await call(tried.who, 'POST', '/waiting-list-entries', body)
  assert.equal(answer.statusCode, 201, answer.body)
  const entry = answer.json<WaitingListEntry>()
  assert.equal(entry.patient.id, tried.patient.id)
  assert.ok(entry.number && entry.owner.name && entry.owner.phone)
  assert.ok(entry.deadline >= romeDay(now))
}

const aslOf = async (scheduleIds: string[]): Promise<string[]> => {
  const { rows } = await t.owner.query<{ asl: string }>(
    'select distinct asl_id as asl from scheduling.schedule where id = any($1)',
    [scheduleIds],
  )
  return rows.map(({ asl }) => asl)
}
const schedules = (sets: OfferSet[]) => sets.flatMap((set) => set.places.map((place) => place.scheduleId))

/** So many appointments at one place, one after the other on different days, at most `most` in a week. */
function follows({ appointments }: Booking, count: number, most: number): void {
  const days = appointments.map(({ startsAt }) => romeDay(new Date(startsAt)))
  assert.equal(new Set(days).size, count)
  assert.deepEqual(days, days.toSorted())
  assert.equal(new Set(appointments.map(({ place }) => place.id)).size, 1)
  const weeks = Map.groupBy(days, (day) => addDays(day, 1 - weekday(day)))
  for (const week of weeks.values()) assert.ok(week.length <= most)
}

/** What a prescription promises, by the words of its note. */
const promises: Record<string, (tried: Try) => Promise<unknown>> = {
  'Una visita, classe B: posti entro 10 giorni.': async (tried) => {
    const { offers, prescription } = await book(tried)
    assert.equal(prescription.maxDays, 10)
    assert.ok(offers.withinMaximum && offers.sets[0]!.insideArea)
    assert.ok(offers.sets[0]!.places[0]!.daysWaited <= 10)
  },
  'Due esami insieme, stesso giorno e luogo, classe D.': async (tried) => {
    const { offers, booking } = await book(tried)
    assert.equal(offers.sets[0]!.together, 'same-day')
    assert.ok(offers.withinMaximum)
    const [one, other] = booking.appointments
    assert.equal(one!.place.id, other!.place.id)
    assert.equal(romeDay(new Date(one!.startsAt)), romeDay(new Date(other!.startsAt)))
  },
  'Urgente: entro 72 ore.': async (tried) => {
    const prescription = await lookUp(tried)
    const { withinMaximum, sets } = await offersFor(tried, prescription)
    assert.ok(sets.length > 0)
    const today = romeDay(now)
    // Agendas are open on working days: over a long holiday nobody is within 72 hours.
    if ([1, 2].some((days) => isWorkingDay(addDays(today, days)))) {
      assert.ok(withinMaximum)
      assert.ok(Date.parse(sets[0]!.places[0]!.startsAt) <= now.getTime() + 73 * 3_600_000)
    }
  },
  'Programmabile, classe P: anche nelle ASL vicine.': async (tried) => {
    const { offers } = await book(tried)
    const inside = offers.sets.filter((set) => set.insideArea)
    assert.ok((await aslOf(schedules(inside))).length > 1, 'places of several authorities are in her area')
    assert.ok(offers.withinMaximum)
  },
  'Nessun posto entro il tempo massimo: oltre, o lista di tutela.': async (tried) => {
    const prescription = await lookUp(tried)
    const offers = await offersFor(tried, prescription)
    assert.equal(offers.withinMaximum, false)
    assert.ok(offers.sets.length > 0 && offers.sets.filter((set) => set.insideArea).every((set) => !set.withinMaximum))
    const late = wishFor(
      prescription,
      offers.sets.find((set) => !set.withinMaximum)!,
    )
    assert.equal(await problem(tried, '/bookings', late), 'booking/beyond-maximum')
    const accepting = { ...late, acceptsBeyondMaximum: true }
    const held = await call(tried.who, 'POST', '/bookings', accepting)
    assert.equal(held.statusCode, 201, held.body)
    const { id } = held.json<Booking>()
    assert.equal((await call(tried.who, 'POST', `/bookings/${id}/release`)).statusCode, 200)
    await waits(tried, prescription)
  },
  'Codice del 1996: si sceglie la specialità.': async (tried) => {
    const { prescription, booking } = await book(tried)
    const [line] = prescription.lines
    assert.equal(line!.serviceId, null)
    assert.ok(line!.candidates.length >= 10, 'one among many specialties')
    assert.equal(booking.appointments[0]!.service.id, line!.candidates[0]!.serviceId)
  },
  'Per un figlio non esente.': paid,
  'Per una figlia esente: nessun ticket.': free,
  'Esente per reddito: nessun ticket.': free,
  'Visita ed elettrocardiogramma, esente per patologia.': async (tried) => {
    const { booking } = await free(tried)
    assert.equal(booking.appointments.length, 2)
  },
  'Non esente: ticket da pagare.': paid,
  'Il medico non ha scritto il lato: si sceglie destro o sinistro.': async (tried) => {
    const { prescription } = await book(tried)
    const sides = prescription.lines[0]!.candidates.map(({ description }) => description.toLowerCase())
    assert.equal(sides.length, 2)
    assert.ok(sides.some((side) => side.includes('destr')) && sides.some((side) => side.includes('sinistr')))
  },
  'Visita di controllo senza classe.': async (tried) => {
    const { prescription, booking } = await book(tried)
    assert.equal(prescription.priority, null)
    assert.equal(prescription.lines[0]!.firstAccess, false)
    assert.match(booking.appointments[0]!.service.description, /controllo/i)
  },
  'Ecografia con preparazione.': async (tried) => {
    const { booking } = await book(tried)
    assert.match(booking.appointments[0]!.preparation!, /Non mangiare/)
  },
  'Mammografia di prevenzione, esente.': free,
  'Per un figlio di 15 anni.': book,
  'Risonanza, con domande di sicurezza.': async (tried) => {
    const { booking } = await book(tried)
    assert.match(booking.appointments[0]!.preparation!, /pacemaker/)
  },
  'Un ciclo di quattro sedute: si prenotano tutte insieme.': async (tried) => {
    const { prescription, booking } = await book(tried)
    assert.equal(prescription.lines[0]!.sessions, 4)
    follows(booking, 4, 3)
  },
  'Un ciclo di dieci sedute: due o tre alla settimana, nello stesso luogo.': async (tried) => {
    const { prescription, booking, offers } = await book(tried)
    assert.equal(prescription.lines[0]!.sessions, 10)
    follows(booking, 10, 3)
    assert.equal(booking.copay.cents, offers.copay.cents)
  },
  'Lo stesso esame tre volte: tre appuntamenti in giorni diversi.': async (tried) => {
    const { prescription, booking } = await book(tried)
    assert.equal(prescription.lines[0]!.quantity, 3)
    follows(booking, 3, 7)
  },
  'Nessun posto libero nella sua ASL: lista di tutela.': async (tried) => {
    const prescription = await lookUp(tried)
    const offers = await offersFor(tried, prescription)
    assert.equal(offers.withinMaximum, false)
    const { rows } = await t.owner.query<{ asl: string }>(
      `select asl_id as asl from registry.enrolment where person_id = $1 and state = 'ACTIVE'`,
      [tried.patient.id],
    )
    assert.ok(!(await aslOf(schedules(offers.sets))).includes(rows[0]!.asl))
    await waits(tried, prescription)
  },
  'Nessun posto libero in tutta la regione: lista di tutela.': async (tried) => {
    const prescription = await lookUp(tried)
    const offers = await offersFor(tried, prescription)
    assert.deepEqual(
      { sets: offers.sets, first: offers.firstAvailability, within: offers.withinMaximum },
      { sets: [], first: null, within: false },
    )
    await waits(tried, prescription)
  },
  'Scaduta: sono passati più di 180 giorni.': async (tried) =>
    assert.equal(await refusedLookUp(tried), 'prescriptions/expired'),
  'Ritirata dal medico.': async (tried) => assert.equal(await refusedLookUp(tried), 'prescriptions/withdrawn'),
  'Già prenotata presso un’altra struttura.': async (tried) =>
    assert.equal(await refusedLookUp(tried), 'prescriptions/taken-elsewhere'),
  'Già erogata.': async (tried) =>
    assert.match(await refusedLookUp(tried), /^prescriptions\/(taken-elsewhere|not-allowed)$/),
  'Urgente di otto giorni fa: il tempo per prenotare è passato.': async (tried) => {
    const { id, bookBy } = await lookUp(tried)
    assert.ok(bookBy < romeDay(now))
    const answer = await call(tried.who, 'GET', `/prescriptions/${id}/offers`)
    assert.equal(answer.json<{ code: string }>().code, 'booking/too-late')
    const waiting = { prescriptionId: id, line: 1 }
    assert.equal(await problem(tried, '/waiting-list-entries', waiting), 'booking/too-late')
  },
  'Ricetta interna: solo presso l’ospedale Cardarelli.': async (tried) => {
    const { offers, booking } = await book(tried)
    for (const { places } of offers.sets) assert.match(places[0]!.organisation.name, /CARDARELLI/i)
    assert.match(booking.appointments[0]!.organisation.name, /CARDARELLI/i)
  },
  'Con dati del paziente oscurati.': book,
  'Con codice STP, allo sportello.': book,
}

test('each prescription of the demo has a promise here, and each promise a prescription', () => {
  const notes = demo.prescriptions.map((prescription) => prescription.note)
  assert.deepEqual([...new Set(notes)].toSorted(), Object.keys(promises).toSorted())
})

for (const given of demo.prescriptions) {
  const patient = personOf(given.fiscalCode)
  // Only of age fourteen does one sign in: who is named first as acting for the others does.
  const acting = demo.people.find((person) => person.actsFor.includes(patient.fiscalCode) && person.spid)
  const signer = patient.spid || !acting ? patient : acting
  test(`${signer.givenName} for ${patient.givenName}: ${given.noteEn}`, async () => {
    const promise = promises[given.note]
    assert.ok(promise, given.note)
    await promise({ who: await citizen(signer), patient, given })
  })
}

test('a prescription of another person is refused, also to who may act for both', async () => {
  const ofChild = demo.prescriptions.find(
    (one) => !personOf(one.fiscalCode).spid && personOf(one.fiscalCode).email === undefined,
  )!
  const parent = demo.people.find((person) => person.actsFor.includes(ofChild.fiscalCode))!
  const tried = { who: await citizen(parent), patient: parent, given: ofChild }
  assert.equal(await refusedLookUp(tried), 'prescriptions/other-person')
  const stranger = demo.people.find((person) => person.spid && person.actsFor.length === 0)!
  const peeking = { who: await citizen(stranger), patient: personOf(ofChild.fiscalCode), given: ofChild }
  const answer = await call(peeking.who, 'POST', '/prescription-lookups', {
    patientId: peeking.patient.id,
    nre: ofChild.nre,
  })
  assert.ok([403, 404].includes(answer.statusCode), answer.body)
})

test('the demo doctor enters as one and finds the people of her list', async () => {
  const { rows } = await t.owner.query<{ id: string; person_id: string; post: string }>(
    `select a.id, a.person_id, (select o.role_id from registry.person_identifier i
       join registry.practitioner d on d.fiscal_code = i.value join registry.practitioner_role r on r.practitioner_id = d.id
       join registry.primary_care_post o on o.role_id = r.id where i.person_id = a.person_id) as post
     from access.role_appointment a where a.role = 'doctor'`,
  )
  const [elena] = rows
  const headers = await t.signIn(elena!.person_id, 2, elena!.id)
  const answer = await t.app.inject({ method: 'POST', url: '/api/v1/doctor/patient-searches', headers, payload: {} })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.ok(answer.json<{ patients: object[] }>().patients.length > 0, `post ${elena!.post}`)
})

test('the demo officer finds a request, a doubtful pair and a check, and can grant what Paola asks', async () => {
  const { rows } = await t.owner.query<{ id: string; person_id: string }>(
    `select id, person_id from access.role_appointment where role = 'district-officer'`,
  )
  const [officer] = rows
  const headers = await t.signIn(officer!.person_id, 2, officer!.id)
  async function ask<Page>(path: string): Promise<Page> {
    const answer = await t.app.inject({ url: `/api/v1/office/${path}`, headers })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json<Page>()
  }
  interface Requests {
    requests: { id: string; personName: string; state: string }[]
  }
  const [request] = (await ask<Requests>('doctor-requests')).requests
  assert.match(`${request!.personName} ${request!.state}`, /^Paola .* WAIT_OFFICE$/)
  const granted = await t.app.inject({
    method: 'POST',
    url: `/api/v1/office/doctor-requests/${request!.id}/steps`,
    headers,
    payload: { step: 'accept' },
  })
  assert.equal(granted.statusCode, 200, granted.body)
  const pairs = await ask<{ items: { first: { givenName: string } }[] }>('duplicates?state=open')
  assert.deepEqual(
    pairs.items.map(({ first }) => first.givenName),
    ['Antonio'],
  )
  const checks = await ask<{ items: { state: string; personName: string }[] }>('exemption-checks')
  assert.deepEqual(
    checks.items.map(({ state, personName }) => `${state} ${personName.split(' ')[0]}`),
    ['OPEN Nadia'],
  )
})
