// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { adhesionAddresses, app, publicAddresses } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { useSession } from '../app/session.tsx'
import { region } from '../region.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Rating } from '../ui/rating.tsx'
import { useVaccinationWords } from './words.ts'

/** Anybody reads which campaigns are open, and how to join. */
export function Campaigns() {
  const { language, words } = useLanguage()
  const general = useVaccinationWords()
  const text = general.public
  const session = useSession()
  const open = useQuery({
    queryKey: ['campaigns', language],
    queryFn: () => ask(api.GET('/api/v1/vaccination/campaigns')),
  })
  return (
    <Page
      title={text.title}
      description={text.description}
      lead={text.lead}
      crumbs={[{ to: publicAddresses.home[language], label: words.nav.home }]}
      narrow
    >
      <noscript>
        <p className="alert alert-warning">{text.noScript(region.bookingCentre.telephone)}</p>
      </noscript>
      <h2>{text.open}</h2>
      {open.isPending && <Skeleton lines={5} />}
      {open.error && <ProblemAlert error={open.error} onRetry={() => void open.refetch()} />}
      {open.data?.campaigns.length === 0 && <p role="status">{text.none}</p>}
      {open.data?.campaigns.map((one) => (
        <Card key={one.code} level={3} title={one.title}>
          <p>{one.about}</p>
          <p>{general.until(longDay(language, one.until))}</p>
          <div className="sf-actions">
            <ButtonLink to={adhesionAddresses[language] + one.code}>
              {text.withCard} <span className="visually-hidden">{one.title}</span>
            </ButtonLink>
          </div>
        </Card>
      ))}
      <h2>{text.how}</h2>
      <ul>
        {text.ways.map((way) => (
          <li key={way}>{way}</li>
        ))}
      </ul>
      {!session?.role && (
        <p className="sf-actions">
          <ButtonLink to={app.adhesions} look="outline-primary">
            {session?.signedIn ? text.mine : text.signIn}
          </ButtonLink>
        </p>
      )}
      <Rating about={`${language}/vaccinations`} kind="page" />
    </Page>
  )
}
