// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { MergeMade } from '../app/contract.ts'
import { dayAndTime, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Answered, Frame } from './frame.tsx'
import { nameOf } from './list.tsx'
import { useDuplicatesWords } from './words.ts'

/** Merges made, each with the way back. */
export function HistoryPage() {
  const text = useDuplicatesWords().history
  const queries = useQueryClient()
  const [undoing, setUndoing] = useState<MergeMade>()
  const query = useQuery({ queryKey: ['merges'], queryFn: () => ask(api.GET('/api/v1/office/merges')) })
  const undo = useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      ask(api.POST('/api/v1/office/merges/{id}/undo', { params: { path: { id } }, body: { reason } })),
    onSuccess: async () => {
      setUndoing(undefined)
      window.scrollTo(0, 0)
      for (const queryKey of [['merges'], ['duplicates'], ['duplicate']]) await queries.invalidateQueries({ queryKey })
    },
  })
  return (
    <Frame title={text.title} lead={text.lead}>
      {undo.data && (
        <Alert tone="success" title={text.done}>
          {undo.data.since > 0 && <p>{text.since(undo.data.since)}</p>}
          {undo.data.differs > 0 && <p>{text.differs(undo.data.differs)}</p>}
        </Alert>
      )}
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p role="status">{text.none}</p>
          ) : (
            items.map((merge) => <Merge key={merge.id} merge={merge} onUndo={() => setUndoing(merge)} />)
          )
        }
      </Answered>
      <Dialog open={undoing !== undefined} title={text.confirm} onClose={() => setUndoing(undefined)}>
        {undoing && (
          <Confirm
            busy={undo.isPending}
            error={undo.error}
            onKeep={() => setUndoing(undefined)}
            onConfirm={(reason) => undo.mutate({ id: undoing.id, reason })}
          />
        )}
      </Dialog>
    </Frame>
  )
}

function Merge({ merge, onUndo }: { merge: MergeMade; onUndo: () => void }) {
  const text = useDuplicatesWords().history
  const { language } = useLanguage()
  const record = (one: MergeMade['survivor']) => `${nameOf(one)}, ${shortDay(language, one.birthDate)}`
  return (
    <Card
      level={2}
      title={nameOf(merge.survivor)}
      aside={merge.undoneAt ? <Badge tone="neutral">{text.undone}</Badge> : undefined}
    >
      <Facts
        facts={[
          [text.duplicate, record(merge.duplicate)],
          [text.survivor, record(merge.survivor)],
          [text.when, dayAndTime(language, merge.mergedAt)],
          [text.reason, merge.reason],
          merge.undoneAt && [text.undone, text.undoneOn(dayAndTime(language, merge.undoneAt), merge.undoneWhy ?? '')],
        ]}
      />
      {merge.canUndo && (
        <Button look="outline-primary" onClick={onUndo}>
          {text.undo}
          <span className="visually-hidden"> {text.undoWhom(nameOf(merge.duplicate))}</span>
        </Button>
      )}
      {!merge.canUndo && !merge.undoneAt && <p>{text.notLast}</p>}
    </Card>
  )
}

function Confirm(props: {
  busy: boolean
  error: Error | null
  onKeep: () => void
  onConfirm: (reason: string) => void
}) {
  const text = useDuplicatesWords().history
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  function submit(event: FormEvent) {
    event.preventDefault()
    setMissing(reason.trim().length < 3)
    if (reason.trim().length >= 3) props.onConfirm(reason.trim())
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{text.confirmNext}</p>
      <Field
        id="why"
        label={text.why}
        maxLength={500}
        value={reason}
        onChange={setReason}
        error={missing ? text.whyMissing : undefined}
      />
      {props.error && <ProblemAlert error={props.error} />}
      <div className="sf-actions">
        <Button type="submit" look="danger" pending={props.busy}>
          {text.undo}
        </Button>
        <Button look="outline-primary" onClick={props.onKeep}>
          {text.keep}
        </Button>
      </div>
    </form>
  )
}
