// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import type { Exemption } from '../app/contract.ts'
import { longDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { OwnChecks } from './checks.tsx'
import { exemptionsQuery } from './queries.ts'
import { useExemptionWords } from './words.ts'

const live = new Set<Exemption['state']>(['ACTIVE', 'CERTIFIED', 'SUSPENDED', 'SUBMITTED'])

/** The exemptions of the person one acts for: those in force with their certificate, and those that have ended. */
export function Exemptions() {
  const { words: general } = useLanguage()
  const words = useExemptionWords()
  const { person } = useActing()
  const exemptions = useQuery(exemptionsQuery(person.personId))
  const items = exemptions.data?.items ?? []
  // What holds today first, then what begins later.
  const current = items
    .filter((one) => live.has(one.state))
    .toSorted((a, b) => Number(a.from > today()) - Number(b.from > today()))
  const past = items.filter((one) => !live.has(one.state))
  const exempt = exemptions.data?.fullyExempt.includes(person.personId)
  return (
    <Page title={words.title} lead={words.lead} crumbs={[{ to: app.home, label: general.nav.home }]} narrow>
      {exemptions.isPending && <Skeleton lines={5} />}
      {exemptions.error && <ProblemAlert error={exemptions.error} onRetry={() => void exemptions.refetch()} />}
      {exemptions.data && (
        <>
          {exempt ? (
            <Alert tone="info" title={words.fullyExempt}>
              <p>{words.fullyExemptText}</p>
            </Alert>
          ) : (
            <p className="sf-actions">
              <ButtonLink to={app.checkExemptions}>{words.check}</ButtonLink>
              <ButtonLink to={app.declareExemption} look="outline-primary">
                {words.declare}
              </ButtonLink>
            </p>
          )}
          <OwnChecks personId={person.personId} />
          <h2>{words.current}</h2>
          {current.length === 0 && <p>{words.none}</p>}
          {current.map((one) => (
            <ExemptionCard key={one.id} exemption={one} />
          ))}
          {past.length > 0 && (
            <details className="sf-past" open={past.some((one) => one.mayRenew)}>
              <summary>{`${words.past} (${past.length})`}</summary>
              {past.map((one) => (
                <ExemptionCard key={one.id} exemption={one} />
              ))}
            </details>
          )}
        </>
      )}
    </Page>
  )
}

function ExemptionCard(props: { exemption: Exemption }) {
  const { language } = useLanguage()
  const words = useExemptionWords()
  const one = props.exemption
  const isLive = live.has(one.state)
  const future = isLive && one.from > today()
  return (
    <Card
      level={3}
      title={`${one.code} – ${one.name}`}
      aside={
        <Badge tone={isLive ? (future ? 'info' : 'success') : 'neutral'}>
          {future ? words.future(longDay(language, one.from)) : words.states[one.state]}
        </Badge>
      }
    >
      <Facts
        facts={[
          [words.from, longDay(language, one.from)],
          [words.until, one.until ? longDay(language, one.until) : words.noEnd],
          [words.origin, words.origins[one.origin]],
          one.protocol && [words.protocol, one.protocol],
        ]}
      />
      <div className="sf-actions">
        {one.mayRenew && (
          <ButtonLink to={app.renewExemption(one.id)}>
            {words.renew} <span className="visually-hidden">{words.of(one.code)}</span>
          </ButtonLink>
        )}
        {one.protocol && isLive && (
          <a
            className="btn btn-outline-primary"
            href={`/api/v1/exemptions/${one.id}/certificate.pdf`}
            target="_blank"
            rel="noreferrer"
          >
            {words.certificate} <span className="visually-hidden">{words.of(one.code)}</span>
          </a>
        )}
      </div>
      {one.ownDeclaration && (
        <p>
          <a href={`/api/v1/exemptions/${one.id}/declaration.pdf`} target="_blank" rel="noreferrer">
            {words.declaration} <span className="visually-hidden">{words.of(one.code)}</span>
          </a>
        </p>
      )}
      {one.mayCease && (
        <p>
          <Link to={app.ceaseExemption(one.id)}>
            {words.cease} <span className="visually-hidden">{words.of(one.code)}</span>
          </Link>
        </p>
      )}
    </Card>
  )
}
