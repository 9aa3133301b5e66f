// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLocation } from 'react-router'
import { Problem } from '../app/api.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import type { FieldProblem } from '../ui/field.tsx'
import { signInAddress } from '../ui/header.tsx'
import { ProblemAlert } from '../ui/problem.tsx'

const stronger = new Set(['access/step-up-required', 'access/level-too-low'])

/** What a refusal says about the fields of a form; empty when it is about no field of it. */
export function fieldProblems(error: unknown, fields: readonly string[]): FieldProblem[] {
  if (!(error instanceof Problem)) return []
  const field = error.members['field']
  if (typeof field !== 'string' || !fields.includes(field)) return []
  return [{ field, message: [error.title, error.detail].filter(Boolean).join(' ') }]
}

/** A refusal; one that asks for a stronger or fresher identity comes with the way there and back. */
export function AccountProblem(props: { error: unknown; fields?: readonly string[] }) {
  const { language, words } = useLanguage()
  const { pathname } = useLocation()
  const text = words.account
  if (props.error instanceof Problem && stronger.has(props.error.code))
    return (
      <Alert tone="warning" live title={text.stepUp}>
        <p>{text.stepUpText}</p>
        <p>
          <a className="btn btn-primary" href={signInAddress(language, pathname)}>
            {text.stepUpGo}
          </a>
        </p>
      </Alert>
    )
  if (fieldProblems(props.error, props.fields ?? []).length > 0) return null
  return <ProblemAlert error={props.error} />
}
