// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { cleanCode, isFiscalCode } from '../../shared/fiscal-code.ts'
import type { DelegationService, DeskRegistration } from '../app/contract.ts'
import type { FieldProblem } from '../ui/field.tsx'
import type { DeskWords } from './words/it.ts'

/** What a clerk has typed so far. */
export interface Registration {
  kind: DeskRegistration['kind']
  delegator: string
  delegate: string
  services: DelegationService[]
  until: string
  documentKind: DeskRegistration['document']['kind']
  number: string
  issuer: string
  expiresOn: string
  courtName: string
  courtNumber: string
  issuedOn: string
  powers: string
  scan: string
}

export const blank: Registration = {
  kind: 'desk',
  delegator: '',
  delegate: '',
  services: ['BOOKING', 'PAYMENT'],
  until: '',
  documentKind: 'identity-card',
  number: '',
  issuer: '',
  expiresOn: '',
  courtName: '',
  courtNumber: '',
  issuedOn: '',
  powers: '',
  scan: '',
}

const codes = ['delegator', 'delegate'] as const
const always = ['number', 'issuer', 'expiresOn'] as const
const ofCourt = ['courtName', 'courtNumber', 'issuedOn', 'powers'] as const

/** True where a judge decided. */
export const isOrder = ({ kind }: Registration): boolean => kind !== 'desk'

/** What is missing or badly written, in the order of the form. */
export function faultsOf(form: Registration, text: DeskWords['form'], servicesBad: string): FieldProblem[] {
  const required = [...(isOrder(form) ? ofCourt : (['until'] as const)), ...always]
  return [
    ...codes
      .filter((name) => !isFiscalCode(cleanCode(form[name])))
      .map((name) => ({ field: name, message: text.badCode(text[name]) })),
    ...(form.services.length === 0 ? [{ field: 'service-BOOKING', message: servicesBad }] : []),
    ...required
      .filter((name) => !form[name].trim())
      .map((name) => ({ field: name, message: text.missing(text[name]) })),
  ]
}

/** The registration as the server takes it. */
export function wishOf(form: Registration): DeskRegistration {
  return {
    kind: form.kind,
    delegatorCode: cleanCode(form.delegator),
    delegateCode: cleanCode(form.delegate),
    services: form.services,
    ...(form.until && { until: form.until }),
    document: {
      kind: form.documentKind,
      number: form.number.trim(),
      issuer: form.issuer.trim(),
      expiresOn: form.expiresOn,
    },
    ...(isOrder(form) && {
      courtOrder: {
        court: form.courtName.trim(),
        number: form.courtNumber.trim(),
        issuedOn: form.issuedOn,
        powers: form.powers.trim(),
      },
    }),
    ...(form.scan.trim() && { scanReference: form.scan.trim() }),
  }
}
