// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMemo, useState } from 'react'
import { Problem } from '../app/api.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Alert } from './alert.tsx'
import { Button } from './button.tsx'
import type { FieldProblem } from './field.tsx'
import { Icon } from './icon.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { Telephone } from './telephone.tsx'

/** Refusals that signing in again, fresher or stronger, takes away. */
const stronger: ReadonlySet<string> = new Set(['access/step-up-required', 'access/level-too-low'])

/**
 * What happened, whether something was lost, what to do now, whom to call. Who signed in again for it reads that she can go on.
 * `lost` says what became of what was typed or chosen; pages that only show something (`onRetry`) have nothing to lose.
 */
export function ProblemAlert(props: { error: unknown; lost?: string; onRetry?: () => void }) {
  const { language, words } = useLanguage()
  const [solved, setSolved] = useState<unknown>()
  const problem = props.error instanceof Problem ? props.error : new Problem({}, 500)
  const own = words.problem.of(problem.code, problem.status)
  const { status } = problem
  const ours = status === 0 || status >= 500
  const missing = problem.code === 'platform/not-found'
  const again = status === 401 || stronger.has(problem.code)
  const saysKept = problem.code === 'access/step-up-required'
  const lost = props.lost ?? (props.onRetry || saysKept ? undefined : words.problem.nothingLost)
  if (solved !== undefined && solved === props.error && !props.onRetry)
    return (
      <Alert tone="success" live title={words.session.confirmed}>
        <p>{words.session.pressAgain}</p>
      </Alert>
    )
  return (
    <Alert tone={again ? 'warning' : 'danger'} live stops title={missing ? own.title : problem.title || own.title}>
      <p>{(missing ? undefined : problem.detail) ?? own.next}</p>
      {lost && <p>{lost}</p>}
      {again && (
        <>
          <p>{words.session.thenBack}</p>
          <SignInAgain stepUp={stronger.has(problem.code)} onDone={() => setSolved(props.error)} />
        </>
      )}
      {props.onRetry && !missing && status !== 401 && (
        <p>
          <Button look="outline-primary" icon="refresh" onClick={props.onRetry}>
            {words.problem.retry}
          </Button>
        </p>
      )}
      {ours && (
        <p className="sf-phone">
          <Icon name="telephone" />
          <span>
            {words.problem.call} <Telephone number={region.bookingCentre.telephone} /> (
            {region.bookingCentre.hours[language]})
          </span>
        </p>
      )}
      {problem.instance && !missing && !again && (
        <p className="form-text">
          {words.problem.reference} <code>{problem.instance.replace('urn:uuid:', '')}</code>
        </p>
      )}
    </Alert>
  )
}

function fieldProblems(error: unknown, fields: readonly string[]): FieldProblem[] {
  if (!(error instanceof Problem)) return []
  const field = error.members['field']
  if (typeof field !== 'string' || !fields.includes(field)) return []
  return [{ field, message: [error.title, error.detail].filter(Boolean).join(' ') }]
}

/**
 * What a refusal says about the fields of a form; empty when it is about no field of it. The same list for the same
 * refusal, so that the summary takes the focus once and not while one types.
 */
export function useFieldProblems(error: unknown, fields: readonly string[]): readonly FieldProblem[] {
  return useMemo(() => fieldProblems(error, fields), [error, fields])
}

/** A refusal that is about no field of the form. */
export function FormProblem(props: { error: unknown; fields: readonly string[] }) {
  return fieldProblems(props.error, props.fields).length > 0 ? null : <ProblemAlert error={props.error} />
}
