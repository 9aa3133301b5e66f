// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { isFiscalCode, isNumericCode } from '../../shared/fiscal-code.ts'

/** What the registry answers to what it does not accept. */
export class RegistryRefusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface Generalities {
  codiceFiscale: string | null
  cognome: string
  nome: string
  sesso: 'M' | 'F' | 'N'
  dataNascita: string
  luogoNascita: { codice: string | null; descrizione: string }
  cittadinanza: string
}

export interface Details {
  residenza?: { indirizzo: string; cap: string | null; codiceIstat: string | null; comune: string }
  genitori?: { idAnpr: string | null; codiceFiscale: string | null }[]
  precedenti?: Partial<Generalities>
  evento?: string
  tessera?: { numero: string; dal: string; al: string }
  codiceAsl?: string
}

/** A fact as who enters it says it; who the person is may be left out once the registry knows her. */
export interface Body {
  idSoggetto: string
  tipo: string
  dataDecorrenza: string
  soggetto?: Generalities
  dati?: Details
}

/** A message, as the region gets it. */
export interface RegistryEvent extends Required<Body> {
  idEvento: string
  progressivo: number
  progressivoPrecedente: number | null
  dataRegistrazione: string
}

export interface SubjectState {
  soggetto?: Generalities
  /** Lives and is registered; a person who died or left for good is not, until that is annulled or she comes back. */
  gone?: 'died' | 'abroad' | undefined
  events?: { id: string; tipo: string; annulled: boolean }[]
}

const bad = (message: string): RegistryRefusal => new RegistryRefusal(422, message)
const day = /^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/

/** What each fact needs, by registry. */
const needs: Record<'anpr' | 'ana', Readonly<Record<string, readonly (keyof Details)[]>>> = {
  anpr: {
    NASCITA: ['residenza'],
    DECESSO: [],
    IMMIGRAZIONE: ['residenza'],
    CAMBIO_RESIDENZA: ['residenza'],
    EMIGRAZIONE_AIRE: ['residenza'],
    CAMBIO_GENERALITA: [],
    CODICE_FISCALE: [],
    CITTADINANZA: [],
    RETTIFICA: ['evento'],
    ANNULLAMENTO: ['evento'],
  },
  ana: { TESSERA: ['tessera'], TRASFERIMENTO: ['codiceAsl'], ANNULLAMENTO: ['evento'] },
}
const founding = ['NASCITA', 'IMMIGRAZIONE']
const changing = ['CAMBIO_GENERALITA', 'CODICE_FISCALE', 'CITTADINANZA', 'RETTIFICA']

/** Checks a fact against what the registry knows of the person, and says what it knows then. */
export function mustFit(
  source: 'anpr' | 'ana',
  state: SubjectState,
  fact: Body,
): { next: SubjectState; soggetto: Generalities } {
  const wanted = needs[source][fact.tipo]
  if (!wanted) throw bad(`tipo sconosciuto: ${fact.tipo}`)
  if (!/^[A-Z0-9]{4,40}$/.test(fact.idSoggetto)) throw bad('idSoggetto: da 4 a 40 lettere maiuscole e cifre')
  if (!day.test(fact.dataDecorrenza)) throw bad('dataDecorrenza: AAAA-MM-GG')
  for (const part of wanted) if (fact.dati?.[part] === undefined) throw bad(`dati.${part} manca`)
  const soggetto = fact.soggetto ?? state.soggetto
  if (!soggetto) throw bad('soggetto: la prima notizia di una persona dice chi è')
  mustBeSomebody(soggetto, fact.dataDecorrenza)
  if (state.soggetto && fact.tipo === 'NASCITA') throw bad('la persona è già iscritta')
  if (state.soggetto && !changing.includes(fact.tipo) && fact.tipo !== 'ANNULLAMENTO')
    mustBeTheSame(state.soggetto, soggetto)
  const { target } = targetOf(state, fact)
  return { next: { ...state, gone: goneAfter(state, fact, target?.tipo) }, soggetto }
}

function mustBeSomebody(of: Generalities, on: string): void {
  const { codiceFiscale: code } = of
  if (code !== null && !isFiscalCode(code) && !isNumericCode(code))
    throw bad('codiceFiscale: carattere di controllo errato')
  if (!of.cognome || !of.nome || !['M', 'F', 'N'].includes(of.sesso)) throw bad('soggetto: cognome, nome e sesso')
  if (!day.test(of.dataNascita) || of.dataNascita > on) throw bad('dataNascita: un giorno non dopo la decorrenza')
  if (!/^\d{3}$/.test(of.cittadinanza)) throw bad('cittadinanza: tre cifre')
}

/** Only a change of name, code or citizenship changes who somebody is. */
function mustBeTheSame(known: Generalities, said: Generalities): void {
  if (known.cognome !== said.cognome || known.nome !== said.nome || known.dataNascita !== said.dataNascita)
    throw bad('le generalità non sono quelle registrate')
}

function targetOf(state: SubjectState, { tipo, dati }: Body): { target?: { tipo: string } } {
  if (tipo !== 'ANNULLAMENTO' && tipo !== 'RETTIFICA') return {}
  const target = state.events?.find(({ id }) => id === dati?.evento)
  if (!target) throw new RegistryRefusal(404, 'evento inesistente per questo soggetto')
  if (target.annulled) throw new RegistryRefusal(409, 'evento già annullato')
  if (target.tipo === 'ANNULLAMENTO' || target.tipo === 'RETTIFICA')
    throw bad('un annullamento o una rettifica non si annulla')
  return { target }
}

function goneAfter({ gone }: SubjectState, { tipo }: Body, target: string | undefined): SubjectState['gone'] {
  if (tipo === 'ANNULLAMENTO') return target === 'DECESSO' || target === 'EMIGRAZIONE_AIRE' ? undefined : gone
  if (gone === 'died' && tipo !== 'RETTIFICA') throw new RegistryRefusal(409, 'la persona è deceduta')
  if (tipo === 'DECESSO') return 'died'
  if (tipo === 'EMIGRAZIONE_AIRE') return 'abroad'
  if (gone === 'abroad' && tipo === 'CAMBIO_RESIDENZA')
    throw new RegistryRefusal(409, 'la persona è iscritta all’AIRE: serve un’immigrazione')
  return founding.includes(tipo) ? undefined : gone
}
