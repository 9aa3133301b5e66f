// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { publicAddresses } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import { useLanguage } from '../app/language.tsx'
import { fetchSession } from '../app/session.tsx'
import { region } from '../region.ts'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Rating } from '../ui/rating.tsx'
import { Telephone } from '../ui/telephone.tsx'

type Kind = 'question' | 'fault' | 'barrier'

function HelpForm(props: { kind: Kind }) {
  const { language, words } = useLanguage()
  const text = words.site.form
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const send = useMutation({
    mutationFn: async (body: { kind: Kind; name: string; email: string; text: string; page?: string }) => {
      await fetchSession()
      return ask(api.POST('/api/v1/help-requests', { body }))
    },
  })

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    const value = (name: string) => {
      const entry = data.get(name)
      return typeof entry === 'string' ? entry.trim() : ''
    }
    const found: FieldProblem[] = []
    if (!value('name')) found.push({ field: 'name', message: text.needName })
    if (!/^\S+@\S+\.\S+$/.test(value('email'))) found.push({ field: 'email', message: text.needEmail })
    if (!value('text')) found.push({ field: 'text', message: text.needText })
    setProblems(found)
    if (found.length > 0) return
    const page = value('page')
    send.mutate({
      kind: props.kind,
      name: value('name'),
      email: value('email'),
      text: value('text'),
      ...(page && { page }),
    })
  }

  if (send.data)
    return (
      <Alert tone="success" live title={text.sentTitle}>
        <p>{text.sent(send.data.number)}</p>
      </Alert>
    )
  return (
    <>
      <noscript>
        <p className="alert alert-warning">{text.noScript(region.bookingCentre.telephone, region.owner.email)}</p>
      </noscript>
      <form onSubmit={submit} noValidate>
        <ErrorSummary problems={problems} />
        <Field id="name" label={text.name} autoComplete="name" error={problemOf(problems, 'name')} maxLength={120} />
        <Field
          id="email"
          type="email"
          label={text.email}
          hint={text.emailHint}
          autoComplete="email"
          inputMode="email"
          error={problemOf(problems, 'email')}
          maxLength={254}
        />
        {props.kind !== 'question' && <Field id="page" label={text.page} optional maxLength={300} />}
        <Field
          id="text"
          label={text.text}
          hint={text.textHint}
          rows={5}
          error={problemOf(problems, 'text')}
          maxLength={2000}
        />
        <p>
          <Link to={publicAddresses.privacy[language]}>{text.privacy}</Link>
        </p>
        {send.error && <ProblemAlert error={send.error} />}
        <Button type="submit" pending={send.isPending} pendingText={words.ui.sending}>
          {text.send}
        </Button>
      </form>
    </>
  )
}

export function Help() {
  const { language, words } = useLanguage()
  const text = words.site.help
  const { bookingCentre } = region
  return (
    <Page
      title={text.title}
      description={text.description}
      crumbs={[{ to: publicAddresses.home[language], label: words.nav.home }]}
      narrow
    >
      <Alert tone="warning" title={text.emergency} />
      <h2>{text.phoneTitle}</h2>
      <p className="sf-phone sf-phone-big">
        <Icon name="telephone" />
        <Telephone number={bookingCentre.telephone} />
      </p>
      <p>{bookingCentre.hours[language]}</p>
      <h2>{text.writeTitle}</h2>
      <p>{text.writeText}</p>
      <HelpForm kind="question" />
      <h2>{text.otherTitle}</h2>
      <ul>
        {text.other.map((way) => (
          <li key={way}>{way}</li>
        ))}
      </ul>
      <p>
        <Link to={publicAddresses.fault[language]}>{text.faultLink}</Link>
        {' · '}
        <Link to={publicAddresses.barrier[language]}>{text.barrierLink}</Link>
      </p>
      <Rating about={`${language}/help`} kind="page" />
    </Page>
  )
}

export function Fault() {
  const { language, words } = useLanguage()
  const text = words.site.fault
  return (
    <Page
      title={text.title}
      description={text.description}
      lead={text.lead}
      crumbs={[
        { to: publicAddresses.home[language], label: words.nav.home },
        { to: publicAddresses.help[language], label: words.site.help.title },
      ]}
      narrow
    >
      <HelpForm kind="fault" />
    </Page>
  )
}

export function Barrier() {
  const { language, words } = useLanguage()
  const text = words.site.barrier
  return (
    <Page
      title={text.title}
      description={text.description}
      lead={text.lead}
      crumbs={[
        { to: publicAddresses.home[language], label: words.nav.home },
        { to: publicAddresses.accessibility[language], label: words.site.legal.accessibility.title },
      ]}
      narrow
    >
      <HelpForm kind="barrier" />
    </Page>
  )
}
