// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { AccessAlert } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { AccessTable } from './results.tsx'
import { useAuditorWords } from './words.ts'

/** One alert: what was found, the accesses it is about, and its examination. */
export function AlertCard(props: { alert: AccessAlert }) {
  const { language } = useLanguage()
  const text = useAuditorWords().alerts
  const { alert } = props
  const [shown, setShown] = useState(false)
  const [examining, setExamining] = useState(false)
  const { who, examined } = alert
  return (
    <Card
      title={text.kind[alert.kind]}
      aside={<Badge tone={alert.state === 'open' ? 'warning' : 'success'}>{text.state[alert.state]}</Badge>}
    >
      <Facts
        facts={[
          [text.who, [who.name, who.role, who.organisation].filter(Boolean).join(', ')],
          [text.when, text.period(dayAndTime(language, alert.from), dayAndTime(language, alert.to))],
          [text.counted, text.count(alert.kind, alert.seen, alert.most)],
          [text.opened, `${dayAndTime(language, alert.openedAt)}. ${alert.told ? text.told : text.notTold}`],
          examined !== null && [text.examinedBy, `${examined.by}, ${dayAndTime(language, examined.at)}`],
          examined !== null && [text.note, examined.note],
        ]}
      />
      {who.you && <p>{text.aboutYou}</p>}
      <div className="sf-actions">
        {alert.state === 'open' && !who.you && (
          <Button onClick={() => setExamining(true)}>
            {text.examine}
            <span className="visually-hidden">: {who.name}</span>
          </Button>
        )}
        {!shown && (
          <Button look="outline-primary" onClick={() => setShown(true)}>
            {text.show}
            <span className="visually-hidden">: {who.name}</span>
          </Button>
        )}
      </div>
      {shown && <AlertAccesses id={alert.id} />}
      <Dialog open={examining} title={text.examine} onClose={() => setExamining(false)}>
        <ExaminationForm alert={alert} onDone={() => setExamining(false)} />
      </Dialog>
    </Card>
  )
}

function AlertAccesses(props: { id: string }) {
  const words = useAuditorWords()
  const accesses = useQuery({
    queryKey: ['alert-accesses', props.id],
    queryFn: () => ask(api.GET('/api/v1/audit/alerts/{id}/accesses', { params: { path: { id: props.id } } })),
  })
  if (accesses.error) return <ProblemAlert error={accesses.error} onRetry={() => void accesses.refetch()} />
  if (!accesses.data) return <Skeleton lines={4} />
  const { items, more } = accesses.data
  return (
    <>
      <p role="status">{items.length === 0 ? words.results.none : words.results.found(items.length, more)}</p>
      {items.length > 0 && <AccessTable caption={words.alerts.accesses} rows={items} />}
      {more && <p>{words.alerts.more}</p>}
    </>
  )
}

const shortest = 10

function ExaminationForm(props: { alert: AccessAlert; onDone: () => void }) {
  const text = useAuditorWords().alerts
  const queries = useQueryClient()
  const toast = useToast()
  const [note, setNote] = useState('')
  const [short, setShort] = useState(false)
  const examine = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/audit/alerts/{id}/examination', {
          params: { path: { id: props.alert.id } },
          body: { note: note.trim() },
        }),
      ),
    onSuccess: () => {
      toast({ text: text.done })
      props.onDone()
      return queries.invalidateQueries({ queryKey: ['access-alerts'] })
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const wrong = note.trim().length < shortest
    setShort(wrong)
    if (!wrong) examine.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Field
        id="note"
        label={text.noteLabel}
        hint={text.noteHint}
        error={short ? text.noteMissing : undefined}
        rows={4}
        maxLength={1000}
        value={note}
        onChange={setNote}
      />
      {examine.error && <ProblemAlert error={examine.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={examine.isPending}>
          {text.close}
        </Button>
        <Button look="outline-primary" onClick={props.onDone}>
          {text.notNow}
        </Button>
      </div>
    </form>
  )
}
