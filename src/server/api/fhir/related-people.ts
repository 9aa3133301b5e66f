// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { delegationsInForce } from '../../access/delegations/index.ts'
import { becomeActor, type Tx } from '../../platform/database.ts'
import { Refusal } from '../../platform/errors.ts'
import { familyLinks, holdersOf, readPeople } from '../../registry/directory/index.ts'
import type { Criterion, LinksWanted, PersonEntry, Test } from '../../registry/directory/index.ts'
import { period } from './datatypes.ts'
import { compact, type Context, type Definition } from './definition.ts'
import { boolean, byId, identifier } from './parameters.ts'
import { identifiersOf, nameOf, personLists } from './patients.ts'
import { genders } from './practitioners.ts'

const hl7Roles = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode'
const ownRelations = ({ base }: Context) => `${base}/CodeSystem/relationship`
/** Relations of the registry by HL7's code; a delegate has none there. */
const relations: Readonly<Record<string, string>> = {
  parent: 'PRN',
  guardian: 'GUARD',
  spouse: 'SPS',
  'civil-partner': 'DOMPART',
}

interface Link {
  id: string
  personId: string
  relatedId: string
  relation: string
  from: string | null
  end: string | null
  suspended: boolean
}
type RelatedRow = Link & { related: PersonEntry }

/** Links of one person, at most: only a guardian by office has more. */
const mostLinks = 500
const tooManyLinks = new Refusal(
  'fhir/too-many',
  400,
  { it: 'Questa persona è legata a troppe altre.', en: 'This person is related to too many others.' },
  { next: { it: 'Cerca per paziente (patient).', en: 'Search by patient.' } },
)

const codes = (tests: readonly Test[]): string[] => tests.flatMap((test) => (test.kind === 'code' ? [test.value] : []))
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const idsOf = (tests: readonly Test[]): string[] => codes(tests).filter((value) => uuid.test(value))

const holds = ({ from, end, suspended }: Link, day: string): boolean =>
  !suspended && (from === null || from <= day) && (end === null || day < end)

/** Links that meet every criterion, by id. A person has few, so they are read by the narrowest one and compared here. */
async function linksFor(tx: Tx, { day }: Context, criteria: readonly Criterion[]): Promise<Link[]> {
  const given = criteria.flatMap((one) => ('tests' in one ? [one] : []))
  const first = (field: string) => given.find((one) => one.field === field && !one.not)?.tests
  const holders = new Map<readonly Test[], string[]>()
  for (const { field, tests } of given) if (field === 'identifier') holders.set(tests, await holdersOf(tx, tests))
  const [ids, patients, named] = [first('id'), first('patient'), first('identifier')]
  const wanted: LinksWanted = ids
    ? { ids: idsOf(ids) }
    : patients
      ? { people: idsOf(patients) }
      : { relatives: holders.get(named!)! }
  const family = await familyLinks(tx, wanted, mostLinks + 1)
  const delegated = await delegationsInForce(tx, wanted, mostLinks + 1)
  if (family.length > mostLinks || delegated.length > mostLinks) throw tooManyLinks
  const links: Link[] = [
    ...family.map((link) => ({ ...link, suspended: false })),
    ...delegated.map(({ delegatorId, delegateId, kind, ...rest }) => ({
      ...rest,
      personId: delegatorId,
      relatedId: delegateId,
      relation: kind === 'guardian' ? 'guardian' : kind === 'voluntary' || kind === 'desk' ? 'delegate' : kind,
    })),
  ]
  const passes: Record<string, (link: Link, tests: readonly Test[]) => boolean> = {
    id: ({ id }, tests) => codes(tests).includes(id),
    patient: ({ personId }, tests) => codes(tests).includes(personId),
    identifier: ({ relatedId }, tests) => holders.get(tests)!.includes(relatedId),
    relationship: ({ relation }, tests) => codes(tests).includes(relation),
    active: (link, tests) => codes(tests).includes(String(holds(link, day))),
  }
  const fits = (link: Link) => given.every(({ field, tests, not }) => passes[field]!(link, tests) !== (not ?? false))
  return links.filter(fits).toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

export const relatedPersonDefinition: Definition<RelatedRow> = {
  type: 'RelatedPerson',
  documentation: 'Family of a person, and who may act for her by delegation or order of a judge',
  parameters: {
    _id: byId,
    patient: {
      type: 'reference',
      field: 'patient',
      targets: ['Patient'],
      documentation: 'The person they are related to',
    },
    identifier: identifier('Tax code, STP, ENI of the related person', personLists, true),
    relationship: {
      type: 'token',
      field: 'relationship',
      documentation: 'PRN, GUARD, SPS, DOMPART (HL7), or delegate, curator, support-administrator',
      systems: (context) => ({
        known: (system) => system === hl7Roles || system === ownRelations(context),
        code: (code) => Object.keys(relations).find((relation) => relations[relation] === code) ?? code,
      }),
    },
    active: boolean('active', 'Whether it holds today'),
  },
  sorts: {},
  includes: {},
  revincludes: [],
  oneOf: ['_id', 'patient', 'identifier'],
  people: ({ personId, relatedId }) => [personId, relatedId],
  async find(tx, context, criteria, { limit, after }) {
    const links = await linksFor(tx, context, criteria)
    const page = links.filter(({ id }) => !after || id > after.id).slice(0, limit)
    const ids = [...new Set(page.map(({ relatedId }) => relatedId))]
    becomeActor(tx, { ...context.actor, patients: ids }) // from here on nobody else can be read
    const people = await readPeople(tx, ids, context.day)
    return page.map((link) => ({ ...link, related: people.get(link.relatedId)!, sortKey: null }))
  },
  count: async (tx, context, criteria) => (await linksFor(tx, context, criteria)).length,
  toResource(row, context) {
    const hl7 = relations[row.relation]
    const { related } = row
    return compact({
      resourceType: 'RelatedPerson',
      id: row.id,
      identifier: identifiersOf(related, context),
      active: holds(row, context.day),
      patient: { reference: `Patient/${row.personId}` },
      relationship: [
        {
          coding: [
            ...(hl7 ? [{ system: hl7Roles, code: hl7 }] : []),
            { system: ownRelations(context), code: row.relation },
          ],
        },
      ],
      name: [nameOf(related)],
      gender: genders[related.sex],
      birthDate: related.birthDate,
      period: period(row.from, row.end),
    })
  },
}
