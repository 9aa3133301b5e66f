// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readPersonCode } from '../../shared/fiscal-code.ts'
import { isNre } from '../../shared/nre.ts'
import type { SacCode } from '../../shared/sac-codes.ts'
import * as answers from './answers.ts'
import { holderOf, regionCodes, type Dispenser } from './dispensers.ts'
import type { Ministry } from './ministry.ts'
import type { Store, Stored } from './prescriptions.ts'
import type { Request } from './requests.ts'
import type { Service } from './services.ts'
import { next, type Act } from './states.ts'

/** A request that is well formed and refused with codes of the SAC. */
export class Rejected extends Error {
  readonly problems: readonly answers.Problem[]
  constructor(problems: readonly answers.Problem[]) {
    super(problems.map(({ code }) => code).join(' '))
    this.problems = problems
  }
}

const reject = (code: SacCode, line = 0): Rejected => new Rejected([{ code, line }])

export interface Counter {
  store: Store
  ministry: Ministry
  /** Takes up prescriptions of a demo region that was generated since. */
  seed(): Promise<unknown>
  now(): Date
}

/** Who asks: the PIN belongs to the user of the Basic authentication, and so do the provider's codes. */
function checkDispenser(counter: Counter, dispenser: Dispenser, request: Request): void {
  const pin = request.text('pinCode')
  if (!pin) throw reject('1001')
  const read = counter.ministry.decrypt(pin)
  if (!('plain' in read) || read.plain !== dispenser.pin) throw reject('1002')
  const region = request.text('codiceRegioneErogatore')
  if (!regionCodes.has(region)) throw reject('1006')
  const asked = holderOf({
    region,
    asl: request.text('codiceAslErogatore'),
    ssa: request.text('codiceSsaErogatore'),
  })
  if (asked !== holderOf(dispenser)) throw reject('1003')
}

function checkNre(nre: string): void {
  if (!nre) throw reject('1017')
  if (nre.length !== 15) throw reject('1010')
  if (!regionCodes.has(nre.slice(0, 3))) throw reject('1009')
  if (!/^(?:[0-9][A-Z]|[A-Z][0-9])[0-7]$/.test(nre.slice(3, 6))) throw reject('1011')
  if (!isNre(nre)) throw reject('1197')
}

/** The patient's code in clear; empty for subjects without a card. */
function readPatient(counter: Counter, encrypted: string): string {
  if (!encrypted) return ''
  const read = counter.ministry.decrypt(encrypted)
  if ('wrong' in read) throw reject(read.wrong === 'not-encrypted' ? '1035' : '1034')
  if (!readPersonCode(read.plain)) throw reject('1036')
  return read.plain
}

/** Why a statement changed nothing, in the order in which the SAC looks: existence, person, then state. */
async function whyNot(counter: Counter, nre: string, patient: string, holder: string, act: Act): Promise<Rejected> {
  const found = (await counter.store.expire(nre)) ?? (await counter.store.find(nre))
  if (!found) return reject('5005')
  if (!patient && found.patientCode) return reject('1012')
  if (found.patientCode !== patient) return reject('5010')
  if (found.content.outsideSsn) return reject('5221')
  if (found.state === 10) return reject('5009')
  if (found.state === 4) return reject('5162')
  // A move that the state allows was refused because another dispenser holds it, or came first a moment ago.
  return reject(next(found.state, act, found.content.kind ?? 'P') === undefined ? '5014' : '5011')
}

interface Known {
  counter: Counter
  service: Service
  request: Request
  nre: string
  patient: string
  holder: string
}

async function show({ counter, service, request, nre, patient, holder }: Known): Promise<string> {
  const { store } = counter
  const wish = request.text('tipoOperazione')
  if (wish === '3') {
    const released = await store.release(nre, patient, holder)
    if (!released) throw await whyNot(counter, nre, patient, holder, 'release')
    return answers.plainAnswer(service, nre)
  }
  const showHidden = wish === '4'
  if (showHidden) {
    const held = await store.find(nre)
    const ours = held?.patientCode === patient && held.holder === holder && [5, 9].includes(held.state)
    if (!ours)
      throw held?.state === 3 && held.patientCode === patient
        ? reject('5014')
        : await whyNot(counter, nre, patient, holder, 'take')
  }
  const taken = await store.take(nre, patient, holder)
  if (!taken) throw await whyNot(counter, nre, patient, holder, 'take')
  return wish === '2' ? answers.plainAnswer(service, nre) : answers.content(service, taken, { showHidden })
}

/** Specialist prescriptions are delivered whole: total (1) or deferred total (4), every line once. */
function checkDelivery(found: Stored, request: Request): void {
  if (!['1', '4'].includes(request.text('tipoOperazione'))) throw reject('5014')
  const wanted = found.content.lines
  const given = request.list('ElencoDettagliPrescrInviiErogato')
  const problems = given.flatMap((line, index): answers.Problem[] => {
    const prescribed = wanted[index]
    const quantity = Number(line.text('quantitaErogata'))
    const most = prescribed?.sessions ?? prescribed?.quantity ?? 0
    const fits = prescribed?.code === line.text('codProdPrest') && quantity >= 1 && quantity <= most
    return fits ? [] : [{ code: '5014', line: index + 1 }]
  })
  if (given.length !== wanted.length) problems.push({ code: '5014' })
  if (problems.length > 0) throw new Rejected(problems)
}

async function deliver({ counter, service, request, nre, patient, holder }: Known): Promise<string> {
  const found = await counter.store.find(nre)
  if (found?.patientCode === patient && found.holder === holder && found.state !== 8) checkDelivery(found, request)
  const delivered = await counter.store.deliver(nre, patient, holder, {
    quotaFissa: request.text('quotaFissa'),
    franchigia: request.text('franchigia'),
  })
  if (!delivered) throw await whyNot(counter, nre, patient, holder, 'deliver')
  return answers.receipt(service, delivered, counter.now())
}

async function reopen({ counter, service, nre, patient, holder }: Known): Promise<string> {
  const reopened = await counter.store.reopen(nre, patient, holder)
  if (!reopened) throw await whyNot(counter, nre, patient, holder, 'reopen')
  return answers.receipt(service, reopened, counter.now())
}

async function list(counter: Counter, service: Service, request: Request, holder: string): Promise<string> {
  const state = request.text('statoRicetta')
  const found = await counter.store.list(
    holder,
    request.text('tipoData') as 'P' | 'E', // the schema allows nothing else
    request.text('dataPeriodoDal'),
    request.text('dataPeriodoAl'),
    state ? Number(state) : null,
  )
  return answers.listing(service, found)
}

const work = { visualizzaErogato: show, invioErogato: deliver, annullaErogato: reopen }

/** Does what a dispenser asks and answers it, or throws Rejected. Each change is one statement of the store. */
export async function serve(
  counter: Counter,
  service: Service,
  dispenser: Dispenser,
  request: Request,
): Promise<string> {
  checkDispenser(counter, dispenser, request)
  const holder = holderOf(dispenser)
  if (service.operation === 'elencoRicette') return list(counter, service, request, holder)
  const nre = request.text('nre')
  checkNre(nre)
  const patient = readPatient(counter, request.text('cfAssistito'))
  const known: Known = { counter, service, request, nre, patient, holder }
  const serveIt = work[service.operation]
  return serveIt(known).catch(async (error: unknown) => {
    if (!(error instanceof Rejected && error.problems[0]?.code === '5005')) throw error
    await counter.seed()
    return serveIt(known)
  })
}
