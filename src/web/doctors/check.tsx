// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useLocation } from 'react-router'
import { api, ask } from '../app/api.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useDoctorWords } from './words.ts'

/** Anybody who is shown an attestation checks its code here. A code behind # comes from the QR code and is not sent with the address. */
export function CheckAttestation() {
  const { language } = useLanguage()
  const text = useDoctorWords().check
  const { hash } = useLocation()
  const [code, setCode] = useState(() => hash.slice(1).replace(/[^0-9A-Za-z-]/g, ''))
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const check = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/doctor-attestations/verify', { body: { code } })),
  })
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = code.trim().length < 5
    setProblems(wrong ? [{ field: 'attestation-code', message: text.missing }] : [])
    check.reset()
    if (!wrong) check.mutate()
  }
  const { valid, from, checkedOn } = check.data ?? {}
  return (
    <Page title={text.title} lead={text.lead} narrow>
      <form onSubmit={onSubmit} noValidate>
        <ErrorSummary problems={problems} />
        <Field
          id="attestation-code"
          label={text.code}
          hint={text.hint}
          error={problemOf(problems, 'attestation-code')}
          autoCapitalize="characters"
          autoComplete="off"
          maxLength={40}
          value={code}
          onChange={setCode}
        />
        <Button type="submit" pending={check.isPending}>
          {text.ask}
        </Button>
      </form>
      {check.error && <ProblemAlert error={check.error} />}
      {checkedOn && (
        <Alert tone={valid ? 'success' : 'warning'} live title={valid ? text.valid : text.notValid}>
          {from && <p>{text.from(longDay(language, from))}</p>}
          <p>{text.checked(longDay(language, checkedOn))}</p>
        </Alert>
      )}
    </Page>
  )
}
