// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { readPersonCode } from '../../shared/fiscal-code.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { ActWish, NamedPlace, PersonRecord } from '../app/contract.ts'
import { today } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Checkbox, Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { PlaceField } from './place-field.tsx'
import { usePeopleWords } from './words.ts'

type Act = PersonRecord['can'][number]
/** Acts that change somebody's life: who it is about is confirmed. */
const grave: readonly Act[] = ['death', 'emigrate']

/** What an office can do to this record, each in a dialog that says what follows from it. */
export function OfficeActs({ record }: { record: PersonRecord }) {
  const text = usePeopleWords().acts
  const [asked, setAsked] = useState<Act>()
  return (
    <section>
      <h2 className="h4">{text.title}</h2>
      {record.can.length === 0 && <p>{text.none}</p>}
      <div className="sf-actions">
        {record.can.map((act) => (
          <Button
            key={act}
            look={grave.includes(act) ? 'outline-danger' : 'outline-primary'}
            onClick={() => setAsked(act)}
          >
            {text.names[act]}
          </Button>
        ))}
      </div>
      <Dialog open={asked !== undefined} title={asked && text.names[asked]} onClose={() => setAsked(undefined)}>
        {asked && <ActForm record={record} act={asked} onClose={() => setAsked(undefined)} />}
      </Dialog>
    </section>
  )
}

const fresh = { on: '', until: '', line: '', postcode: '', town: '', code: '', note: '' }
type Form = typeof fresh

/** The fields that each act has. */
const fieldsOf: Record<Act, readonly (keyof Form | 'place' | 'kind')[]> = {
  move: ['on', 'place', 'town', 'line', 'postcode'],
  domicile: ['on', 'until', 'place', 'line', 'postcode'],
  'end-domicile': ['on'],
  'give-code': ['code'],
  'issue-code': ['kind'],
  'renew-code': [],
  emigrate: ['on', 'place', 'town'],
  death: ['on'],
}

function ActForm({ record, act, onClose }: { record: PersonRecord; act: Act; onClose: () => void }) {
  const words = usePeopleWords()
  const text = words.acts
  const queries = useQueryClient()
  const toast = useToast()
  const [key] = useState(newKey)
  const [form, setForm] = useState(fresh)
  const [place, setPlace] = useState<NamedPlace>()
  const [kind, setKind] = useState<'STP' | 'ENI'>('STP')
  const [sure, setSure] = useState(false)
  const [confirmed, setConfirmed] = useState(false)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: (body: ActWish) =>
      ask(
        api.POST('/api/v1/office/people/{id}/acts', {
          params: { path: { id: record.id }, header: { 'idempotency-key': key } },
          body,
        }),
      ),
    onSuccess: async (after) => {
      queries.setQueryData(['person-record', record.id], after)
      toast({ text: text.done })
      onClose()
    },
  })
  const has = (field: keyof Form | 'place' | 'kind') => fieldsOf[act].includes(field)
  const abroad = place?.kind === 'state'
  const withTown = act === 'emigrate' || (act === 'move' && abroad)
  const differs = send.error instanceof Problem && send.error.code === 'registry/code-differs'
  function submit(event: FormEvent) {
    event.preventDefault()
    const { missing } = text
    const wrong = [
      has('on') && !form.on && { field: 'on', message: missing.on },
      has('place') && !place && { field: 'place', message: missing.place },
      act === 'move' && abroad && !form.town.trim() && { field: 'town', message: missing.town },
      has('line') && form.line.trim().length < 3 && { field: 'line', message: missing.line },
      has('code') && readPersonCode(form.code)?.kind !== 'CF' && { field: 'code', message: missing.code },
      grave.includes(act) && !sure && { field: 'sure', message: missing.sure },
    ].filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length === 0) send.mutate(wishOf(act, form, { place, kind, confirmed }))
  }
  const field = (name: keyof Form, label: string, type: 'text' | 'date' = 'text', optional = false) => (
    <Field
      id={name}
      type={type}
      label={label}
      optional={optional}
      autoComplete="off"
      value={form[name]}
      error={problemOf(problems, name)}
      onChange={(value) => setForm((before) => ({ ...before, [name]: value }))}
      {...(name === 'note' && { hint: words.form.noteHint })}
    />
  )
  return (
    <form onSubmit={submit} noValidate>
      <p>{text.effects[act]}</p>
      <ErrorSummary problems={problems} />
      {has('on') && field('on', text.on[act] ?? '', 'date')}
      {has('until') &&
        field(
          'until',
          text.until,
          'date',
          record.enrolments.some(({ state }) => state !== 'ENDED'),
        )}
      {has('place') && (
        <PlaceField
          id="place"
          label={act === 'emigrate' ? text.state : text.place}
          on={form.on || today()}
          value={place}
          error={problemOf(problems, 'place')}
          onChange={setPlace}
          {...(act === 'emigrate' && { only: 'state' as const })}
          {...(act === 'domicile' && { only: 'municipality' as const })}
        />
      )}
      {withTown && field('town', text.town, 'text', act === 'emigrate')}
      {has('line') && field('line', text.line)}
      {has('postcode') && !abroad && field('postcode', text.postcode, 'text', true)}
      {has('code') && field('code', text.code)}
      {has('kind') && (
        <RadioGroup
          name="kind"
          legend={text.kind}
          choices={(['STP', 'ENI'] as const).map((value) => ({ value, label: text.kinds[value] }))}
          value={kind}
          onChange={setKind}
        />
      )}
      {field('note', words.form.note, 'text', true)}
      {grave.includes(act) && (
        <Checkbox
          id="sure"
          label={text.sure(`${record.givenName} ${record.familyName}`)}
          error={problemOf(problems, 'sure')}
          checked={sure}
          onChange={setSure}
        />
      )}
      {send.error && <ProblemAlert error={send.error} />}
      {differs && <Checkbox id="confirm-code" label={text.confirmCode} checked={confirmed} onChange={setConfirmed} />}
      <div className="sf-actions">
        <Button type="submit" look={grave.includes(act) ? 'danger' : 'primary'} pending={send.isPending}>
          {text.submit}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {words.form.cancel}
        </Button>
      </div>
    </form>
  )
}

function wishOf(
  act: Act,
  form: Form,
  more: { place: NamedPlace | undefined; kind: 'STP' | 'ENI'; confirmed: boolean },
): ActWish {
  const { on, until, code } = form
  const [line, postcode, town] = [form.line.trim(), form.postcode.trim(), form.town.trim()]
  const note = form.note.trim().length > 2 ? { note: form.note.trim() } : {}
  const placeCode = more.place?.code ?? ''
  const address = {
    placeCode,
    line,
    ...(postcode && more.place?.kind === 'municipality' && { postcode }),
    ...(town && { town }),
  }
  switch (act) {
    case 'move':
      return { act, on, address, ...note }
    case 'domicile':
      return { act, on, address, ...(until && { until }), ...note }
    case 'end-domicile':
    case 'death':
      return { act, on, ...note }
    case 'give-code':
      return { act, code: code.replace(/\s/g, '').toUpperCase(), ...(more.confirmed && { confirmed: true }), ...note }
    case 'issue-code':
      return { act, kind: more.kind, ...note }
    case 'renew-code':
      return { act, ...note }
    case 'emigrate':
      return { act, on, stateCode: placeCode, ...(town.length > 1 && { town }), ...note }
  }
}

/** Takes the last act back, with the reason. */
export function UndoButton({ record, act }: { record: PersonRecord; act: PersonRecord['acts'][number] }) {
  const words = usePeopleWords()
  const text = words.acts
  const queries = useQueryClient()
  const toast = useToast()
  const [open, setOpen] = useState(false)
  const [why, setWhy] = useState('')
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const undo = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/office/people/{id}/acts/{actId}/undo', {
          params: { path: { id: record.id, actId: act.id } },
          body: { reason: why.trim() },
        }),
      ),
    onSuccess: (after) => {
      setOpen(false)
      toast({ text: text.undoneDone })
      queries.setQueryData(['person-record', record.id], after)
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const short = why.trim().length < 3
    setProblems(short ? [{ field: 'why', message: text.whyMissing }] : [])
    if (!short) undo.mutate()
  }
  return (
    <>
      <Button look="link" onClick={() => setOpen(true)}>
        {text.undo} <span className="visually-hidden">({words.record.actKinds[act.kind]})</span>
      </Button>
      <Dialog open={open} title={text.undoTitle} onClose={() => setOpen(false)}>
        <form onSubmit={submit} noValidate>
          <p>{text.undoNote}</p>
          <Field
            id="why"
            label={text.why}
            maxLength={500}
            value={why}
            error={problemOf(problems, 'why')}
            onChange={setWhy}
          />
          {undo.error && <ProblemAlert error={undo.error} />}
          <div className="sf-actions">
            <Button type="submit" look="danger" pending={undo.isPending}>
              {text.undoTitle}
            </Button>
            <Button look="outline-primary" onClick={() => setOpen(false)}>
              {words.form.cancel}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
