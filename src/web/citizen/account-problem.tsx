// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Problem } from '../app/api.ts'
import type { FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'

/** What a refusal says about the fields of a form; empty when it is about no field of it. */
export function fieldProblems(error: unknown, fields: readonly string[]): FieldProblem[] {
  if (!(error instanceof Problem)) return []
  const field = error.members['field']
  if (typeof field !== 'string' || !fields.includes(field)) return []
  return [{ field, message: [error.title, error.detail].filter(Boolean).join(' ') }]
}

/** A refusal that is about no field of the form. */
export function AccountProblem(props: { error: unknown; fields: readonly string[] }) {
  return fieldProblems(props.error, props.fields).length > 0 ? null : <ProblemAlert error={props.error} />
}
