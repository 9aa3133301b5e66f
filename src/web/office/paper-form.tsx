// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { isFiscalCode } from '../../shared/fiscal-code.ts'
import { api, ask } from '../app/api.ts'
import type { DoctorPaperRequest } from '../app/contract.ts'
import { today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Checkbox, Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { movementsQuery } from './queries.ts'
import { useOfficeWords } from './words.ts'

type Wish = DoctorPaperRequest
const reasonsOf: Partial<Record<Wish['kind'], readonly NonNullable<Wish['reason']>[]>> = {
  TEMPORARY: ['STUDY', 'WORK', 'HEALTH', 'FAMILY_CARE'],
  EXCEPTION: ['FAMILY', 'NEWBORN', 'CONTINUITY'],
}
const fresh: Wish = {
  fiscalCode: '',
  kind: 'ORDINARY',
  broughtBy: 'SELF',
  documentKind: 'IDENTITY_CARD',
  documentNumber: '',
  scanReference: '',
}

/** A request that came on paper: who it is for, what is asked, who brought it and where the papers are kept. */
export function PaperForm(props: { onDone: () => void }) {
  const { words: general } = useLanguage()
  const words = useOfficeWords()
  const text = words.requests
  const queries = useQueryClient()
  const doctors = useQuery(movementsQuery(today().slice(0, 7)))
  const [wish, setWish] = useState(fresh)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const set = (change: Partial<Wish>) => setWish({ ...wish, ...change })
  const send = useMutation({
    mutationFn: (body: Wish) => ask(api.POST('/api/v1/office/doctor-requests', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['office-requests'] }),
  })
  if (doctors.error) return <ProblemAlert error={doctors.error} onRetry={() => void doctors.refetch()} />
  if (!doctors.data) return <Skeleton lines={6} />
  if (send.data)
    return (
      <Alert tone="success" live title={send.data.state === 'DONE' ? text.paper.atOnce : text.paper.waits}>
        <p>{text.paper.number(send.data.code)}</p>
        <Button look="outline-primary" onClick={props.onDone}>
          {general.ui.close}
        </Button>
      </Alert>
    )
  const reasons = reasonsOf[wish.kind]
  const byDoctor = wish.kind === 'OUT_OF_AREA' || wish.kind === 'OVER_14'
  const code = wish.fiscalCode.trim().toUpperCase()
  const missing = text.paper.missing
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = [
      !isFiscalCode(code) && { field: 'fiscalCode', message: missing.fiscalCode },
      wish.kind !== 'REVOKE' && !wish.doctorId && { field: 'wished', message: missing.doctor },
      wish.kind === 'TEMPORARY' && !wish.until && { field: 'until', message: missing.until },
      wish.broughtBy !== 'SELF' && !wish.bearerName && { field: 'bearerName', message: missing.bearerName },
      wish.documentNumber.trim().length < 3 && { field: 'documentNumber', message: missing.documentNumber },
      wish.scanReference.trim().length < 3 && { field: 'scanReference', message: missing.scanReference },
    ].filter((problem) => problem !== false)
    setProblems(found)
    if (found.length > 0) return
    const { doctorId, reason, until, bearerName, doctorAccepts, ...rest } = wish
    send.mutate({
      ...rest,
      fiscalCode: code,
      ...(wish.kind !== 'REVOKE' && doctorId && { doctorId }),
      ...(reasons && { reason: reason ?? reasons[0]! }),
      ...(wish.kind === 'TEMPORARY' && until && { until }),
      ...(wish.broughtBy !== 'SELF' && bearerName && { bearerName }),
      ...(byDoctor && doctorAccepts && { doctorAccepts }),
    })
  }
  const options = <V extends string>(names: Record<V, string>) =>
    (Object.keys(names) as V[]).map((value) => ({ value, label: names[value] }))
  const field = (
    id: 'fiscalCode' | 'bearerName' | 'documentNumber' | 'scanReference',
    label: string,
    hint?: string,
  ) => (
    <Field
      id={id}
      label={label}
      hint={hint}
      value={wish[id] ?? ''}
      error={problemOf(problems, id)}
      onChange={(value) => set({ [id]: value })}
    />
  )
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      {field('fiscalCode', text.paper.fiscalCode)}
      <Select
        label={text.kind}
        value={wish.kind}
        choices={options(text.kinds)}
        onChange={(kind) => setWish({ ...wish, kind, reason: reasonsOf[kind]?.[0] } as Wish)}
      />
      {wish.kind !== 'REVOKE' && (
        <div id="wished" tabIndex={-1}>
          <Combobox
            label={text.paper.doctor}
            hint={words.form.doctorHint}
            choices={doctors.data.doctors.map((one) => ({
              value: one.doctorId,
              label: one.doctorName,
              note: [words.movements.kinds[one.kind], one.regionalCode].filter(Boolean).join(', '),
            }))}
            value={wish.doctorId}
            onChange={(doctorId) => setWish({ ...wish, doctorId } as Wish)}
          />
        </div>
      )}
      {reasons && (
        <Select
          label={text.reason}
          value={wish.reason ?? reasons[0]!}
          choices={reasons.map((value) => ({ value, label: text.reasons[value] }))}
          onChange={(reason) => set({ reason })}
        />
      )}
      {wish.kind === 'TEMPORARY' && (
        <Field
          id="until"
          type="date"
          label={text.until}
          hint={text.paper.untilHint}
          min={today()}
          value={wish.until ?? ''}
          error={problemOf(problems, 'until')}
          onChange={(until) => set({ until })}
        />
      )}
      {byDoctor && (
        <Checkbox
          id="doctorAccepts"
          label={text.paper.doctorAccepts}
          checked={wish.doctorAccepts ?? false}
          onChange={(doctorAccepts) => set({ doctorAccepts })}
        />
      )}
      <Select
        label={text.paper.broughtBy}
        value={wish.broughtBy}
        choices={options(text.bearers)}
        onChange={(broughtBy) => set({ broughtBy })}
      />
      {wish.broughtBy !== 'SELF' && field('bearerName', text.paper.bearerName)}
      <Select
        label={text.paper.documentKind}
        value={wish.documentKind}
        choices={options(text.documents)}
        onChange={(documentKind) => set({ documentKind })}
      />
      {field('documentNumber', text.paper.documentNumber)}
      {field('scanReference', text.scan, text.paper.scanHint)}
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={send.isPending} pendingText={general.ui.sending}>
          {text.paper.submit}
        </Button>
        <Button look="outline-primary" onClick={props.onDone}>
          {words.form.cancel}
        </Button>
      </div>
    </form>
  )
}
