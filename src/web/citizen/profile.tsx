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
import { useSignOut, useActing, useSession } from '../app/session.tsx'
import { region } from '../region.ts'
import { Button } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Checkbox, RadioGroup } from '../ui/field.tsx'
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
  const signOut = useSignOut()
  const { people, person } = useActing()
  // Contacts belong to bookings: reminders go there.
  const mayWrite = person.services.includes('BOOKING')
  const contacts = useQuery({
    queryKey: ['contacts', person.personId],
    enabled: mayWrite,
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
        <Button look="outline-primary" onClick={signOut}>
          {text.signOut}
        </Button>
      </Card>
      <p>
        <Link to={app.account}>{words.account.manage(region.accountName)}</Link>
      </p>
      <h2>{text.of(`${person.givenName} ${person.familyName}`)}</h2>
      <p>{text.contactsText}</p>
      {!mayWrite && <p>{words.switcher.notHereText}</p>}
      {mayWrite && contacts.isPending && <Skeleton lines={3} />}
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
        <p>
          <Link to={app.delegations}>{words.delegations.title}</Link>
        </p>
      </Card>
      <Card title={words.accesses.title}>
        <p>
          <Link to={app.accesses}>{words.sessions.accesses}</Link>
        </p>
        <p>
          <Link to={app.sessions}>{words.sessions.link}</Link>
        </p>
      </Card>
      <p>
        <Link to={publicAddresses.privacy[language]}>{text.privacy}</Link>
      </p>
    </Page>
  )
}

/** Addresses come from the registry, verified; here one chooses the language and the channels. */
function ContactsForm(props: { personId: string; contacts: Contacts }) {
  const { words } = useLanguage()
  const text = words.profile
  const queries = useQueryClient()
  const toast = useToast()
  const { mobile, email } = props.contacts
  const [wish, setWish] = useState({ language: props.contacts.language, channels: props.contacts.channels })
  const save = useMutation({
    mutationFn: () =>
      ask(api.PUT('/api/v1/people/{id}/contacts', { params: { path: { id: props.personId } }, body: wish })),
    onSuccess: (saved) => {
      queries.setQueryData(['contacts', props.personId], saved)
      toast({ text: text.saved })
    },
  })
  const channel = (name: Contacts['channels'][number], on: boolean) =>
    setWish((before) => ({
      ...before,
      channels: on ? [...before.channels, name] : before.channels.filter((one) => one !== name),
    }))
  const point = (one: Contacts['mobile']) =>
    one ? `${one.value} (${one.verified ? text.verified : text.notVerified})` : text.nothing
  return (
    <>
      <Card>
        <Facts
          facts={[
            [text.mobile, point(mobile)],
            [text.email, point(email)],
          ]}
        />
        <p className="form-text">{text.change(region.bookingCentre.telephone)}</p>
      </Card>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <fieldset className="sf-field">
          <legend className="form-label">{text.channels}</legend>
          <small className="form-text">{text.always}</small>
          <Checkbox
            id="sms"
            label={text.sms}
            checked={wish.channels.includes('sms')}
            onChange={(on) => channel('sms', on)}
          />
          <Checkbox
            id="email"
            label={text.emailChannel}
            checked={wish.channels.includes('email')}
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
          value={wish.language}
          onChange={(language) => setWish((before) => ({ ...before, language }))}
        />
        {save.error && <ProblemAlert error={save.error} />}
        <Button type="submit" pending={save.isPending} pendingText={words.ui.saving}>
          {text.save}
        </Button>
      </form>
    </>
  )
}
