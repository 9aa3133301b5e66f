// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { DelegationDetail } from '../app/contract.ts'
import { clock, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { FileLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { StateBadge, useOtherName, useServiceNames } from './delegation-card.tsx'
import { Actions } from './delegation-actions.tsx'
import { delegationQuery } from './queries.ts'

/** One delegation: what it says, what can be done with it, what was done with it, what happened to it. */
export function DelegationPage() {
  const { words } = useLanguage()
  const text = words.delegations
  const { delegationId = '' } = useParams()
  const delegation = useQuery(delegationQuery(delegationId))
  const name = useOtherName()
  return (
    <Page
      title={delegation.data ? name(delegation.data) : text.details}
      documentTitle={text.details}
      crumbs={[
        { to: app.home, label: words.nav.home },
        { to: app.delegations, label: text.title },
      ]}
      narrow
    >
      {delegation.isPending && <Skeleton lines={6} />}
      {delegation.error && <ProblemAlert error={delegation.error} onRetry={() => void delegation.refetch()} />}
      {delegation.data && <Shown key={delegation.data.id} delegation={delegation.data} />}
    </Page>
  )
}

const withPaper = new Set<DelegationDetail['state']>(['active', 'suspended', 'expired', 'revoked', 'ceased-majority'])

function Shown(props: { delegation: DelegationDetail }) {
  const { language, words } = useLanguage()
  const text = words.delegations
  const { delegation } = props
  const names = useServiceNames()
  const mine = delegation.side === 'delegator'
  return (
    <>
      {delegation.state === 'pending' && <Waiting delegation={delegation} />}
      <Card
        title={delegation.state === 'active' ? (mine ? text.youDelegate : text.youAct) : text.details}
        aside={<StateBadge state={delegation.state} />}
        tone={delegation.state === 'active' ? 'marked' : 'plain'}
      >
        {delegation.state in text.meanings && <p>{text.meanings[delegation.state as keyof typeof text.meanings]}</p>}
        <Facts
          facts={[
            [text.kind, text.kinds[delegation.kind]],
            [text.for, names(delegation.services)],
            [text.from, longDay(language, delegation.from)],
            [text.until, delegation.until ? longDay(language, delegation.until) : text.noEnd],
            delegation.answerBy && [text.answerBy, longDay(language, delegation.answerBy)],
            delegation.office && [
              text.office,
              <span key="office" lang="it">
                {delegation.office}
              </span>,
            ],
            delegation.powers && [
              text.powers,
              <span key="powers" lang="it">
                {delegation.powers}
              </span>,
            ],
          ]}
        />
        {delegation.other.name && withPaper.has(delegation.state) && (
          <FileLink href={`/api/v1/delegations/${delegation.id}/document.pdf`} icon="file-pdf">
            {text.print}
          </FileLink>
        )}
      </Card>
      <Actions delegation={delegation} />
      {mine && delegation.other.name && delegation.state !== 'pending' && <Acts id={delegation.id} />}
      <History delegation={delegation} />
    </>
  )
}

/** A delegation nobody has answered: whose turn it is. */
function Waiting(props: { delegation: DelegationDetail }) {
  const text = useLanguage().words.delegations
  const { delegation } = props
  const name = useOtherName()(delegation)
  if (delegation.kind !== 'voluntary') return <Alert tone="info" title={text.waitingDesk} />
  if (!delegation.steps.includes('accept')) return <Alert tone="info" title={text.waitingOther} />
  const offered = delegation.side === 'delegate'
  return (
    <Alert tone="warning" title={offered ? text.offerTitle(name) : text.requestTitle(name)}>
      <p>{offered ? text.offerText : text.requestText}</p>
    </Alert>
  )
}

/** What the delegate did in the name of the delegator. */
function Acts(props: { id: string }) {
  const { language, words } = useLanguage()
  const text = words.delegations
  const acts = useInfiniteQuery({
    queryKey: ['delegation-acts', props.id],
    queryFn: ({ pageParam }) =>
      ask(
        api.GET('/api/v1/delegations/{id}/acts', {
          params: { path: { id: props.id }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
  const items = acts.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <h2>{text.acts}</h2>
      {acts.isPending && <Skeleton lines={2} />}
      {acts.error && <ProblemAlert error={acts.error} onRetry={() => void acts.refetch()} />}
      {acts.data && items.length === 0 && <p>{text.noActs}</p>}
      {items.length > 0 && (
        <ul>
          {items.map((one) => (
            <li key={one.id}>
              {one.what}, {text.why(one.why)}
              <br />
              <small className="form-text">
                {longDay(language, one.at)}, {clock(language, one.at)}
              </small>
            </li>
          ))}
        </ul>
      )}
      <Pager
        shown={items.length}
        more={acts.hasNextPage}
        pending={acts.isFetchingNextPage}
        onMore={() => void acts.fetchNextPage()}
      />
    </>
  )
}

function History(props: { delegation: DelegationDetail }) {
  const { language, words } = useLanguage()
  const text = words.delegations
  return (
    <>
      <h2>{text.history}</h2>
      <ol>
        {props.delegation.history.map((change) => (
          <li key={`${change.at} ${change.to}`}>
            {text.hands[change.by]}: {text.became[change.to]}
            {change.reason && <> – «{change.reason}»</>}
            <br />
            <small className="form-text">
              {longDay(language, change.at)}, {clock(language, change.at)}
            </small>
          </li>
        ))}
      </ol>
    </>
  )
}
