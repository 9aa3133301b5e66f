// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Problem } from '../app/api.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Alert } from './alert.tsx'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** What happened, whether something was lost, what to do now, whom to call. */
export function ProblemAlert(props: { error: unknown; lost?: string; onRetry?: () => void }) {
  const { language, words } = useLanguage()
  const problem = props.error instanceof Problem ? props.error : new Problem({}, 500)
  const own = words.problem.of(problem.code, problem.status)
  const expected = problem.status > 0 && problem.status < 500
  return (
    <Alert tone="danger" live title={problem.title || own.title}>
      <p>{problem.detail ?? own.next}</p>
      <p>{props.lost ?? words.problem.nothingLost}</p>
      {props.onRetry && (
        <p>
          <Button look="outline-primary" icon="refresh" onClick={props.onRetry}>
            {words.problem.retry}
          </Button>
        </p>
      )}
      {!expected && (
        <p className="sf-phone">
          <Icon name="telephone" />
          <span>
            {words.problem.call}{' '}
            <a href={`tel:${region.bookingCentre.telephone.replaceAll(' ', '')}`}>{region.bookingCentre.telephone}</a> (
            {region.bookingCentre.hours[language]})
          </span>
        </p>
      )}
      {problem.instance && (
        <p className="form-text">
          {words.problem.reference} <code>{problem.instance.replace('urn:uuid:', '')}</code>
        </p>
      )}
    </Alert>
  )
}
