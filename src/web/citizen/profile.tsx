// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { app, publicAddresses } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Contacts } from '../app/contract.ts'
import { ageInYears } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { signOut, useActing, useSession } from '../app/session.tsx'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Checkbox, Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { PushOffer } from './push-offer.tsx'

/** Who is signed in, contacts of the person one acts for, and for whom one may act. */
export function Profile() {
  const { language, words } = useLanguage()
  const text = words.profile
  const session = useSession()
  const { people, person } = useActing()
  const contacts = useQuery({
    queryKey: ['contacts', person.personId],
    queryFn: () => ask(api.GET('/api/v1/people/{id}/contacts', { params: { path: { id: person.personId } } })),
  })
  return (
    <Page title={text.title} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      <Card title={text.data}>
        <Facts
          facts={[
            [text.name, `${session?.person?.givenName ?? ''} ${session?.person?.familyName ?? ''}`],
            session?.level !== undefined && [text.signedInWith, text.level(session.level)],
          ]}
        />
        <Button look="outline-primary" onClick={() => void signOut()}>
          {text.signOut}
        </Button>
      </Card>
      <h2>{text.of(`${person.givenName} ${person.familyName}`)}</h2>
      <p>{text.contactsText}</p>
      {contacts.isPending && <Skeleton lines={3} />}
      {contacts.error && <ProblemAlert error={contacts.error} onRetry={() => void contacts.refetch()} />}
      {contacts.data && <ContactsForm key={person.personId} personId={person.personId} contacts={contacts.data} />}
      <PushOffer />
      <Card title={text.people}>
        {people.length < 2 ? (
          <p>{text.onlyYou}</p>
        ) : (
          <ul>
            {people.map((one) => (
              <li key={one.personId}>
                {one.givenName} {one.familyName} ({words.person[one.relation]}
                {one.relation !== 'self' && `, ${words.person.years(ageInYears(one.birthDate))}`})
              </li>
            ))}
          </ul>
        )}
      </Card>
      <p>
        <Link to={publicAddresses.privacy[language]}>{text.privacy}</Link>
      </p>
    </Page>
  )
}

function ContactsForm(props: { personId: string; contacts: Contacts }) {
  const { words } = useLanguage()
  const text = words.profile
  const queries = useQueryClient()
  const toast = useToast()
  const [form, setForm] = useState(props.contacts)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const save = useMutation({
    mutationFn: (body: Contacts) =>
      ask(api.PUT('/api/v1/people/{id}/contacts', { params: { path: { id: props.personId } }, body })),
    onSuccess: (saved) => {
      queries.setQueryData(['contacts', props.personId], saved)
      toast({ text: text.saved })
    },
  })
  const change = (part: Partial<Contacts>) => setForm((before) => ({ ...before, ...part }))
  const channel = (name: string, on: boolean) =>
    change({ channels: on ? [...form.channels, name] : form.channels.filter((one) => one !== name) })

  function submit(event: FormEvent) {
    event.preventDefault()
    const mobile = form.mobile?.replace(/[^\d+]/g, '').replace(/^(?!\+)/, '+39') ?? ''
    const email = form.email?.trim() ?? ''
    const found: FieldProblem[] = []
    if (form.mobile && !/^\+393\d{8,9}$/.test(mobile)) found.push({ field: 'mobile', message: text.wrongMobile })
    if (email && !/^\S+@\S+\.\S+$/.test(email)) found.push({ field: 'email', message: text.wrongEmail })
    setProblems(found)
    if (found.length === 0) save.mutate({ ...form, mobile: form.mobile ? mobile : null, email: email || null })
  }
  return (
    <form onSubmit={submit} noValidate>
      <ErrorSummary problems={problems} />
      <Field
        id="mobile"
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        label={text.mobile}
        hint={text.mobileHint}
        optional
        error={problemOf(problems, 'mobile')}
        value={form.mobile ?? ''}
        onChange={(mobile) => change({ mobile })}
      />
      <Field
        id="email"
        type="email"
        inputMode="email"
        autoComplete="email"
        label={text.email}
        optional
        error={problemOf(problems, 'email')}
        value={form.email ?? ''}
        onChange={(email) => change({ email })}
      />
      <fieldset className="sf-field">
        <legend className="form-label">{text.channels}</legend>
        <Checkbox
          id="sms"
          label={text.sms}
          checked={form.channels.includes('sms')}
          onChange={(on) => channel('sms', on)}
        />
        <Checkbox
          id="email-channel"
          label={text.emailChannel}
          checked={form.channels.includes('email')}
          onChange={(on) => channel('email', on)}
        />
      </fieldset>
      <RadioGroup
        name="language"
        legend={text.languageTitle}
        inline
        choices={[
          { value: 'it', label: <span lang="it">Italiano</span> },
          { value: 'en', label: <span lang="en">English</span> },
        ]}
        value={form.language}
        onChange={(language) => change({ language })}
      />
      {save.error && <ProblemAlert error={save.error} />}
      <Button type="submit" pending={save.isPending} pendingText={words.ui.saving}>
        {text.save}
      </Button>
    </form>
  )
}
