// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { DeskRow } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { StateBadge } from '../citizen/delegation-card.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useToast } from '../ui/toast.tsx'
import { Register } from './register.tsx'
import { useDeskWords } from './words.ts'

/** Clerks register delegations, complete drafts, verify orders of a judge and end what their organisation registered. */
export function DeskDelegations() {
  const text = useDeskWords()
  return (
    <ProfessionalPage title={text.title} lead={text.lead}>
      <Desk />
    </ProfessionalPage>
  )
}

const listQuery = (which: 'waiting' | 'running') => ({
  queryKey: ['desk-delegations', which],
  queryFn: () => ask(api.GET('/api/v1/desk/delegations', { params: { query: { which } } })),
})

function Desk() {
  const text = useDeskWords()
  const waiting = useQuery(listQuery('waiting'))
  const running = useQuery(listQuery('running'))
  if (waiting.error instanceof Problem && waiting.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={text.wrongRole.title}>
        <p>{text.wrongRole.next}</p>
        <ButtonLink to={app.staff}>{text.wrongRole.choose}</ButtonLink>
      </Alert>
    )
  return (
    <>
      {(
        [
          [text.waiting, text.noneWaiting, waiting],
          [text.running, text.noneRunning, running],
        ] as const
      ).map(([title, none, list]) => (
        <section key={title}>
          <h2>{title}</h2>
          {list.isPending && <Skeleton lines={3} />}
          {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
          {list.data && (list.data.items.length === 0 ? <p>{none}</p> : <Rows title={title} rows={list.data.items} />)}
        </section>
      ))}
      <div className="sf-narrow">
        <Register />
      </div>
    </>
  )
}

type Act = { row: DeskRow; step: DeskRow['steps'][number] | 'scan' }

function Rows(props: { title: string; rows: readonly DeskRow[] }) {
  const { language, words } = useLanguage()
  const text = useDeskWords()
  const [act, setAct] = useState<Act>()
  const title = act && (act.step === 'scan' ? text.addScan : text.asks[act.step])
  return (
    <>
      <Table
        caption={props.title}
        rows={props.rows}
        id={(row) => row.id}
        columns={[
          { title: text.columns.who, cell: (row) => row.delegator },
          { title: text.columns.delegate, cell: (row) => row.delegate },
          { title: text.columns.kind, cell: (row) => words.delegations.kinds[row.kind] },
          {
            title: text.columns.state,
            cell: (row) =>
              row.state === 'pending' ? (
                <Badge tone="warning">{text.toVerify}</Badge>
              ) : (
                <StateBadge state={row.state} />
              ),
          },
          {
            title: text.columns.until,
            cell: (row) => (row.until ? shortDay(language, row.until) : words.delegations.noEnd),
          },
          { title: text.columns.act, cell: (row) => <Acts row={row} onAct={setAct} /> },
        ]}
      />
      <Dialog open={act !== undefined} title={title ?? ''} onClose={() => setAct(undefined)}>
        {act && <Confirm act={act} onClose={() => setAct(undefined)} />}
      </Dialog>
    </>
  )
}

function Acts({ row, onAct }: { row: DeskRow; onAct: (act: Act) => void }) {
  const text = useDeskWords()
  const mine = row.state === 'pending' && row.registeredByMe
  const steps = row.steps.filter((step) => step !== 'accept' || !mine)
  return (
    <>
      {mine && <p>{text.someoneElse}</p>}
      {row.state === 'draft' && (
        <Button look="link" onClick={() => onAct({ row, step: 'scan' })}>
          {text.addScan} <span className="visually-hidden">({row.delegator})</span>
        </Button>
      )}
      {steps.map((step) => (
        <Button key={step} look="link" onClick={() => onAct({ row, step })}>
          {text.steps[step]} <span className="visually-hidden">({row.delegator})</span>
        </Button>
      ))}
    </>
  )
}

function Confirm({ act, onClose }: { act: Act; onClose: () => void }) {
  const { words } = useLanguage()
  const text = useDeskWords()
  const [typed, setTyped] = useState('')
  const queries = useQueryClient()
  const toast = useToast()
  const params = { path: { id: act.row.id } }
  const send = useMutation({
    mutationFn: () =>
      act.step === 'scan'
        ? ask(api.PUT('/api/v1/desk/delegations/{id}/scan', { params, body: { scanReference: typed.trim() } }))
        : ask(
            api.POST('/api/v1/desk/delegations/{id}/steps', {
              params,
              body: { step: act.step, ...(typed.trim().length > 2 && { reason: typed.trim() }) },
            }),
          ),
    onSuccess: async () => {
      toast({ text: text.done })
      await queries.invalidateQueries({ queryKey: ['desk-delegations'] })
      onClose()
    },
  })
  const ends = act.step === 'reject' || act.step === 'revoke'
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        send.mutate()
      }}
    >
      <p>
        {act.row.delegator} → {act.row.delegate}
      </p>
      {act.step !== 'scan' && <p>{text.effects[act.step]}</p>}
      {act.step === 'scan' && (
        <Field
          id="typed"
          label={text.form.scan}
          hint={text.form.scanHint}
          maxLength={200}
          value={typed}
          onChange={setTyped}
        />
      )}
      {act.step !== 'scan' && act.step !== 'accept' && (
        <Field id="typed" label={text.reason} optional maxLength={300} value={typed} onChange={setTyped} />
      )}
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button
          type="submit"
          look={ends ? 'danger' : 'primary'}
          pending={send.isPending}
          pendingText={words.ui.sending}
        >
          {act.step === 'scan' ? words.ui.save : text.steps[act.step]}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {text.cancel}
        </Button>
      </div>
    </form>
  )
}
