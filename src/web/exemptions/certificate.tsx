// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useLocation } from 'react-router'
import { api, ask } from '../app/api.ts'
import type { VerifiedCertificate } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Facts } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useExemptionWords } from './words.ts'

/** Anybody who is shown a certificate checks its code here. A code behind # comes from the QR code and is not sent with the address. */
export function CheckCertificate() {
  const words = useExemptionWords()
  const text = words.verify
  const { hash } = useLocation()
  const [code, setCode] = useState(() => hash.slice(1).replace(/[^0-9A-Za-z-]/g, ''))
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const check = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/exemptions/certificates/verify', { body: { code } })),
  })
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = code.trim().length < 5
    setProblems(wrong ? [{ field: 'certificate-code', message: text.wrong }] : [])
    check.reset()
    if (!wrong) check.mutate()
  }
  return (
    <Page title={text.title} lead={text.lead} narrow>
      <form onSubmit={onSubmit} noValidate>
        <ErrorSummary problems={problems} />
        <Field
          id="certificate-code"
          label={text.code}
          hint={text.hint}
          error={problemOf(problems, 'certificate-code')}
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
      {check.data && <Answer certificate={check.data} />}
    </Page>
  )
}

function Answer(props: { certificate: VerifiedCertificate }) {
  const { language } = useLanguage()
  const words = useExemptionWords()
  const text = words.verify
  const { valid, ended, code, initials, birthYear, from, until, protocol } = props.certificate
  return (
    <>
      <Alert tone={valid ? 'success' : 'warning'} live title={valid ? text.valid : ended ? text.ended : text.notNow}>
        <p>{text.compare}</p>
      </Alert>
      <Facts
        facts={[
          [text.initials, initials],
          [text.born, birthYear],
          [words.form.code, code],
          [words.from, longDay(language, from)],
          [words.until, until ? longDay(language, until) : words.noEnd],
          [words.protocol, protocol],
        ]}
      />
    </>
  )
}
