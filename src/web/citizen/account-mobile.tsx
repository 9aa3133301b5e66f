// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import type { Account } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf } from '../ui/field.tsx'
import { FormProblem, useFieldProblems } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'

const numberFields = ['mobile']
const codeFields = ['code']

/** The number that receives codes: typed, then confirmed with the code that arrives. */
export function AccountMobile(props: { account: Account }) {
  const { words } = useLanguage()
  const text = words.account
  const isFirst = props.account.mobile === null
  const [open, setOpen] = useState(isFirst)
  const [mobile, setMobile] = useState('')
  const [code, setCode] = useState('')
  const queries = useQueryClient()
  const toast = useToast()
  const start = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/account/mobile', { body: { mobile } })),
    onSuccess: () => setCode(''),
  })
  const transactionId = start.data?.transactionId
  const confirm = useMutation({
    mutationFn: (id: string) =>
      ask(api.PUT('/api/v1/account/mobile', { body: { transactionId: id, code: code.trim() } })),
    onSuccess: (account) => {
      queries.setQueryData(['account'], account)
      toast({ text: text.mobileDone })
    },
  })
  const ofNumber = useFieldProblems(start.error, numberFields)
  const ofCode = useFieldProblems(confirm.error, codeFields)
  const problems = transactionId === undefined ? ofNumber : ofCode
  const title = isFirst ? text.confirmMobile : text.changeMobile
  if (!open)
    return (
      <p>
        <Button look="outline-primary" onClick={() => setOpen(true)}>
          {title}
        </Button>
      </p>
    )
  return (
    <Card title={title} tone={isFirst ? 'marked' : 'plain'}>
      {!isFirst && <p>{text.mobileChange}</p>}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (transactionId === undefined) start.mutate()
          else confirm.mutate(transactionId)
        }}
      >
        <ErrorSummary problems={problems} />
        {start.error && <FormProblem error={start.error} fields={numberFields} />}
        {confirm.error && <FormProblem error={confirm.error} fields={codeFields} />}
        {transactionId === undefined ? (
          <Field
            id="mobile"
            type="tel"
            label={text.mobile}
            hint={text.mobileHint}
            error={problemOf(problems, 'mobile')}
            value={mobile}
            onChange={setMobile}
            autoComplete="tel"
            inputMode="tel"
            maxLength={20}
          />
        ) : (
          <>
            <p role="status">{text.sent(mobile)}</p>
            <Field
              id="code"
              label={text.code}
              error={problemOf(problems, 'code')}
              value={code}
              onChange={setCode}
              autoComplete="one-time-code"
              inputMode="numeric"
              maxLength={8}
            />
          </>
        )}
        <div className="sf-actions">
          <Button
            type="submit"
            pending={start.isPending || confirm.isPending}
            pendingText={transactionId === undefined ? text.sending : text.confirming}
          >
            {transactionId === undefined ? text.sendCode : text.confirm}
          </Button>
          {transactionId !== undefined && (
            <Button
              look="outline-primary"
              onClick={() => {
                start.reset()
                confirm.reset()
              }}
            >
              {text.otherNumber}
            </Button>
          )}
        </div>
      </form>
    </Card>
  )
}
