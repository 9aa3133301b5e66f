// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLocation } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { Adhesion, Adhesions as Listed } from '../app/contract.ts'
import { dayAndTime, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { signInAddress } from '../ui/header.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { Adhere } from './adhere.tsx'
import { Withdraw } from './withdraw.tsx'
import { useVaccinationWords } from './words.ts'

type Person = Listed['people'][number]
type OpenCampaign = Listed['campaigns'][number]

/** Open campaigns and adhesions of oneself and everybody one may act for. */
export function Adhesions() {
  const { language, words: general } = useLanguage()
  const text = useVaccinationWords().area
  const { pathname } = useLocation()
  const { person: acting } = useActing()
  const list = useQuery({
    queryKey: ['adhesions', language],
    queryFn: () => ask(api.GET('/api/v1/vaccination/adhesions')),
  })
  const first = (one: Person) => (one.id === acting.personId ? 0 : 1)
  const people = list.data?.people.toSorted((a, b) => first(a) - first(b)) ?? []
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ to: app.home, label: general.nav.home }]} narrow>
      {list.isPending && <Skeleton lines={6} />}
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.byAgeOnly && (
        <Alert tone="info" title={text.ageOnly}>
          <p>{text.ageOnlyText}</p>
          <p>
            <a href={signInAddress(language, pathname, true)}>{text.stepUp}</a>
          </p>
        </Alert>
      )}
      {list.data?.campaigns.length === 0 && <p role="status">{text.none}</p>}
      {list.data && people.map((person) => <OfPerson key={person.id} person={person} list={list.data} />)}
    </Page>
  )
}

function OfPerson({ person, list }: { person: Person; list: Listed }) {
  const text = useVaccinationWords().area
  const live = person.adhesions.filter((one) => one.withdrawnAt === null)
  const liveIn = ({ code }: OpenCampaign) => live.find((one) => one.campaign === code)
  const concerning = list.campaigns.filter((one) => person.invitedTo.includes(one.code) || liveIn(one))
  const others = list.campaigns.filter((one) => !concerning.includes(one))
  const isOpen = ({ campaign }: Adhesion) => list.campaigns.some(({ code }) => code === campaign)
  const past = person.adhesions.filter((one) => one.withdrawnAt !== null || !isOpen(one))
  const heading = useRef<HTMLHeadingElement>(null)
  const held = live.map(({ id }) => id).join()
  const before = useRef(held)
  useEffect(() => {
    if (before.current !== held) heading.current?.focus() // the button that was pressed is gone
    before.current = held
  }, [held])
  return (
    <section aria-labelledby={`of-${person.id}`}>
      <h2 id={`of-${person.id}`} ref={heading} tabIndex={-1}>{`${person.givenName} ${person.familyName}`}</h2>
      {concerning.length === 0 && list.campaigns.length > 0 && <p>{text.notInvited}</p>}
      {concerning.map((campaign) => (
        <CampaignCard
          key={campaign.code}
          campaign={campaign}
          person={person}
          adhesion={liveIn(campaign)}
          contacts={list.contacts}
        />
      ))}
      {others.length > 0 && (
        <details className="sf-past">
          <summary>{text.others(others.length)}</summary>
          {others.map((one) => (
            <Card key={one.code} level={3} title={one.title}>
              <p>{one.about}</p>
              <p>{one.otherwise}</p>
            </Card>
          ))}
        </details>
      )}
      {past.length > 0 && (
        <details className="sf-past">
          <summary>{text.history(past.length)}</summary>
          {past.map((one) => (
            <PastCard key={one.id} adhesion={one} person={person} />
          ))}
        </details>
      )}
    </section>
  )
}

function CampaignCard(props: {
  campaign: OpenCampaign
  person: Person
  adhesion: Adhesion | undefined
  contacts: Listed['contacts']
}) {
  const { language } = useLanguage()
  const words = useVaccinationWords()
  const text = words.area
  const { campaign, person, adhesion } = props
  return (
    <Card
      level={3}
      title={campaign.title}
      aside={<Badge tone={adhesion ? 'success' : 'info'}>{adhesion ? text.states.adhered : text.states.open}</Badge>}
    >
      {!adhesion && <p>{campaign.about}</p>}
      <p>{adhesion ? campaign.after : words.until(longDay(language, campaign.until))}</p>
      {adhesion ? (
        <>
          <AdhesionFacts adhesion={adhesion} />
          <div className="sf-actions">
            <WithdrawOf adhesion={adhesion} person={person} />
          </div>
        </>
      ) : (
        <div className="sf-actions">
          <Adhere campaign={campaign} person={person} contacts={props.contacts} />
        </div>
      )}
    </Card>
  )
}

function PastCard({ adhesion, person }: { adhesion: Adhesion; person: Person }) {
  const { states } = useVaccinationWords().area
  const { withdrawnAt } = adhesion
  return (
    <Card
      level={3}
      title={adhesion.title}
      aside={<Badge tone="neutral">{withdrawnAt ? states.withdrawn : states.ended}</Badge>}
    >
      <AdhesionFacts adhesion={adhesion} />
      {!withdrawnAt && (
        <div className="sf-actions">
          <WithdrawOf adhesion={adhesion} person={person} />
        </div>
      )}
    </Card>
  )
}

function AdhesionFacts({ adhesion }: { adhesion: Adhesion }) {
  const { language } = useLanguage()
  const { facts, channels, contacts } = useVaccinationWords()
  const { channel, address } = adhesion.contact
  const where = channel === 'app' ? contacts.app : address ? contacts[channel](address) : contacts.none
  const { withdrawnAt } = adhesion
  return (
    <Facts
      facts={[
        [facts.code, adhesion.code],
        [facts.made, `${dayAndTime(language, adhesion.madeAt)}, ${channels[adhesion.channel]}`],
        withdrawnAt ? [facts.withdrawn, dayAndTime(language, withdrawnAt)] : [facts.contact, where],
      ]}
    />
  )
}

function WithdrawOf({ adhesion, person }: { adhesion: Adhesion; person: Person }) {
  const text = useVaccinationWords().area
  const queries = useQueryClient()
  const toast = useToast()
  const withdraw = useMutation({
    mutationFn: () =>
      ask(api.POST('/api/v1/vaccination/adhesions/{id}/withdraw', { params: { path: { id: adhesion.id } } })),
    async onSuccess() {
      toast({ text: text.withdrawn(adhesion.title, person.givenName) })
      await queries.invalidateQueries({ queryKey: ['adhesions'] })
    },
  })
  return (
    <Withdraw
      of={text.of(`${person.givenName}: ${adhesion.title}`)}
      error={withdraw.error}
      isPending={withdraw.isPending}
      onOpen={() => withdraw.reset()}
      onConfirm={() => withdraw.mutate()}
    />
  )
}
