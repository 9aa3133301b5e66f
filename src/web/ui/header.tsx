// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link, NavLink, useLocation } from 'react-router'
import { app, languages, languagesAt, publicAddresses, type Language } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { forgetPerson, leaveEverywhere, useSession, useSignOut } from '../app/session.tsx'
import { region } from '../region.ts'
import { Icon } from './icon.tsx'
import { Menu } from './menu.tsx'

const names: Record<Language, { short: string; long: string }> = {
  it: { short: 'ITA', long: 'Italiano' },
  en: { short: 'ENG', long: 'English' },
}

export function SkipLinks() {
  const { words } = useLanguage()
  return (
    <div className="skiplinks">
      <a className="visually-hidden-focusable" href="#main">
        {words.ui.toContent}
      </a>
      <a className="visually-hidden-focusable" href="#navigation">
        {words.ui.toNavigation}
      </a>
      <a className="visually-hidden-focusable" href="#footer">
        {words.ui.toFooter}
      </a>
    </div>
  )
}

function LanguageChoice() {
  const { language, words, setLanguage } = useLanguage()
  const { pathname, search, state } = useLocation()
  const here = languagesAt(pathname)
  return (
    <ul className="sf-languages" aria-label={words.ui.language}>
      {languages.map((one) => (
        <li key={one}>
          {here ? (
            <Link
              to={{ pathname: here.addresses[one], search }}
              state={state}
              hrefLang={one}
              lang={one}
              aria-current={one === language ? 'true' : undefined}
              onClick={() => setLanguage(one)}
            >
              <span aria-hidden="true">{names[one].short}</span>
              <span className="visually-hidden">{names[one].long}</span>
            </Link>
          ) : (
            <button type="button" lang={one} aria-pressed={one === language} onClick={() => setLanguage(one)}>
              <span aria-hidden="true">{names[one].short}</span>
              <span className="visually-hidden">{names[one].long}</span>
            </button>
          )}
        </li>
      ))}
    </ul>
  )
}

function Account() {
  const { language, words } = useLanguage()
  const session = useSession()
  const { pathname } = useLocation()
  const signOut = useSignOut()
  if (!session?.signedIn || !session.person)
    return (
      <a className="btn btn-primary sf-sign-in" href={signInAddress(language, pathname)}>
        <Icon name="user" />
        <span>{words.ui.signIn}</span>
      </a>
    )
  const { givenName, familyName } = session.person
  const { role } = session
  const acting = role ? `${words.roles[role.code]}, ${role.organisation.name}` : givenName
  return (
    <Menu
      id="account"
      name={words.ui.account(role ? `${givenName} ${familyName}, ${acting}` : `${givenName} ${familyName}`)}
      label={
        <>
          <Icon name="user" />
          <span>{acting}</span>
          <Icon name="expand" />
        </>
      }
    >
      {!role && (
        <>
          <li>
            <Link to={app.home}>{words.nav.area}</Link>
          </li>
          <li>
            <Link to={app.messages}>{words.nav.messages}</Link>
          </li>
          <li>
            <Link to={app.doctor}>{words.nav.doctor}</Link>
          </li>
          <li>
            <Link to={app.delegations}>{words.delegations.title}</Link>
          </li>
          <li>
            <Link to={app.profile}>{words.nav.profile}</Link>
          </li>
        </>
      )}
      {(role || session.holdsRoles) && (
        <li>
          <Link to={app.staff}>{words.nav.staff}</Link>
        </li>
      )}
      <li>
        <button type="button" onClick={signOut}>
          {words.ui.signOut}
        </button>
      </li>
      {session.alsoAtProvider && (
        <li>
          <form method="post" action={leaveEverywhere} onSubmit={forgetPerson}>
            <button type="submit">{words.ui.signOutEverywhere}</button>
          </form>
        </li>
      )}
    </Menu>
  )
}

/**
 * Where signing in starts; from a page of the signed-in area one comes back to it. A step-up is for who is signed in and
 * confirms who she is: nobody else can come back then.
 */
export function signInAddress(language: Language, path: string, stepUp = false): string {
  const back = /^\/(app|operatori)\b/.test(path) ? `?returnTo=${encodeURIComponent(path)}` : ''
  const confirm = stepUp ? `${back ? '&' : '?'}stepUp=yes` : ''
  return publicAddresses.signIn[language] + back + confirm
}

function Navigation(props: { signedIn: boolean; inRole: boolean }) {
  const { language, words } = useLanguage()
  const ofCitizen = props.signedIn && !props.inRole
  const links = props.inRole
    ? [[app.staff, words.nav.role]]
    : ofCitizen
      ? [
          [app.home, words.nav.home],
          [app.book, words.nav.book],
          [app.appointments, words.nav.appointments],
          [app.prescriptions, words.nav.prescriptions],
          [app.payments, words.nav.payments],
        ]
      : [
          [publicAddresses.service[language], words.nav.service],
          [publicAddresses.doctors[language], words.nav.doctors],
          [publicAddresses.questions[language], words.nav.questions],
          [publicAddresses.help[language], words.nav.help],
        ]
  return (
    <nav id="navigation" tabIndex={-1} className="sf-nav" aria-label={words.ui.mainNavigation}>
      <ul className="container">
        {links.map(([to = '', label]) => (
          <li key={to}>
            <NavLink to={to} end={to === app.home}>
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Owner, language and account above; service name; navigation. In the signed-in area phones have BottomBar too. */
export function Header() {
  const { language, words } = useLanguage()
  const { pathname } = useLocation()
  const session = useSession()
  const inRole = Boolean(session?.role)
  const inArea = pathname.startsWith('/app') || pathname.startsWith('/operatori')
  return (
    <header className="it-header-wrapper">
      <div className="it-header-slim-wrapper">
        <div className="container it-header-slim-wrapper-content">
          <a className="navbar-brand sf-owner" href={region.owner.site} lang="it">
            {region.owner.name}
          </a>
          <div className="it-header-slim-right-zone">
            <LanguageChoice />
            <Account />
          </div>
        </div>
      </div>
      <div className="it-header-center-wrapper">
        <div className="container it-header-center-content-wrapper">
          <div className="it-brand-wrapper">
            <Link to={inRole ? app.staff : inArea ? app.home : publicAddresses.home[language]}>
              <img src="/icons/mark.svg" alt="" width="48" height="48" />
              <span className="it-brand-text">
                <span className="it-brand-title">{region.serviceName}</span>
                <span className="it-brand-tagline">{words.ui.tagline(region.region)}</span>
              </span>
            </Link>
          </div>
        </div>
      </div>
      <Navigation signedIn={inArea} inRole={inRole} />
    </header>
  )
}

/** Main places of the signed-in area, at the thumb on phones. */
export function BottomBar() {
  const { words } = useLanguage()
  return (
    <nav className="bottom-nav sf-bottom" aria-label={words.ui.quickNavigation}>
      <ul>
        {(
          [
            [app.home, words.nav.home, 'home'],
            [app.appointments, words.nav.appointmentsShort, 'calendar'],
            [app.prescriptions, words.nav.prescriptions, 'note'],
            [app.payments, words.nav.payments, 'card'],
            [app.profile, words.nav.profile, 'user'],
          ] as const
        ).map(([to, label, icon]) => (
          <li key={to}>
            <NavLink to={to} end={to === app.home}>
              <Icon name={icon} />
              <span className="bottom-nav-label">{label}</span>
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
