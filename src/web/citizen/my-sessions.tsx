// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { OpenSession } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'

/** Where the person is signed in, and a way to end it. */
export function MySessions() {
  const { words } = useLanguage()
  const text = words.sessions
  const queries = useQueryClient()
  const toast = useToast()
  const [asked, setAsked] = useState<OpenSession | 'others'>()
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => ask(api.GET('/api/v1/sessions')) })
  const end = useMutation({
    mutationFn: async (which: OpenSession | 'others') => {
      if (which === 'others') return text.endedAll((await ask(api.DELETE('/api/v1/sessions'))).ended)
      await ask(api.DELETE('/api/v1/sessions/{id}', { params: { path: { id: which.id } } }))
      return text.ended
    },
    onSuccess: (said) => {
      setAsked(undefined)
      toast({ text: said })
      return queries.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  const all = sessions.data ?? []
  const crumbs = [
    { to: app.home, label: words.nav.home },
    { to: app.profile, label: words.nav.profile },
  ]
  return (
    <Page title={text.title} crumbs={crumbs} narrow>
      <p>{text.intro}</p>
      {sessions.isPending && <Skeleton lines={4} />}
      {sessions.error && <ProblemAlert error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {all.map((one) => (
        <OneSession key={one.id} session={one} onEnd={() => setAsked(one)} />
      ))}
      {all.length > 1 && (
        <p>
          <Button look="outline-danger" onClick={() => setAsked('others')}>
            {text.endAll}
          </Button>
        </p>
      )}
      <p>
        <Link to={app.accesses}>{text.accesses}</Link>
      </p>
      <Dialog
        open={asked !== undefined}
        title={asked === 'others' ? text.sureAll : text.sure}
        onClose={() => {
          setAsked(undefined)
          end.reset()
        }}
      >
        {asked && asked !== 'others' && <p>{text.device(asked.browser, asked.system)}</p>}
        <p>{text.effect}</p>
        {end.error && <ProblemAlert error={end.error} />}
        <div className="sf-actions">
          <Button look="danger" pending={end.isPending} onClick={() => asked && end.mutate(asked)}>
            {asked === 'others' ? text.endAll : text.end}
          </Button>
          <Button look="outline-primary" onClick={() => setAsked(undefined)}>
            {text.keep}
          </Button>
        </div>
      </Dialog>
    </Page>
  )
}

function OneSession(props: { session: OpenSession; onEnd: () => void }) {
  const { language, words } = useLanguage()
  const text = words.sessions
  const { session } = props
  const device = text.device(session.browser, session.system)
  return (
    <Card title={device} aside={session.current && <Badge tone="success">{text.current}</Badge>}>
      <Facts
        facts={[
          [text.opened, dayAndTime(language, session.openedAt)],
          [text.seen, dayAndTime(language, session.lastSeenAt)],
          [text.with, text.method(session.method, session.level, session.professional)],
          session.address !== null && [text.address, session.address],
        ]}
      />
      {!session.current && (
        <Button look="outline-danger" onClick={props.onEnd}>
          {text.end}
          <span className="visually-hidden">: {device}</span>
        </Button>
      )}
    </Card>
  )
}
