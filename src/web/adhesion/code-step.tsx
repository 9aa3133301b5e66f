// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useState, type FormEvent } from 'react'
import { minutesAndSeconds } from '../app/formats.ts'
import { Button } from '../ui/button.tsx'
import { useSecondsTo } from '../ui/countdown.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { FormProblem, ProblemAlert, useFieldProblems } from '../ui/problem.tsx'
import type { PersonData } from './data-step.tsx'
import { useAdhesionWords } from './words.ts'

interface Call {
  error: unknown
  isPending: boolean
}
const fields = ['code']

/** A code on its way. */
export interface Sent {
  flowId: string
  /** Of whom it is asked, and where it goes: what was typed then, whatever is typed meanwhile. */
  person: PersonData
  /** It is not the first one. */
  again: boolean
  mayResendAt: string
}

/** Step 2: the code that arrived at the number; another one may be asked for after a while. */
export function CodeStep(props: {
  sent: Sent
  ending: Call
  resending: Call
  onCode: (code: string) => void
  onResend: () => void
  onChange: () => void
}) {
  const text = useAdhesionWords().code
  const { sent, ending, resending } = props
  const { mobile } = sent.person
  const [code, setCode] = useState('')
  const [found, setFound] = useState<readonly FieldProblem[]>([])
  const refused = useFieldProblems(ending.error, fields)
  const problems = found.length > 0 ? found : refused

  useEffect(() => {
    if (sent.again) document.getElementById('code')?.focus() // the button that was pressed is gone
  }, [sent])

  function resend() {
    setCode('')
    setFound([])
    props.onResend()
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    if (ending.isPending) return
    const digits = code.replaceAll(/\s/g, '')
    const isCode = /^[0-9]{6}$/.test(digits)
    setFound(isCode ? [] : [{ field: 'code', message: text.codeBad }])
    if (isCode) props.onCode(digits)
  }

  return (
    <>
      <p role="status">{sent.again ? text.sentAgain(mobile) : text.sent(mobile)}</p>
      <form onSubmit={submit} noValidate>
        <ErrorSummary problems={problems} />
        {found.length === 0 && ending.error != null && <FormProblem error={ending.error} fields={fields} />}
        <Field
          id="code"
          label={text.code}
          hint={text.codeHint}
          error={problemOf(problems, 'code')}
          value={code}
          onChange={setCode}
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={12}
        />
        <div className="sf-actions">
          <Button type="submit" pending={ending.isPending} pendingText={text.confirming}>
            {text.confirm}
          </Button>
        </div>
      </form>
      {resending.error != null && <ProblemAlert error={resending.error} />}
      <Again from={sent.mayResendAt} isPending={resending.isPending} onResend={resend} onChange={props.onChange} />
    </>
  )
}

/** What else can be done. It counts down by itself, so that the form is not drawn again every second. */
function Again(props: { from: string; isPending: boolean; onResend: () => void; onChange: () => void }) {
  const words = useAdhesionWords()
  const text = words.code
  const seconds = useSecondsTo(props.from)
  return (
    <>
      {seconds > 0 && <p>{text.resendIn(minutesAndSeconds(seconds))}</p>}
      <div className="sf-actions">
        {seconds === 0 && (
          <Button
            look="outline-primary"
            icon="refresh"
            pending={props.isPending}
            pendingText={words.data.sending}
            onClick={props.onResend}
          >
            {text.resend}
          </Button>
        )}
        <Button look="outline-primary" onClick={props.onChange}>
          {text.change}
        </Button>
      </div>
    </>
  )
}
