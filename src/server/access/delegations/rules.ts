// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { constraint, Refusal } from '../../platform/errors.ts'
import { addDays, daysBetween, type Day } from '../../platform/time.ts'
import { courtKinds, type DelegationKind, type DelegationState } from './states.ts'

/** The region's rules on a day. */
export interface Rule {
  mostDelegates: number
  mostRequests: number
  answerDays: number
  remindDays: number
  longestDays: number
}

export interface Facts {
  kind: DelegationKind
  state: DelegationState
  answerBy: Date | null
  /** First day after its end; null without end. */
  end: Day | null
  /** One of the two died. */
  death: boolean
}

/**
 * What a delegation is at this moment. Time and death end it at once; the worker writes that down a little later, and
 * nobody can use the time between.
 */
export function stateNow(facts: Facts, now: Date, today: Day): DelegationState {
  const { state } = facts
  const waiting = state === 'pending' || state === 'draft'
  if (!waiting && state !== 'active' && state !== 'suspended') return state
  if (facts.death) return 'ceased-death'
  if (waiting) return facts.answerBy && facts.answerBy <= now ? 'expired' : state
  return facts.end !== null && facts.end <= today ? 'expired' : state
}

/** Days before the end from which a delegation can be renewed, and after it until which. */
const renewableAround = { before: 60, after: 90 }

/** The delegator renews what both agreed on, from some time before its end; the judge's orders are not hers to renew. */
export function isRenewable(kind: DelegationKind, state: DelegationState, end: Day | null, today: Day): boolean {
  if (courtKinds.includes(kind) || end === null || (state !== 'active' && state !== 'expired')) return false
  const left = daysBetween(today, end)
  return left <= renewableAround.before && left >= -renewableAround.after
}

const badPeriod = (field: 'from' | 'until', it: string, en: string) =>
  new Refusal('delegations/bad-period', 422, { it, en }, { field })

/** The first and last day of a delegation between adults. @throws Refusal `delegations/bad-period` */
export function periodOf(wish: { from?: Day; until: Day }, today: Day, rule: Rule): { from: Day; until: Day } {
  const from = wish.from ?? today
  if (from < today)
    throw badPeriod('from', 'La delega non può iniziare nel passato.', 'A delegation cannot begin in the past.')
  if (wish.until < from)
    throw badPeriod('until', 'La delega finisce prima di iniziare.', 'The delegation ends before it begins.')
  if (wish.until > addDays(today, rule.longestDays))
    throw badPeriod(
      'until',
      `La delega può durare al massimo ${rule.longestDays} giorni da oggi.`,
      `A delegation can last ${rule.longestDays} days from today at most.`,
    )
  return { from, until: wish.until }
}

/** A period as the database writes it, from the first and the last day. */
export const daterange = (from: Day, until: Day | null): string => `[${from},${until ? addDays(until, 1) : ''})`

export const wrongState = new Refusal(
  'delegations/wrong-state',
  409,
  { it: 'Questa delega non è più nello stato in cui l’hai vista.', en: 'This delegation is no longer as you saw it.' },
  { next: { it: 'Ricarica la pagina.', en: 'Reload the page.' } },
)
export const tooLate = new Refusal(
  'delegations/too-late',
  409,
  { it: 'Il tempo per rispondere è passato.', en: 'The time to answer has passed.' },
  { next: { it: 'Chiedi che la delega ti sia proposta di nuovo.', en: 'Ask for the delegation to be made again.' } },
)
export const toOneself = new Refusal(
  'delegations/to-oneself',
  422,
  { it: 'Non puoi delegare te stesso.', en: 'You cannot delegate yourself.' },
  { field: 'fiscalCode' },
)
export const badCode = new Refusal(
  'delegations/bad-code',
  422,
  { it: 'Il codice fiscale non è scritto bene.', en: 'The fiscal code is not well formed.' },
  { field: 'fiscalCode', next: { it: 'Controllalo sulla tessera sanitaria.', en: 'Check it on the health card.' } },
)
export const notFewer = new Refusal(
  'delegations/not-fewer',
  422,
  { it: 'Puoi togliere servizi, non aggiungerne.', en: 'You can take services away, not add any.' },
  { field: 'services' },
)
export const notRenewable = new Refusal('delegations/not-renewable', 409, {
  it: 'Questa delega non si può rinnovare adesso.',
  en: 'This delegation cannot be renewed now.',
})
export const already = new Refusal(
  'delegations/already',
  409,
  {
    it: 'Per questa persona e questi giorni c’è già una delega.',
    en: 'There is already a delegation for this person and these days.',
  },
  { next: { it: 'Guarda l’elenco delle deleghe.', en: 'Look at the list of delegations.' } },
)
export const tooMany = new Refusal(
  'delegations/too-many',
  409,
  { it: 'Hai già il numero massimo di delegati.', en: 'You already have the greatest number of delegates.' },
  { next: { it: 'Revoca una delega prima di darne un’altra.', en: 'Revoke a delegation before you give another.' } },
)
export const tooManyRequests = new Refusal(
  'delegations/too-many-requests',
  409,
  { it: 'Hai già troppe richieste in attesa di risposta.', en: 'Too many of your requests are waiting for an answer.' },
  { next: { it: 'Aspetta una risposta o ritira una richiesta.', en: 'Wait for an answer or withdraw a request.' } },
)
const notOfAge = new Refusal('delegations/not-of-age', 409, {
  it: 'Prima dei diciotto anni non si può delegare né essere delegati.',
  en: 'Below eighteen one can neither delegate nor be a delegate.',
})

constraint('delegation_not_to_oneself', toOneself)
constraint('delegation_transition', wrongState)
constraint('delegation_stays', wrongState)
constraint('delegation_party_alive', wrongState)
constraint('delegation_delegator_of_age', notOfAge)
constraint('delegation_delegate_of_age', notOfAge)
constraint('delegation_most', tooMany)
constraint('delegation_most_requests', tooManyRequests)
constraint('delegation_once', already)
constraint('delegation_once_offered', already)
constraint('delegation_once_asked', already)
constraint(
  'delegation_until_majority',
  new Refusal(
    'delegations/until-majority',
    422,
    {
      it: 'La tutela di un minore finisce al compimento dei diciotto anni.',
      en: 'Guardianship of a minor ends at eighteen.',
    },
    { field: 'until' },
  ),
)
constraint(
  'delegation_two_clerks',
  new Refusal('delegations/two-clerks', 409, {
    it: 'L’atto deve essere verificato da un operatore diverso da chi l’ha registrato.',
    en: 'The order must be checked by another clerk than the one who registered it.',
  }),
)
constraint(
  'delegation_no_chain',
  new Refusal('delegations/no-chain', 409, {
    it: 'Una delega la danno e la ricevono solo le due persone interessate.',
    en: 'Only the two people concerned give and receive a delegation.',
  }),
)
constraint(
  'delegation_court_order',
  new Refusal(
    'delegations/court-order',
    422,
    {
      it: 'Tutele, curatele e amministrazioni di sostegno, e solo quelle, hanno un provvedimento del giudice.',
      en: 'Guardianship, curatorship and support administration, and only they, have an order of the judge.',
    },
    { field: 'courtOrder' },
  ),
)
