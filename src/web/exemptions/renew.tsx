// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Exemption, ExemptionForm } from '../app/contract.ts'
import { euros, longDay } from '../app/formats.ts'
import { newKey } from '../app/idempotency.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Registered } from './declare.tsx'
import { declared, nameOf, relativesOf } from './household.tsx'
import { formQuery } from './queries.ts'
import { useExemptionWords } from './words.ts'

/** The second of two taps: what was declared last, to be declared again for the next period. */
export function RenewExemption() {
  const { words: general } = useLanguage()
  const words = useExemptionWords()
  const { exemptionId = '' } = useParams()
  const { person } = useActing()
  const form = useQuery(formQuery(person.personId, exemptionId))
  const [done, setDone] = useState<Exemption>()
  const code = form.data?.renews?.code ?? ''
  return (
    <Page
      title={done ? words.form.done : words.renewPage.title(code)}
      lead={done ? undefined : words.renewPage.lead}
      crumbs={[
        { to: app.home, label: general.nav.home },
        { to: app.exemptions, label: words.title },
      ]}
      stage={done ? 'done' : 'form'}
      narrow
    >
      {form.isPending && <Skeleton lines={6} />}
      {form.error && <ProblemAlert error={form.error} onRetry={() => void form.refetch()} />}
      {!done && form.data?.renews && <Again form={form.data} renews={form.data.renews} onDone={setDone} />}
      {form.data && !form.data.renews && <ButtonLink to={app.declareExemption}>{words.declare}</ButtonLink>}
      {done && <Registered exemption={done} />}
    </Page>
  )
}

function Again(props: {
  form: ExemptionForm
  renews: NonNullable<ExemptionForm['renews']>
  onDone: (exemption: Exemption) => void
}) {
  const { language, words: general } = useLanguage()
  const words = useExemptionWords()
  const text = words.renewPage
  const { form, renews } = props
  const relatives = relativesOf(form)
  const [key] = useState(newKey)
  const queries = useQueryClient()
  const send = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/exemptions/self-certifications', {
          params: { header: { 'idempotency-key': key } },
          body: {
            patientId: form.patient.id,
            code: renews.code,
            household: declared(relatives),
            incomeCents: null,
            withinLimit: true,
            presumed: false,
            ...(renews.job && { job: renews.job }),
            ...(renews.pension && { pension: renews.pension }),
            renews: renews.exemptionId,
            aware: true,
            willTell: true,
          },
        }),
      ),
    onSuccess: async (exemption) => {
      await queries.invalidateQueries({ queryKey: ['exemptions'] })
      props.onDone(exemption)
    },
  })
  const { job } = renews
  return (
    <>
      <Card title={`${renews.code} – ${renews.name}`} tone="marked">
        <Facts
          facts={[
            [words.form.person, nameOf(form.patient)],
            [text.period, text.to(longDay(language, renews.from), longDay(language, renews.until))],
            [
              words.form.members,
              relatives.length === 0
                ? words.form.alone
                : relatives
                    .map((one) => words.form.belongs(nameOf(one), words.form.relations[one.relation]))
                    .join(', '),
            ],
            job && [
              words.form.job,
              `${words.form.endings[job.ended]}, ${longDay(language, job.endedOn)}. ${words.form.jobCentre}: ${job.jobCentre}`,
            ],
            renews.pension && [words.form.pension, renews.pension.number],
          ]}
        />
        <p>
          <strong>
            {text.statement(form.incomeYear, renews.limitCents === null ? null : euros(language, renews.limitCents))}
          </strong>
        </p>
      </Card>
      <p>{text.law}</p>
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button pending={send.isPending} pendingText={general.ui.sending} onClick={() => send.mutate()}>
          {text.confirm}
        </Button>
      </div>
      <p>
        <Link to={app.declareExemption}>{text.changed}</Link>
      </p>
    </>
  )
}
