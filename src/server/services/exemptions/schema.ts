// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'
import { exemptionStates } from '../../registry/people/index.ts'
import { conditions, whys } from './rules.ts'

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])

export const Id = Type.String({ format: 'uuid' })
export const Day = Type.String({ format: 'date' })
const Name = Type.String({ minLength: 1, maxLength: 80 })
const Cents = Type.Integer({ minimum: 0, maximum: 2_000_000_000 })
export const Code = Type.String({ pattern: '^E[0-9]{2}$', description: 'Exemption code, e.g. E02' })
const Condition = Type.Enum([...conditions])

export const Questions = Type.Object(
  {
    birthDate: Day,
    spouse: Type.Boolean({ description: 'Husband, wife or civil partner, not separated' }),
    children: Type.Integer({ minimum: 0, maximum: 20, description: 'Children who depend on the person for tax' }),
    others: Type.Integer({ minimum: 0, maximum: 20, description: 'Other people who depend on her for tax' }),
    incomeCents: OrNull(Cents),
    condition: OrNull(Condition),
  },
  { title: 'ExemptionQuestions', additionalProperties: false },
)
export type Questions = Static<typeof Questions>

const Fit = Type.Object({
  code: Code,
  name: Type.String(),
  fits: Type.Boolean(),
  why: Type.Array(Type.Enum([...whys]), { description: 'What is missing' }),
  limitCents: OrNull(Type.Integer({ description: 'Income limit for such a household' })),
  below: Type.Boolean({ description: 'The income must be below the limit; otherwise it may reach it' }),
  condition: OrNull(Condition),
  beneficiaries: Type.Enum(['self', 'dependants', 'household']),
})
export const Fits = Type.Object(
  {
    incomeYear: Type.Integer({ description: 'Calendar year whose income counts' }),
    members: Type.Integer(),
    codes: Type.Array(Fit),
  },
  { title: 'ExemptionFits' },
)
export type Fits = Static<typeof Fits>

const Relation = Type.Enum(['spouse', 'civil-partner', 'child', 'parent', 'sibling', 'other'])
const Known = Type.Object(
  { personId: Id, relation: Relation, dependant: Type.Boolean() },
  { additionalProperties: false, description: 'Somebody the form already named' },
)
const Typed = Type.Object(
  {
    givenName: Name,
    familyName: Name,
    fiscalCode: Type.String({ pattern: '^[A-Za-z0-9]{16}$' }),
    relation: Relation,
    dependant: Type.Boolean(),
  },
  { additionalProperties: false },
)
export const Member = Type.Union([Known, Typed])
export type Member = Static<typeof Member>

const Job = Type.Object(
  {
    ended: Type.Enum(['dismissal', 'resignation', 'term'], { description: 'Why the last employment ended' }),
    endedOn: Day,
    jobCentre: Type.String({ minLength: 2, maxLength: 120 }),
    registeredOn: Type.String({ format: 'date', description: 'Day of the declaration of availability for work (DID)' }),
  },
  { additionalProperties: false },
)
const Pension = Type.Object(
  { number: Type.String({ minLength: 3, maxLength: 30, description: 'Number of the pension or allowance' }) },
  { additionalProperties: false },
)

export const NewDeclaration = Type.Object(
  {
    patientId: Type.String({ format: 'uuid', description: 'Whose exemption it is: oneself, a child, who delegated' }),
    code: Code,
    household: Type.Array(Member, { maxItems: 20, description: 'The fiscal household, without the person herself' }),
    incomeCents: OrNull(Cents),
    withinLimit: Type.Boolean({ description: 'Declares that the income is within the limit' }),
    presumed: Type.Boolean({ description: 'The income of the year is not documented yet' }),
    job: Type.Optional(Job),
    pension: Type.Optional(Pension),
    renews: Type.Optional(Type.String({ format: 'uuid', description: 'Exemption that this one goes on from' })),
    aware: Type.Boolean({ description: 'Knows what follows from untrue declarations (artt. 75 and 76 DPR 445/2000)' }),
    willTell: Type.Boolean({ description: 'Will tell at once when the requisites are lost' }),
  },
  { title: 'NewExemptionDeclaration', additionalProperties: false },
)
export type NewDeclaration = Static<typeof NewDeclaration>

export const FormQuery = Type.Object({ patientId: Id, renews: Type.Optional(Id) })

const Suggested = Type.Object({
  personId: OrNull(Id),
  givenName: Type.String(),
  familyName: Type.String(),
  fiscalCode: OrNull(Type.String()),
  birthDate: OrNull(Day),
  relation: Relation,
  dependant: Type.Boolean(),
})
export const Form = Type.Object(
  {
    patient: Type.Object({ id: Id, givenName: Type.String(), familyName: Type.String(), birthDate: Day }),
    minor: Type.Boolean(),
    fullyExempt: Type.Boolean({ description: 'Pays nothing already, whatever the income' }),
    incomeYear: Type.Integer(),
    household: Type.Array(Suggested, { description: 'Whom the registry knows; the person says who belongs' }),
    renews: OrNull(
      Type.Object({
        exemptionId: Id,
        code: Code,
        name: Type.String(),
        from: Day,
        until: Day,
        incomeCents: OrNull(Type.Integer()),
        limitCents: OrNull(Type.Integer()),
        job: OrNull(Job),
        pension: OrNull(Pension),
      }),
    ),
  },
  { title: 'ExemptionForm' },
)
export type Form = Static<typeof Form>

export const Exemption = Type.Object(
  {
    id: Id,
    code: Type.String(),
    name: Type.String(),
    patient: Type.Object({ id: Id, givenName: Type.String(), familyName: Type.String() }),
    state: Type.Enum([...exemptionStates]),
    origin: Type.Enum(['self-certified', 'sistema-ts', 'office']),
    from: Day,
    until: OrNull(Day),
    income: Type.Boolean({ description: 'An income exemption: it can be given up online' }),
    protocol: OrNull(Type.String()),
    verificationCode: OrNull(Type.String()),
    mayCease: Type.Boolean(),
    mayRenew: Type.Boolean(),
    othersEnd: Type.Integer({ description: 'Exemptions of other people that end when this one is given up' }),
    ownDeclaration: Type.Boolean({ description: 'It comes from a declaration about this person, who can print it' }),
  },
  { title: 'Exemption' },
)
export type Exemption = Static<typeof Exemption>

export const Exemptions = Type.Object(
  { items: Type.Array(Exemption), fullyExempt: Type.Array(Id, { description: 'People who pay nothing already' }) },
  { title: 'Exemptions' },
)
export type Exemptions = Static<typeof Exemptions>

export const Ceasing = Type.Object(
  { from: Type.String({ format: 'date', description: 'First day on which the requisites are lost' }) },
  { title: 'ExemptionCeasing', additionalProperties: false },
)

export const Verification = Type.Object(
  { code: Type.String({ minLength: 5, maxLength: 40 }) },
  { title: 'CertificateVerification', additionalProperties: false },
)
export const Verified = Type.Object(
  {
    valid: Type.Boolean({ description: 'In force today' }),
    ended: Type.Boolean({ description: 'Given up, revoked or annulled; otherwise it has not begun or has run out' }),
    code: Type.String(),
    initials: Type.String({ description: 'Of the person it was issued for' }),
    birthYear: Type.Integer(),
    from: Day,
    until: OrNull(Day),
    protocol: Type.String(),
  },
  { title: 'VerifiedCertificate' },
)
export type Verified = Static<typeof Verified>
