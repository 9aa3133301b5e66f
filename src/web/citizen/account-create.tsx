// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf } from '../ui/field.tsx'
import { PasswordField } from '../ui/password-field.tsx'
import { FormProblem, useFieldProblems } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'

const fields = ['userName', 'password']

/** User name and password of new credentials. */
export function CreateAccount() {
  const { words } = useLanguage()
  const text = words.account
  const queries = useQueryClient()
  const toast = useToast()
  const [userName, setUserName] = useState('')
  const [password, setPassword] = useState('')
  const create = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/account', { body: { userName, password } })),
    onSuccess: (account) => {
      queries.setQueryData(['account'], account)
      toast({ text: text.created })
    },
  })
  const problems = useFieldProblems(create.error, fields)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      <ErrorSummary problems={problems} />
      {create.error && <FormProblem error={create.error} fields={fields} />}
      <Field
        id="userName"
        label={text.userName}
        hint={text.userNameHint}
        error={problemOf(problems, 'userName')}
        value={userName}
        onChange={setUserName}
        autoComplete="username"
        autoCapitalize="none"
        maxLength={40}
      />
      <PasswordField
        id="password"
        label={text.password}
        hint={text.passwordHint}
        error={problemOf(problems, 'password')}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
      />
      <Button type="submit" pending={create.isPending} pendingText={text.creating}>
        {text.create}
      </Button>
    </form>
  )
}
