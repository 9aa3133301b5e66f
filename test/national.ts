// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import type { Body, Details, Generalities, RegistryEvent } from '../src/sandbox/registries/facts.ts'
import { computeFiscalCode } from '../src/shared/fiscal-code.ts'
import { anprClient, registerOnAnpr } from '../scripts/pdnd.ts'
import type { TestApp } from './setup.ts'

/** Settings of a test app that reads ANPR; call `registerOnAnpr(t.platform.config)` once it is there. */
export { anprClient, registerOnAnpr }

const birthPlace = { codice: 'F839', descrizione: 'NAPOLI' }

/** Somebody as national registries have her; with a right fiscal code unless another is given. */
export function generalities(wish: Partial<Generalities> & Pick<Generalities, 'cognome'>): Generalities {
  const of = {
    nome: 'Anna',
    sesso: 'F',
    dataNascita: '1971-05-17',
    luogoNascita: birthPlace,
    cittadinanza: '100',
    ...wish,
  } as const
  const codiceFiscale =
    wish.codiceFiscale === undefined
      ? computeFiscalCode({
          familyName: of.cognome,
          givenName: of.nome,
          sex: of.sesso as 'F',
          birthDate: of.dataNascita,
          birthPlaceCode: of.luogoNascita.codice ?? 'F839',
        })
      : wish.codiceFiscale
  return { ...of, codiceFiscale }
}

type Residence = NonNullable<Details['residenza']>
export const inNaples = (indirizzo: string): Residence => ({
  indirizzo,
  cap: '80100',
  codiceIstat: '063049',
  comune: 'NAPOLI',
})
export const inSalerno = (indirizzo: string): Residence => ({
  indirizzo,
  cap: '84100',
  codiceIstat: '065116',
  comune: 'SALERNO',
})
export const inMilan = (indirizzo: string): Residence => ({
  indirizzo,
  cap: '20100',
  codiceIstat: '015146',
  comune: 'MILANO',
})
export const inParis: Residence = {
  indirizzo: '1 rue de la Paix',
  cap: null,
  codiceIstat: null,
  comune: 'PARIS, FRANCIA',
}

async function post(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

/** Enters a fact at a registry of the sandbox; `silent` keeps it out of the feed for now. */
export async function anEvent(
  t: TestApp,
  fact: Body & { silent?: boolean },
  registry: 'anpr' | 'ana' = 'anpr',
): Promise<RegistryEvent> {
  const answer = await post(`${t.sandbox.url}/${registry}/control/events`, fact)
  const text = await answer.text()
  assert.equal(answer.status, 201, text)
  return JSON.parse(text) as RegistryEvent
}

/** Puts events into the feed of a registry: late, in another order, or once more. */
export async function inFeed(
  t: TestApp,
  events: readonly RegistryEvent[],
  registry: 'anpr' | 'ana' = 'anpr',
): Promise<void> {
  const answer = await post(`${t.sandbox.url}/${registry}/control/feed`, {
    events: events.map(({ idEvento }) => idEvento),
  })
  assert.equal(answer.status, 204)
}
