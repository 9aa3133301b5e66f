// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'

const tones = { bookable: 'warning', taken: 'success', released: 'warning', unusable: 'neutral' } as const

/** Prescriptions of the person one acts for. */
export function Prescriptions() {
  const { language, words } = useLanguage()
  const text = words.prescriptions
  const { person } = useActing()
  const prescriptions = useQuery({
    queryKey: ['prescriptions', person.personId],
    queryFn: () => ask(api.GET('/api/v1/prescriptions', { params: { query: { patientId: person.personId } } })),
  })
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      <p className="sf-actions">
        <ButtonLink to={app.book} icon="note">
          {text.new}
        </ButtonLink>
      </p>
      {prescriptions.isPending && <Skeleton lines={3} />}
      {prescriptions.error && <ProblemAlert error={prescriptions.error} onRetry={() => void prescriptions.refetch()} />}
      {prescriptions.data?.length === 0 && <p className="sf-empty">{text.none}</p>}
      {prescriptions.data?.map((one) => (
        <Card
          key={one.id}
          title={one.lines.map((line) => line.description).join(' + ')}
          aside={<Badge tone={tones[one.state]}>{text.state[one.state]}</Badge>}
        >
          <Facts
            facts={[
              [
                words.book.step3.prescription,
                <span key="nre" className="sf-code">
                  {one.nre}
                </span>,
              ],
              one.priority && [
                words.book.step2.priority,
                `${words.priority[one.priority]} (${words.priorityWithin(one.priority, one.maxDays)})`,
              ],
              [text.issued, longDay(language, one.issuedOn)],
              one.prescriber && [text.by, one.prescriber],
              [words.book.step2.bookBy, longDay(language, one.bookBy)],
            ]}
          />
          {one.bookingId && one.state === 'taken' && (
            <ButtonLink to={app.appointment(one.bookingId)} look="outline-primary">
              {text.see}
            </ButtonLink>
          )}
          {(one.state === 'bookable' || one.state === 'released') && (
            <ButtonLink to={app.offers(one.id)}>{text.book}</ButtonLink>
          )}
        </Card>
      ))}
    </Page>
  )
}
