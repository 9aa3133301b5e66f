// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { app, publicAddresses } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { useSession } from '../app/session.tsx'
import { region } from '../region.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { Rating } from '../ui/rating.tsx'
import { ChooseLink } from './choose-link.tsx'
import { Search } from './search.tsx'
import { useDoctorWords } from './words.ts'

/** Anybody looks for a doctor; choosing one begins with signing in. */
export function FindDoctor() {
  const { language, words } = useLanguage()
  const text = useDoctorWords().find
  const session = useSession()
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
      <Search
        presets={{}}
        action={(doctor, origin) => !session?.role && <ChooseLink doctor={doctor} origin={origin} />}
      />
      <h2>{text.howTitle}</h2>
      <ul>
        {text.how.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="sf-actions">
        <ButtonLink to={app.doctor} look="outline-primary">
          {session?.signedIn ? text.mine : text.signIn}
        </ButtonLink>
      </p>
      <Rating about={`${language}/doctors`} kind="page" />
    </Page>
  )
}
