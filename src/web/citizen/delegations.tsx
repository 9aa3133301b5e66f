// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { app } from '../app/addresses.ts'
import type { Delegation, Delegations as Answer } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Badge, Card } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { DelegationCard } from './delegation-card.tsx'
import { delegationsQuery } from './queries.ts'

/** Whom I delegated, who delegated me, my children and wards: always about the person who signed in. */
export function Delegations() {
  const { words } = useLanguage()
  const text = words.delegations
  const delegations = useQuery(delegationsQuery())
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      {delegations.isPending && <Skeleton lines={6} />}
      {delegations.error && <ProblemAlert error={delegations.error} onRetry={() => void delegations.refetch()} />}
      {delegations.data && <Lists {...delegations.data} />}
    </Page>
  )
}

const live = new Set<Delegation['state']>(['pending', 'active', 'suspended'])
const waitsForMe = (one: Delegation) => one.steps.includes('accept')

function Lists({ given, received, minors, rules, ofAge }: Answer) {
  const { language, words } = useLanguage()
  const text = words.delegations
  const everything = [...given, ...received]
  const waiting = everything.filter(waitsForMe)
  const past = everything.filter((one) => !live.has(one.state))
  const current = (list: readonly Delegation[]) => list.filter((one) => live.has(one.state) && !waitsForMe(one))
  return (
    <>
      {waiting.length > 0 && <Section title={text.waiting} list={waiting} />}
      {!ofAge && <Alert tone="info" title={text.minor} />}
      {ofAge && rules.delegates >= rules.mostDelegates && <Alert tone="info" title={text.full(rules.mostDelegates)} />}
      {ofAge && (
        <p className="sf-actions">
          {rules.delegates < rules.mostDelegates && <ButtonLink to={app.delegate}>{text.give}</ButtonLink>}
          <ButtonLink to={app.askDelegation} look="outline-primary">
            {text.ask}
          </ButtonLink>
        </p>
      )}
      <Section title={text.given} list={current(given)} none={text.noneGiven}>
        {rules.delegates > 0 && <p>{text.room(rules.delegates, rules.mostDelegates)}</p>}
      </Section>
      <Section title={text.received} list={current(received)} none={text.noneReceived} />
      <h2>{text.minors}</h2>
      <p>{minors.length === 0 ? text.noMinors : text.minorsText}</p>
      {minors.map((one) => (
        <Card
          key={`${one.familyName} ${one.givenName} ${one.birthDate}`}
          level={3}
          title={`${one.givenName} ${one.familyName}`}
          aside={<Badge tone="info">{text.relation[one.relation]}</Badge>}
        >
          <p>{text.parentUntil(longDay(language, one.until))}</p>
        </Card>
      ))}
      {past.length > 0 && (
        <details className="sf-past">
          <summary>{`${text.past} (${past.length})`}</summary>
          {past.map((one) => (
            <DelegationCard key={one.id} delegation={one} />
          ))}
        </details>
      )}
    </>
  )
}

function Section(props: { title: string; list: readonly Delegation[]; none?: string; children?: ReactNode }) {
  return (
    <>
      <h2>{props.title}</h2>
      {props.children}
      {props.list.length === 0 && <p>{props.none}</p>}
      {props.list.map((one) => (
        <DelegationCard key={one.id} delegation={one} />
      ))}
    </>
  )
}
