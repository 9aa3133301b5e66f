// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type {
  EventDetails,
  EventKind,
  NationalPerson,
  NationalResidence,
  NationalSource,
  ReadMessage,
} from './events.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])
const Day = Type.String({ pattern: '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' })
const Code = Type.String({ pattern: '^([A-Z0-9]{16}|[0-9]{11})$' })
const Name = Type.String({ minLength: 1, maxLength: 80 })
const EventId = Type.String({ pattern: '^[A-Za-z0-9-]{1,60}$' })

const Generalities = Type.Object({
  codiceFiscale: Nullable(Code),
  cognome: Name,
  nome: Name,
  sesso: Type.Union([Type.Literal('M'), Type.Literal('F'), Type.Literal('N')]),
  dataNascita: Day,
  luogoNascita: Type.Object({
    codice: Nullable(Type.String({ pattern: '^[A-Z][0-9]{3}$' })),
    descrizione: Type.String({ minLength: 1, maxLength: 120 }),
  }),
  cittadinanza: Type.String({ pattern: '^[0-9]{3}$' }),
})
const Residence = Type.Object({
  indirizzo: Type.String({ minLength: 1, maxLength: 200 }),
  cap: Nullable(Type.String({ pattern: '^[0-9]{5}$' })),
  codiceIstat: Nullable(Type.String({ pattern: '^[0-9]{6}$' })),
  comune: Type.String({ minLength: 1, maxLength: 120 }),
})
const Parent = Type.Object({
  idAnpr: Nullable(Type.String({ minLength: 1, maxLength: 40 })),
  codiceFiscale: Nullable(Code),
})
const Card = Type.Object({ numero: Type.String({ pattern: '^[0-9]{20}$' }), dal: Day, al: Day })

const Details = Type.Object({
  residenza: Type.Optional(Residence),
  genitori: Type.Optional(Type.Array(Parent, { maxItems: 2 })),
  precedenti: Type.Optional(Type.Partial(Generalities)),
  evento: Type.Optional(EventId),
  tessera: Type.Optional(Card),
  codiceAsl: Type.Optional(Type.String({ pattern: '^[0-9]{6}$' })),
})
type Details = Static<typeof Details>

const Envelope = Type.Object({
  idEvento: EventId,
  idSoggetto: Type.String({ pattern: '^[A-Z0-9]{4,40}$' }),
  progressivo: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  progressivoPrecedente: Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  tipo: Type.String(),
  dataDecorrenza: Day,
  dataRegistrazione: Type.String({
    pattern: '^[12][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,3})?Z$',
  }),
  soggetto: Generalities,
  dati: Details,
})

interface Kind {
  source: NationalSource
  kind: EventKind
  /** What such a message cannot be without. */
  needs: readonly (keyof Details)[]
}

const anpr = (kind: EventKind, ...needs: Kind['needs'][number][]): Kind => ({ source: 'anpr', kind, needs })
const ana = (kind: EventKind, ...needs: Kind['needs'][number][]): Kind => ({ source: 'ana', kind, needs })

/** Messages by the name each source gives them. */
const kinds: Readonly<Record<string, Kind>> = {
  'anpr NASCITA': anpr('birth', 'residenza'),
  'anpr DECESSO': anpr('death'),
  'anpr IMMIGRAZIONE': anpr('arrival', 'residenza'),
  'anpr CAMBIO_RESIDENZA': anpr('residence', 'residenza'),
  'anpr EMIGRAZIONE_AIRE': anpr('abroad', 'residenza'),
  'anpr CAMBIO_GENERALITA': anpr('identity', 'precedenti'),
  'anpr CODICE_FISCALE': anpr('fiscal-code'),
  'anpr CITTADINANZA': anpr('citizenship'),
  'anpr RETTIFICA': anpr('correction', 'evento'),
  'anpr ANNULLAMENTO': anpr('annulment', 'evento'),
  'ana TESSERA': ana('card', 'tessera'),
  'ana TRASFERIMENTO': ana('transfer', 'codiceAsl'),
  'ana ANNULLAMENTO': ana('annulment', 'evento'),
}

const isDay = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)
}

/** Reads a message as its source writes it; what is not as agreed is told apart, with its id when it has one. */
export function readMessage(source: NationalSource, raw: unknown): ReadMessage {
  const id = idOf(raw)
  if (!Value.Check(Envelope, raw)) return { event: null, id }
  const of = kinds[`${source} ${raw.tipo}`]
  const { dati, soggetto, progressivo, progressivoPrecedente } = raw
  const days = [raw.dataDecorrenza, soggetto.dataNascita, dati.tessera?.dal, dati.tessera?.al]
  const known = of && of.needs.every((part) => dati[part] !== undefined) && days.every((day) => !day || isDay(day))
  const inOrder = progressivoPrecedente === null || progressivoPrecedente < progressivo
  const backwards = raw.dataDecorrenza < soggetto.dataNascita || (dati.tessera && dati.tessera.al < dati.tessera.dal)
  if (!known || !inOrder || backwards || Number.isNaN(Date.parse(raw.dataRegistrazione))) return { event: null, id }
  return {
    id,
    event: {
      source,
      id: raw.idEvento,
      subject: raw.idSoggetto,
      sequence: progressivo,
      previous: progressivoPrecedente,
      kind: of.kind,
      on: raw.dataDecorrenza,
      registeredAt: new Date(raw.dataRegistrazione).toISOString(),
      person: personOf(soggetto) as NationalPerson, // nothing of it is missing
      ...detailsOf(dati),
      ...(dati.evento !== undefined && { target: dati.evento }),
    },
  }
}

function idOf(raw: unknown): string | null {
  const id = typeof raw === 'object' && raw !== null && 'idEvento' in raw ? raw.idEvento : null
  return Value.Check(EventId, id) ? id : null
}

function personOf(of: Partial<Static<typeof Generalities>>): Partial<NationalPerson> {
  return {
    ...(of.codiceFiscale !== undefined && { code: of.codiceFiscale }),
    ...(of.cognome !== undefined && { familyName: of.cognome }),
    ...(of.nome !== undefined && { givenName: of.nome }),
    ...(of.sesso !== undefined && { sex: of.sesso }),
    ...(of.dataNascita !== undefined && { birthDate: of.dataNascita }),
    ...(of.luogoNascita !== undefined && {
      birthPlaceCode: of.luogoNascita.codice,
      birthPlaceName: of.luogoNascita.descrizione,
    }),
    ...(of.cittadinanza !== undefined && { citizenship: of.cittadinanza }),
  }
}

const residenceOf = (of: Static<typeof Residence>): NationalResidence => ({
  line: of.indirizzo,
  postcode: of.cap,
  istatCode: of.codiceIstat,
  place: of.comune,
})

function detailsOf({ residenza, genitori, precedenti, tessera, codiceAsl }: Details): EventDetails {
  return {
    ...(residenza && { residence: residenceOf(residenza) }),
    ...(genitori && {
      parents: genitori.map(({ idAnpr, codiceFiscale }) => ({ subject: idAnpr, code: codiceFiscale })),
    }),
    ...(precedenti && { before: personOf(precedenti) }),
    ...(tessera && { card: { number: tessera.numero, from: tessera.dal, until: tessera.al } }),
    ...(codiceAsl !== undefined && { authority: codiceAsl }),
  }
}
