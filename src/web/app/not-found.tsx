// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { app, publicAddresses } from './addresses.ts'
import { useLanguage } from './language.tsx'

export function NotFound() {
  const { language, words } = useLanguage()
  return (
    <Page title={words.problem.notFoundTitle} narrow lead={words.problem.notFound}>
      <p>{words.problem.notFoundNext}</p>
      <ul>
        <li>
          <Link to={publicAddresses.home[language]}>{words.nav.home}</Link>
        </li>
        <li>
          <Link to={app.appointments}>{words.nav.appointments}</Link>
        </li>
        <li>
          <Link to={publicAddresses.help[language]}>{words.nav.help}</Link>
        </li>
      </ul>
    </Page>
  )
}

/** Shown in place of a page that failed while drawing itself. */
export function Broken() {
  const { words } = useLanguage()
  return (
    <Page title={words.problem.brokenTitle} narrow lead={words.problem.broken}>
      <Button icon="refresh" onClick={() => location.reload()}>
        {words.problem.reload}
      </Button>
    </Page>
  )
}
