// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { DelegatedService } from '../../shared/delegated-services.ts'
import type { Actor, Level, Method } from './actor.ts'
import { Refusal } from './errors.ts'

/** Roles in which professionals act; each is given by an appointment of an organisation. */
export const roleCodes = [
  'doctor',
  'nurse',
  'clerk',
  'pharmacist',
  'specialist',
  'district-officer',
  'supplier',
  'crisis-unit',
  'auditor',
  'administrator',
  'partner-manager',
] as const
export type RoleCode = (typeof roleCodes)[number]

/**
 * Who may be the subject of an act: `anyone`, signed in or not; a `person` for herself; `family`, a person for herself,
 * her minor children and wards, and whoever delegated her for the policy's `service`; a professional acting in a role;
 * a `partner`, whose token holds the policy's `scope`; a `machine`, a national system that proves itself to the handler.
 */
export type Subject = 'anyone' | 'person' | 'family' | RoleCode | 'partner' | 'machine'

export type Action = 'READ' | 'SEARCH' | 'CREATE' | 'UPDATE' | 'DELETE' | 'PRINT' | 'EXPORT'

/** What an act is for. */
export type Purpose =
  | 'information' // what anybody may know
  | 'identification' // finding out who somebody is, and sessions
  | 'contact'
  | 'booking'
  | 'payment'
  | 'primary-care' // choice of the family doctor
  | 'delegation'
  | 'exemption'
  | 'adhesion' // to a campaign
  | 'transparency' // a person learns who saw her data
  | 'control' // auditors
  | 'administration' // who may do what
  | 'interoperability'
  | 'operation' // keeping the service up
  | 'support'

/** Who may do what with what, and why. */
export interface Policy {
  subjects: readonly Subject[]
  action: Action
  /** The kind of thing acted upon, e.g. `booking`. */
  resource: string
  purpose: Purpose
  /** Lowest assurance of a signed-in subject, 2 when not given: nothing clinical is below (identity notes, section 1). */
  level?: Exclude<Level, 0>
  /** What a delegation must cover. Children and wards are covered for every service. */
  service?: DelegatedService
  /** The subject must have authenticated not longer ago than this (ASVS 4.0.3, 3.7.1). */
  freshMinutes?: number
  /** What a partner's token must allow. */
  scope?: string
  /** `person` when personal data is read or changed: the answer is withheld unless an audit row was written. */
  audit: 'person' | 'none'
}

/** Policies of a room by the operation id of the route; `pages` for its routes that are not part of the API. */
export type Policies = Readonly<Record<string, Policy>>

const signIn = new Refusal(
  'access/sign-in-required',
  401,
  { it: 'Per continuare devi entrare.', en: 'Sign in to continue.' },
  { next: { it: 'Entra con SPID, CIE o CNS e riprova.', en: 'Sign in with SPID, CIE or CNS and try again.' } },
)

const levelTooLow = (level: Level) =>
  new Refusal(
    'access/level-too-low',
    403,
    { it: 'Per questa operazione serve un’identità più sicura.', en: 'This needs a stronger identity.' },
    {
      next: {
        it: `Entra di nuovo con SPID, CIE o CNS di livello ${level}.`,
        en: `Sign in again with SPID, CIE or CNS at level ${level}.`,
      },
      extra: { level },
    },
  )

const stepUp = (level: Level, freshMinutes: number) =>
  new Refusal(
    'access/step-up-required',
    403,
    { it: 'Per questa operazione devi confermare chi sei.', en: 'For this you must confirm who you are.' },
    {
      next: {
        it: 'Entra di nuovo: quello che hai scritto resta.',
        en: 'Sign in again: what you wrote is kept.',
      },
      extra: { level, freshMinutes },
    },
  )

const roleRequired = (roles: readonly string[]) =>
  new Refusal(
    'access/role-required',
    403,
    { it: 'Per questa operazione serve un altro ruolo.', en: 'This needs another role.' },
    {
      next: { it: 'Scegli il ruolo giusto, se lo hai.', en: 'Choose the right role, if you have it.' },
      extra: { roles },
    },
  )

/** RFC 6750, section 3.1. */
const scopeMissing = (scope: string) =>
  new Refusal(
    'access/insufficient-scope',
    403,
    { it: `Al client manca l’ambito ${scope}.`, en: `The client lacks the scope ${scope}.` },
    {
      next: {
        it: 'Chiedilo nella pagina dei partner, poi chiedi un nuovo token.',
        en: 'Ask for it on the partners’ page, then ask for a new token.',
      },
      headers: { 'www-authenticate': `Bearer realm="sinfonia", error="insufficient_scope", scope="${scope}"` },
      extra: { scope },
    },
  )

const notForMinors = new Refusal(
  'access/not-for-minors',
  403,
  {
    it: 'Prima dei diciotto anni non puoi usare questo servizio da solo.',
    en: 'Below eighteen you cannot use this service alone.',
  },
  { next: { it: 'Lo usa per te un genitore o il tutore.', en: 'A parent or guardian uses it for you.' } },
)

const isRole = (subject: string): subject is RoleCode => (roleCodes as readonly string[]).includes(subject)

/** Whether a route with this policy asks for a session. */
export const needsSession = ({ subjects }: Policy): boolean =>
  subjects.some((subject) => subject === 'person' || subject === 'family' || isRole(subject))

/**
 * A password account of ours never stands for SPID, CIE or CNS, whatever its level: by CAD art. 64 only those
 * open a citizen’s health data.
 */
function assured(actor: Actor, level: Level): boolean {
  const method: Method | null = actor.method
  return actor.level >= level && (level < 2 || method !== 'LOCAL')
}

/** Why this actor may not act under this policy; undefined when she may. Everything not named is refused. */
export function refusalFor(policy: Policy, actor: Actor, now: Date): Refusal | undefined {
  const { subjects, scope, freshMinutes, level = 2 } = policy
  if (subjects.includes('anyone') || subjects.includes('machine')) return undefined
  if (subjects.includes('partner')) {
    if (!actor.partner) return signIn
    return scope && !actor.partner.scopes.includes(scope) ? scopeMissing(scope) : undefined
  }
  if (actor.kind !== 'citizen' && actor.kind !== 'professional') return signIn
  const asCitizen = subjects.includes('person') || subjects.includes('family')
  const admitted =
    actor.kind === 'citizen' ? asCitizen : actor.role !== null && subjects.includes(actor.role.code as Subject)
  if (!admitted) return roleRequired(subjects.filter(isRole))
  if (!assured(actor, level)) return levelTooLow(level)
  // A minor with an identity of her own does alone what the region's rules list.
  if (actor.kind === 'citizen' && policy.service && !actor.patients.includes(actor.personId ?? '')) return notForMinors
  const age = actor.authenticatedAt ? now.getTime() - actor.authenticatedAt.getTime() : Number.POSITIVE_INFINITY
  return freshMinutes && age > freshMinutes * 60_000 ? stepUp(level, freshMinutes) : undefined
}
