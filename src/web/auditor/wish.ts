// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { isFiscalCode } from '../../shared/fiscal-code.ts'
import type { AuditSearch } from '../app/contract.ts'
import type { FieldProblem } from '../ui/field.tsx'
import type { AuditorWords } from './words/it.ts'

/** The form as typed. */
export interface Form {
  reason: string
  person: string
  actor: string
  objectId: string
  from: string
  to: string
  who: NonNullable<AuditSearch['who']> | 'any'
  action: NonNullable<AuditSearch['action']> | 'any'
  outcome: NonNullable<AuditSearch['outcome']> | 'any'
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What is wrong with what was typed, field by field. */
export function faultsOf(form: Form, text: AuditorWords['form']): FieldProblem[] {
  const faults: FieldProblem[] = []
  const say = (field: string, message: string) => faults.push({ field, message })
  if (form.reason.trim().length < 10) say('reason', text.reasonMissing)
  if (form.person.trim() && !isFiscalCode(form.person.trim().toUpperCase())) say('person', text.codeWrong)
  if (form.actor.trim() && !isFiscalCode(form.actor.trim().toUpperCase())) say('actor', text.codeWrong)
  if (form.objectId.trim() && !uuid.test(form.objectId.trim())) say('objectId', text.objectWrong)
  const named = [form.person, form.actor, form.objectId].some((one) => one.trim() !== '')
  if (!named && form.outcome !== 'refused') say('person', text.tooWide)
  if (form.from > form.to) say('from', text.periodWrong)
  return faults
}

/** The search as the server takes it. */
export function wishOf(form: Form): AuditSearch {
  const [person, actor, objectId] = [form.person.trim(), form.actor.trim(), form.objectId.trim().toLowerCase()]
  return {
    reason: form.reason.trim(),
    from: form.from,
    to: form.to,
    ...(person && { person }),
    ...(actor && { actor }),
    ...(objectId && { objectId }),
    ...(form.who !== 'any' && { who: form.who }),
    ...(form.action !== 'any' && { action: form.action }),
    ...(form.outcome !== 'any' && { outcome: form.outcome }),
  }
}
