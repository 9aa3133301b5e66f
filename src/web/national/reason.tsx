// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type FormEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useNationalWords } from './words.ts'

/** Asks for the reason before something is done. */
export function ReasonDialog(props: {
  open: boolean
  title: string
  text?: string
  label: string
  confirm: string
  cancel: string
  busy: boolean
  error: Error | null
  onClose: () => void
  onConfirm: (reason: string) => void
}) {
  return (
    <Dialog open={props.open} title={props.title} onClose={props.onClose}>
      {props.open && <Form {...props} />}
    </Dialog>
  )
}

function Form(props: Parameters<typeof ReasonDialog>[0]) {
  const { missing: words } = useNationalWords().decide
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  function submit(event: FormEvent) {
    event.preventDefault()
    setMissing(reason.trim().length < 3)
    if (reason.trim().length >= 3) props.onConfirm(reason.trim())
  }
  return (
    <form onSubmit={submit} noValidate>
      {props.text && <p>{props.text}</p>}
      <Field
        id="reason"
        label={props.label}
        maxLength={500}
        value={reason}
        onChange={setReason}
        error={missing ? words.note : undefined}
      />
      {props.error && <ProblemAlert error={props.error} />}
      <div className="sf-actions">
        <Button type="submit" pending={props.busy}>
          {props.confirm}
        </Button>
        <Button look="outline-primary" onClick={props.onClose}>
          {props.cancel}
        </Button>
      </div>
    </form>
  )
}
