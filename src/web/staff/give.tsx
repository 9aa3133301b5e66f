// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { isFiscalCode } from '../../shared/fiscal-code.ts'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { RoleCode } from '../app/contract.ts'
import { today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { useOrganisations } from './appointments.tsx'
import { useStaffWords } from './words.ts'

/** Gives a person a role at one of the administrator's organisations. */
export function Give() {
  const { words: general } = useLanguage()
  const { appointments, giving: words } = useStaffWords()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const organisations = useOrganisations()
  const [wish, setWish] = useState({ fiscalCode: '', unit: '', from: today(), until: '', actReference: '' })
  const [chosen, setChosen] = useState<{ organisationId?: string; role?: RoleCode }>({})
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const organisation = organisations.data?.find(({ id }) => id === chosen.organisationId) ?? organisations.data?.[0]
  const role = organisation?.roles.find((one) => one === chosen.role) ?? organisation?.roles[0]
  const give = useMutation({
    mutationFn: async () => {
      const { unit, until, ...rest } = wish
      return ask(
        api.POST('/api/v1/role-appointments', {
          body: {
            ...rest,
            fiscalCode: wish.fiscalCode.trim().toUpperCase(),
            role: role!,
            organisationId: organisation!.id,
            ...(unit.trim() && { unit: unit.trim() }),
            ...(until && { until }),
          },
        }),
      )
    },
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: ['role-appointments'] })
      toast({ text: words.done })
      void navigate(app.roleAppointment(id))
    },
    onError: (error) => {
      const field = error instanceof Problem ? error.members['field'] : undefined
      if (error instanceof Problem && typeof field === 'string') setProblems([{ field, message: error.title }])
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = [
      !isFiscalCode(wish.fiscalCode.trim().toUpperCase()) && {
        field: 'fiscalCode',
        message: words.problems.fiscalCode,
      },
      !wish.from && { field: 'from', message: words.problems.from },
      wish.actReference.trim().length < 3 && { field: 'actReference', message: words.problems.act },
    ].filter((problem) => problem !== false)
    setProblems(found)
    if (found.length === 0) give.mutate()
  }
  const field = (name: keyof typeof wish) => ({
    id: name,
    value: wish[name],
    error: problemOf(problems, name),
    onChange: (value: string) => setWish({ ...wish, [name]: value }),
  })
  return (
    <Page title={words.title} crumbs={[{ to: app.appointmentsOfRoles, label: appointments.title }]} narrow>
      <ErrorSummary problems={problems} />
      {give.error && problems.length === 0 && <ProblemAlert error={give.error} />}
      {organisations.error && <ProblemAlert error={organisations.error} onRetry={() => void organisations.refetch()} />}
      {organisations.isPending && <Skeleton lines={6} />}
      {organisation && role && (
        <form onSubmit={submit} noValidate>
          <Field {...field('fiscalCode')} label={words.fiscalCode} autoCapitalize="characters" maxLength={16} />
          <Select
            label={words.organisation}
            value={organisation.id}
            choices={organisations.data!.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(organisationId) => setChosen({ ...chosen, organisationId })}
          />
          <Select
            label={words.role}
            value={role}
            choices={organisation.roles.map((value) => ({ value, label: general.roles[value] }))}
            onChange={(value) => setChosen({ ...chosen, role: value })}
          />
          <Field {...field('unit')} label={words.unit} optional maxLength={120} />
          <Field {...field('from')} label={words.from} type="date" />
          <Field {...field('until')} label={words.until} type="date" min={wish.from} optional />
          <Field {...field('actReference')} label={words.act} hint={words.actHint} maxLength={200} />
          <Button type="submit" pending={give.isPending} pendingText={words.pending}>
            {words.submit}
          </Button>
        </form>
      )}
    </Page>
  )
}
