// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Message } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { messagesQuery } from './queries.ts'

/** Messages of the service. Opening one marks it as read. */
export function Messages() {
  const { words } = useLanguage()
  const text = words.messages
  const messages = useInfiniteQuery(messagesQuery())
  const all = messages.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={text.title} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      {messages.isPending && <Skeleton lines={3} />}
      {messages.error && <ProblemAlert error={messages.error} onRetry={() => void messages.refetch()} />}
      {messages.data && all.length === 0 && (
        <div className="sf-empty">
          <p>{text.none}</p>
          <ButtonLink to={app.book}>{words.site.home.start}</ButtonLink>
        </div>
      )}
      {all.map((one) => (
        <OneMessage key={one.id} message={one} />
      ))}
      <Pager
        shown={all.length}
        more={messages.hasNextPage}
        pending={messages.isFetchingNextPage}
        onMore={() => void messages.fetchNextPage()}
      />
    </Page>
  )
}

function OneMessage(props: { message: Message }) {
  const { language, words } = useLanguage()
  const text = words.messages
  const { message } = props
  const queries = useQueryClient()
  const read = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/messages/{id}/read', { params: { path: { id: message.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['messages'] }),
  })
  return (
    <details
      className="sf-details sf-message"
      onToggle={(event) => {
        if (event.currentTarget.open && message.readAt === null && read.isIdle) read.mutate()
      }}
    >
      <summary>
        <span>{message.subject}</span> {message.readAt === null && <Badge tone="info">{text.unread}</Badge>}
        <small className="form-text">{text.sent(dayAndTime(language, message.sentAt))}</small>
      </summary>
      <div>
        {message.body.split('\n\n').map((line, index) => (
          <p key={index}>{line}</p>
        ))}
        <p>
          <Link to={message.action.path}>{message.action.label}</Link>
        </p>
        {read.error && <ProblemAlert error={read.error} />}
      </div>
    </details>
  )
}
