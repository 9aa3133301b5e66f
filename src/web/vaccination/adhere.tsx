// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Adhesions, NewAdhesion } from '../app/contract.ts'
import { newKey } from '../app/idempotency.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { RadioGroup } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { useVaccinationWords } from './words.ts'

type Channel = NewAdhesion['contact']

/** The button that joins a campaign for somebody, and the question where to be called. */
export function Adhere(props: {
  campaign: Adhesions['campaigns'][number]
  person: Adhesions['people'][number]
  contacts: Adhesions['contacts']
}) {
  const words = useVaccinationWords()
  const text = words.area
  const { campaign, person, contacts } = props
  const [asking, setAsking] = useState(false)
  const [contact, setContact] = useState<Channel>(contacts.sms ? 'sms' : contacts.email ? 'email' : 'app')
  const key = useRef(newKey()) // the same for every press, so that a lost answer makes no second one
  const queries = useQueryClient()
  const toast = useToast()
  const adhere = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/api/v1/vaccination/adhesions', {
          params: { header: { 'idempotency-key': key.current } },
          body: { patientId: person.id, campaign: campaign.code, contact },
        }),
      ),
    async onSuccess() {
      toast({ text: text.made(campaign.title, person.givenName) })
      await queries.invalidateQueries({ queryKey: ['adhesions'] })
    },
  })
  const choices: { value: Channel; label: string }[] = [
    ...(contacts.sms ? [{ value: 'sms' as const, label: words.contacts.sms(contacts.sms) }] : []),
    ...(contacts.email ? [{ value: 'email' as const, label: words.contacts.email(contacts.email) }] : []),
    { value: 'app', label: words.contacts.app },
  ]
  return (
    <>
      <Button
        onClick={() => {
          adhere.reset()
          setAsking(true)
        }}
      >
        {text.adhere} <span className="visually-hidden">{text.for(`${person.givenName}: ${campaign.title}`)}</span>
      </Button>
      <Dialog open={asking} title={text.ask(person.givenName)} onClose={() => setAsking(false)}>
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            adhere.mutate()
          }}
        >
          <p>
            <strong>{campaign.title}</strong>
          </p>
          <p>{campaign.after}</p>
          <RadioGroup
            name="contact"
            legend={text.how}
            hint={text.howHint}
            choices={choices}
            value={contact}
            onChange={setContact}
          />
          <p>
            <Link to={app.profile}>{text.profile}</Link>
          </p>
          {adhere.error && <ProblemAlert error={adhere.error} />}
          <div className="sf-actions">
            <Button type="submit" pending={adhere.isPending} pendingText={text.confirming}>
              {text.confirm}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  )
}
