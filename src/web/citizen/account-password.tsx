// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import type { Account } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { useSession } from '../app/session.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { problemOf } from '../ui/field.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { FormProblem, useFieldProblems } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'

const fields = ['currentPassword', 'password']

/** Another password: with the current one, or after SPID, CIE or CNS without it. */
export function AccountPassword(props: { account: Account }) {
  const { words } = useLanguage()
  const text = words.account
  const isStrong = (useSession()?.level ?? 0) >= 2
  const [open, setOpen] = useState(false)
  const [currentPassword, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const queries = useQueryClient()
  const toast = useToast()
  const change = useMutation({
    mutationFn: () =>
      ask(api.PUT('/api/v1/account/password', { body: isStrong ? { password } : { currentPassword, password } })),
    onSuccess: (account) => {
      queries.setQueryData(['account'], account)
      setOpen(false)
      setCurrent('')
      setPassword('')
      toast({ text: text.passwordDone })
    },
  })
  const problems = useFieldProblems(change.error, fields)
  if (!open)
    return (
      <p>
        <Button look="outline-primary" onClick={() => setOpen(true)}>
          {text.changePassword}
        </Button>
      </p>
    )
  return (
    <Card title={text.changePassword}>
      <p>{isStrong ? text.passwordFree : text.passwordOthers}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        <ErrorSummary problems={problems} />
        {change.error && <FormProblem error={change.error} fields={fields} />}
        {/* For password managers: whose password this is. */}
        <input type="text" name="userName" autoComplete="username" value={props.account.userName} readOnly hidden />
        {!isStrong && (
          <PasswordField
            id="currentPassword"
            label={text.currentPassword}
            error={problemOf(problems, 'currentPassword')}
            value={currentPassword}
            onChange={setCurrent}
            autoComplete="current-password"
          />
        )}
        <PasswordField
          id="password"
          label={text.newPassword}
          hint={text.passwordHint}
          error={problemOf(problems, 'password')}
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
        />
        <Button type="submit" pending={change.isPending} pendingText={text.saving}>
          {text.save}
        </Button>
      </form>
    </Card>
  )
}
