// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import type { Payment } from '../app/contract.ts'
import { euros, longDay, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Button } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import type { FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Progress, Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useCheckout } from './checkout.ts'
import { paymentTones, whatIsPaid } from './payment-state.ts'
import { paymentsQuery, toPay } from './queries.ts'

const most = 5

function useNameOf() {
  const { people } = useActing()
  return (personId: string) => {
    const person = people.find((one) => one.personId === personId)
    return person ? `${person.givenName} ${person.familyName}` : ''
  }
}

/** What the family has to pay, and what it paid. */
export function Payments() {
  const { language, words } = useLanguage()
  const text = words.payments
  const payments = useInfiniteQuery(paymentsQuery())
  const nameOf = useNameOf()
  const all = payments.data?.pages.flatMap((page) => page.items) ?? []
  const due = toPay(all)
  const history = all.filter((one) => !one.payable)
  return (
    <Page title={text.title} crumbs={[{ to: app.home, label: words.nav.home }]}>
      {payments.isPending && <Skeleton lines={4} />}
      {payments.error && <ProblemAlert error={payments.error} onRetry={() => void payments.refetch()} />}
      {payments.data && (
        <>
          <h2>{text.toPay}</h2>
          {due.length === 0 ? <p>{text.none}</p> : <ToPay payments={due} />}
          <h2>{text.history}</h2>
          {history.length === 0 ? (
            <p>{text.noHistory}</p>
          ) : (
            <Table
              caption={text.history}
              rows={history}
              id={(row) => row.id}
              columns={[
                {
                  title: text.columns.what,
                  cell: (row) => <Link to={app.payment(row.id)}>{whatIsPaid(row, words)}</Link>,
                },
                { title: text.columns.who, cell: (row) => nameOf(row.patientId) },
                { title: text.columns.day, cell: (row) => shortDay(language, row.paid?.at ?? row.createdAt) },
                {
                  title: text.columns.state,
                  cell: (row) => <Badge tone={paymentTones(row.state)}>{words.paymentState[row.state]}</Badge>,
                },
                { title: text.columns.amount, number: true, cell: (row) => euros(language, row.amountCents) },
              ]}
            />
          )}
          {payments.hasNextPage && (
            <Pager
              shown={all.length}
              more
              pending={payments.isFetchingNextPage}
              onMore={() => void payments.fetchNextPage()}
            />
          )}
        </>
      )}
    </Page>
  )
}

function ToPay(props: { payments: readonly Payment[] }) {
  const { language, words } = useLanguage()
  const text = words.payments
  const nameOf = useNameOf()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(props.payments.slice(0, most).map((one) => one.id)),
  )
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const checkout = useCheckout()
  const picked = props.payments.filter((one) => chosen.has(one.id))
  const amount = euros(
    language,
    picked.reduce((sum, one) => sum + one.amountCents, 0),
  )

  function submit(event: FormEvent) {
    event.preventDefault()
    const problem = picked.length === 0 ? text.needChoice : picked.length > most ? text.tooMany : undefined
    setProblems(problem ? [{ field: 'to-pay', message: problem }] : [])
    if (!problem) checkout.mutate(picked.map((one) => one.id))
  }
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      <fieldset id="to-pay" tabIndex={-1} className="sf-field">
        <legend className="form-label">{text.choose}</legend>
        <div className="sf-choice-list">
          {props.payments.map((one) => (
            <div key={one.id} className="sf-pay-row">
              <label className="sf-choice">
                <input
                  type="checkbox"
                  checked={chosen.has(one.id)}
                  onChange={(event) => {
                    const next = new Set(chosen)
                    if (event.target.checked) next.add(one.id)
                    else next.delete(one.id)
                    setChosen(next)
                  }}
                />
                <span className="sf-pay-text">
                  <span>
                    <strong>{whatIsPaid(one, words)}</strong>
                    <small className="form-text">
                      {words.appointments.for(nameOf(one.patientId))} · {text.due(longDay(language, one.dueOn))}
                    </small>
                  </span>
                  <strong className="sf-number">{euros(language, one.amountCents)}</strong>
                </span>
              </label>
              <Link to={app.payment(one.id)}>
                {text.details}
                <span className="visually-hidden">: {whatIsPaid(one, words)}</span>
              </Link>
            </div>
          ))}
        </div>
      </fieldset>
      <p role="status">{text.selected(picked.length, amount)}</p>
      {checkout.error && <ProblemAlert error={checkout.error} />}
      {checkout.isPending && <Progress label={text.starting} />}
      <div className="sf-actions">
        <Button
          type="submit"
          icon="card"
          pending={checkout.isPending || checkout.isSuccess}
          pendingText={text.starting}
        >
          {text.pay}
        </Button>
        <small>{text.goes}</small>
      </div>
    </form>
  )
}
