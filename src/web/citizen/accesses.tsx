// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { app, publicAddresses } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Access } from '../app/contract.ts'
import { ageInYears, clock, dayOf, longDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, FileLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'

type Who = Access['who']['kind']
type Period = 'month' | 'quarter' | 'year' | 'chosen'
const lengths: Record<Exclude<Period, 'chosen'>, number> = { month: 30, quarter: 90, year: 365 }
const whoKinds: readonly Who[] = ['professional', 'delegate', 'self', 'partner', 'automatic']

const daysAgo = (days: number) => dayOf(new Date(Date.now() - days * 86_400_000).toISOString())

/** Who read or changed the data of the person one acts for: oneself or a minor child. */
export function Accesses() {
  const { words } = useLanguage()
  const text = words.accesses
  const { person } = useActing()
  const grownUp = person.relation !== 'self' && ageInYears(person.birthDate) >= 18
  const title = person.relation === 'self' ? text.title : text.titleFor(`${person.givenName} ${person.familyName}`)
  return (
    <Page title={title} documentTitle={text.title} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      {grownUp ? (
        <Alert tone="info" title={text.notYours}>
          <p>{text.notYoursText}</p>
        </Alert>
      ) : (
        <List key={person.personId} personId={person.personId} />
      )}
    </Page>
  )
}

function List(props: { personId: string }) {
  const { words } = useLanguage()
  const text = words.accesses
  const [period, setPeriod] = useState<Period>('quarter')
  const [days, setDays] = useState({ from: daysAgo(90), to: today() })
  const [who, setWho] = useState<Who | 'everybody'>('everybody')
  const query = { ...days, ...(who !== 'everybody' && { who }) }
  const path = { id: props.personId }
  const accesses = useInfiniteQuery({
    queryKey: ['accesses', props.personId, query],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/people/{id}/accesses', {
          params: { path, query: { ...query, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  const all = accesses.data?.pages.flatMap((page) => page.items) ?? []

  function choose(next: Period) {
    setPeriod(next)
    if (next !== 'chosen') setDays({ from: daysAgo(lengths[next]), to: today() })
  }
  return (
    <>
      <p>{text.intro}</p>
      <div className="sf-filter-row sf-no-print">
        <Select
          label={text.period}
          value={period}
          choices={(['month', 'quarter', 'year', 'chosen'] as const).map((value) => ({
            value,
            label: text.periods[value],
          }))}
          onChange={choose}
        />
        <Select
          label={text.whoLabel}
          value={who}
          choices={[
            { value: 'everybody' as const, label: text.everybody },
            ...whoKinds.map((value) => ({ value, label: text.who[value] })),
          ]}
          onChange={setWho}
        />
      </div>
      {period === 'chosen' && (
        <div className="sf-filter-row sf-no-print">
          {(['from', 'to'] as const).map((end) => (
            <Field
              key={end}
              id={end}
              type="date"
              label={text[end]}
              value={days[end]}
              onChange={(day) => day && setDays((before) => ({ ...before, [end]: day }))}
            />
          ))}
        </div>
      )}
      {accesses.isPending && <Skeleton lines={6} />}
      {accesses.error && <ProblemAlert error={accesses.error} onRetry={() => void accesses.refetch()} />}
      {accesses.data && all.length === 0 && (
        <div className="sf-empty">
          <p role="status">{text.none}</p>
        </div>
      )}
      <ByDay accesses={all} />
      <Pager
        shown={all.length}
        more={accesses.hasNextPage}
        pending={accesses.isFetchingNextPage}
        onMore={() => void accesses.fetchNextPage()}
      />
      {all.length > 0 && (
        <div className="sf-actions">
          <FileLink href={`/api/v1/people/${props.personId}/accesses/export?${new URLSearchParams(query).toString()}`}>
            {text.download}
          </FileLink>
          <Button look="outline-primary" icon="print" onClick={() => window.print()}>
            {text.print}
          </Button>
        </div>
      )}
      <NotRecognised />
    </>
  )
}

function NotRecognised() {
  const { language, words } = useLanguage()
  const text = words.accesses
  return (
    <section className="sf-no-print">
      <h2>{text.unknown}</h2>
      <p>{text.unknownText}</p>
      <p>
        <Link to={publicAddresses.fault[language]}>{text.write}</Link>
      </p>
      <p>
        <Link to={app.sessions}>{text.sessions}</Link>
      </p>
    </section>
  )
}

/** The accesses under the day (in Italy) they happened. */
function ByDay(props: { accesses: readonly Access[] }) {
  const { language } = useLanguage()
  const days = [...new Set(props.accesses.map((one) => dayOf(one.at)))]
  return days.map((day) => (
    <section key={day}>
      <h2 className="h5">{longDay(language, day)}</h2>
      <ul className="sf-accesses">
        {props.accesses
          .filter((one) => dayOf(one.at) === day)
          .map((one) => (
            <OneAccess key={one.id} access={one} />
          ))}
      </ul>
    </section>
  ))
}

function OneAccess(props: { access: Access }) {
  const { language, words } = useLanguage()
  const text = words.accesses
  const { person } = useActing()
  const { access } = props
  const { you, name, role, organisation } = access.who
  const who = [you ? text.you : name, role, organisation].filter(Boolean).join(', ')
  return (
    <li>
      <time dateTime={access.at}>{clock(language, access.at)}</time>
      <div>
        <strong>{who}</strong>
        {access.onBehalf && <> ({person.relation === 'self' ? text.forYou : text.forChild})</>}
        {access.outcome === 'refused' && (
          <>
            {' '}
            <Badge tone="warning">{text.refused}</Badge>
          </>
        )}
        <br />
        {access.what}
        <small className="form-text">{text.why(access.why)}</small>
        {access.reason && <small className="form-text">{text.reason(access.reason)}</small>}
      </div>
    </li>
  )
}
