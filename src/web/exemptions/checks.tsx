// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { OwnExemptionCheck } from '../app/contract.ts'
import { euros, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useExemptionWords } from './words.ts'

/** Checks that the person was written to about: the letter, the reply, what is to be paid back. Nothing when there are none. */
export function OwnChecks({ personId }: { personId: string }) {
  const text = useExemptionWords().checks
  const checks = useQuery({
    queryKey: ['own-exemption-checks'],
    queryFn: () => ask(api.GET('/api/v1/exemptions/checks')),
  })
  if (checks.error) return <ProblemAlert error={checks.error} onRetry={() => void checks.refetch()} />
  const own = checks.data?.items.filter(({ patientId }) => patientId === personId) ?? []
  if (own.length === 0) return null
  return (
    <>
      <h2>{text.title}</h2>
      {own.map((one) => (
        <CheckCard key={one.id} check={one} />
      ))}
    </>
  )
}

function CheckCard({ check }: { check: OwnExemptionCheck }) {
  const { language } = useLanguage()
  const text = useExemptionWords().checks
  const [replying, setReplying] = useState(false)
  const over = check.state === 'CONFIRMED' || check.state === 'CLOSED'
  return (
    <Card
      level={3}
      tone={over ? 'plain' : 'marked'}
      title={text.of(check.code)}
      aside={<Badge tone={over ? 'neutral' : 'warning'}>{text.states[check.state]}</Badge>}
    >
      <p>{text.means[check.state]}</p>
      <Facts
        facts={[
          [text.number, check.number],
          check.state === 'NOTIFIED' && check.replyBy && [text.replyBy, longDay(language, check.replyBy)],
          check.undueCents !== null && check.undueCents > 0 && [text.undue, euros(language, check.undueCents)],
        ]}
      />
      {replying ? (
        <ReplyForm check={check} onDone={() => setReplying(false)} />
      ) : (
        <div className="sf-actions">
          {check.mayObject && <Button onClick={() => setReplying(true)}>{text.reply}</Button>}
          {check.paymentId && check.state === 'RECOVERY' && (
            <Link className="btn btn-primary" to={app.payment(check.paymentId)}>
              {text.pay}
            </Link>
          )}
          <a
            className="btn btn-outline-primary"
            href={`/api/v1/exemptions/checks/${check.id}/letter.pdf`}
            target="_blank"
            rel="noreferrer"
          >
            {text.letter} <span className="visually-hidden">({check.number})</span>
          </a>
        </div>
      )}
    </Card>
  )
}

function ReplyForm({ check, onDone }: { check: OwnExemptionCheck; onDone: () => void }) {
  const { words: general } = useLanguage()
  const text = useExemptionWords().checks
  const queries = useQueryClient()
  const [reply, setReply] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/exemptions/checks/{id}/objection', {
          params: { path: { id: check.id } },
          body: { text: reply.trim() },
        }),
      ),
    onSuccess: (after) => {
      queries.setQueryData(['own-exemption-checks'], after)
      onDone()
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const wrong = reply.trim() === '' ? [{ field: 'reply', message: text.missing }] : []
    setProblems(wrong)
    if (wrong.length === 0) send.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Field
        id="reply"
        label={text.replyLabel}
        hint={text.replyHint}
        rows={5}
        maxLength={2000}
        value={reply}
        error={problemOf(problems, 'reply')}
        onChange={setReply}
      />
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={send.isPending} pendingText={general.ui.sending}>
          {text.send}
        </Button>
        <Button look="outline-primary" onClick={onDone}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}
