// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link, useLocation } from 'react-router'
import { app, publicAddresses } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { useSession } from '../app/session.tsx'
import { Alert } from '../ui/alert.tsx'
import { Card } from '../ui/card.tsx'
import { signInAddress } from '../ui/header.tsx'
import { Page } from '../ui/page.tsx'

/** What somebody sees who signed in with an identity of level 1: what is possible, and the way to more. */
export function LimitedArea() {
  const { language, words } = useLanguage()
  const text = words.limited
  const { pathname, search } = useLocation()
  const name = useSession()?.person?.givenName ?? ''
  const isHome = pathname === app.home || pathname === `${app.home}/`
  return (
    <Page title={isHome ? text.title(name) : text.page} documentTitle={isHome ? words.nav.area : text.page} narrow>
      <Alert tone="info" title={text.what}>
        <p>{text.text}</p>
      </Alert>
      <p className="sf-actions">
        <a className="btn btn-primary" href={signInAddress(language, pathname + search, true)}>
          {text.stepUp}
        </a>
      </p>
      <div className="sf-grid">
        <Card title={text.can}>
          <ul>
            <li>
              <Link to={app.account}>{text.canAccount}</Link>
            </li>
            <li>
              <Link to={app.sessions}>{words.sessions.title}</Link>
            </li>
            <li>
              <Link to={app.delegations}>{text.canDelegations}</Link>
            </li>
            <li>
              <Link to={app.adhesions}>{text.canAdhere}</Link>
            </li>
            <li>
              <Link to={publicAddresses.service[language]}>{text.canServices}</Link>
            </li>
          </ul>
        </Card>
        <Card title={text.canNot}>
          <ul>
            {text.canNotList.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Card>
      </div>
    </Page>
  )
}
