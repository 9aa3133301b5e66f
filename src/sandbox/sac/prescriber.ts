// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { randomInt } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { DemoPerson } from '../../shared/demo.ts'
import { readPersonCode } from '../../shared/fiscal-code.ts'
import { dispensers, holderOf } from './dispensers.ts'
import { page } from './page.ts'
import { authenticationCode, type Prescribed, type Store, type Stored } from './prescriptions.ts'
import { prescribe, scenarios, type Scenario } from './scenarios.ts'
import { romeStamp } from './stamps.ts'

interface Surgery {
  store: Store
  seed(): Promise<readonly DemoPerson[]>
  now(): Date
}

/** A number of batch type 4 (one billion numbers), as the SAC gives them to Campania in this sandbox. */
const newNre = (): string => `1500S4${String(randomInt(1_000_000_000)).padStart(9, '0')}`

/** Sends a prescription to the store; without a number the SAC gives one. */
async function send(store: Store, make: (nre: string) => Prescribed): Promise<string> {
  for (;;) {
    const nre = newNre()
    if (await store.add(make(nre))) return nre
  }
}

const refusalOf = (reply: FastifyReply, found: Stored | undefined) =>
  found ? reply.code(409).send({ code: '5014', state: found.state }) : reply.code(404).send({ code: '5005' })

/**
 * The prescribers' side of the sandbox: send and withdraw a prescription, let another centre take one, see its state, and
 * the page with prescriptions to try. It stands for the doctors' software, so it speaks JSON and forms, not SOAP.
 */
export function addPrescriberRoutes(app: FastifyInstance, { store, seed, now }: Surgery): void {
  const today = () => romeStamp(now()).slice(0, 10)
  const plain: Scenario = scenarios[1]!

  app.get('/', async (_call, reply) => {
    const people = await seed()
    const stored = await store.ofPeople(people.map(({ fiscalCode }) => fiscalCode))
    return reply.type('text/html; charset=utf-8').send(page(people, stored))
  })

  app.post<{ Body: Partial<Prescribed> }>('/prescriptions', async (call, reply) => {
    const patient = { code: call.body.fiscalCode ?? '', name: call.body.patientName ?? 'PROVA PAZIENTE' }
    const make = (nre: string): Prescribed => ({
      ...prescribe(plain, patient, { nre, today: today(), authenticationCode: authenticationCode(now()) }),
      ...call.body,
      nre,
    })
    const { nre: given } = call.body
    if (!given) return reply.code(201).send({ nre: await send(store, make) })
    const added = await store.add(make(given))
    return added ? reply.code(201).send({ nre: given }) : reply.code(409).send({ code: '1016' })
  })

  app.get<{ Params: { nre: string } }>('/prescriptions/:nre', async (call, reply) => {
    const found = await store.find(call.params.nre)
    if (!found) return reply.code(404).send({ code: '5005' })
    const { nre, state, holder, takenAt, deliveredAt } = found
    return reply.send({ nre, state, holder, takenAt, deliveredAt })
  })

  const happenings = {
    withdraw: (nre: string) => store.withdraw(nre),
    'take-elsewhere': (nre: string) => store.takeElsewhere(nre, holderOf(dispensers[1]!)),
  }
  for (const [name, happen] of Object.entries(happenings)) {
    app.post<{ Params: { nre: string } }>(`/prescriptions/:nre/${name}`, async (call, reply) => {
      const { nre } = call.params
      if (await happen(nre)) return reply.code(204).send()
      return refusalOf(reply, await store.find(nre))
    })
    app.post<{ Params: { nre: string } }>(`/page/:nre/${name}`, async (call, reply) => {
      const done = (await happen(call.params.nre)) ?? (await store.find(call.params.nre))
      return reply.redirect(`/sac/#${done?.patientCode ?? ''}`, 303)
    })
  }

  app.post<{ Params: { code: string } }>('/people/:code/prescriptions', async (call, reply) => {
    const people = await seed()
    const code = readPersonCode(call.params.code)?.value
    const person = people.find(({ fiscalCode }) => fiscalCode === code)
    if (!code) return reply.code(400).type('text/plain').send('Codice fiscale non valido / Not a valid fiscal code')
    const name = person ? `${person.familyName} ${person.givenName}` : 'PAZIENTE DI PROVA'
    for (const scenario of scenarios) {
      const facts = { today: today(), authenticationCode: authenticationCode(now()) }
      await send(store, (nre) => prescribe(scenario, { code, name: name.toUpperCase() }, { nre, ...facts }))
    }
    return reply.redirect(`/sac/#${code}`, 303)
  })
}
