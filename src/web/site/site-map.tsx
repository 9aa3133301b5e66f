// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app, publicAddresses } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { Page } from '../ui/page.tsx'

export function SiteMap() {
  const { language, words } = useLanguage()
  const { site, nav } = words
  const open = [
    ['home', nav.home],
    ['service', site.service.title],
    ['doctors', nav.findDoctor],
    ['campaigns', nav.vaccinations],
    ['questions', site.questions.title],
    ['help', site.help.title],
    ['fault', site.fault.title],
    ['signIn', site.signIn.title],
    ['accessibility', site.legal.accessibility.title],
    ['barrier', site.barrier.title],
    ['privacy', site.legal.privacy.title],
    ['cookies', site.legal.cookies.title],
    ['legal', site.legal.notes.title],
  ] as const
  const area = [
    [app.home, nav.area],
    [app.book, nav.book],
    [app.appointments, nav.appointments],
    [app.prescriptions, nav.prescriptions],
    [app.payments, nav.payments],
    [app.waiting, nav.waiting],
    [app.doctor, nav.doctor],
    [app.adhesions, nav.adhesions],
    [app.messages, nav.messages],
    [app.profile, nav.profile],
    [app.accesses, words.accesses.title],
    [app.sessions, words.sessions.title],
  ] as const
  return (
    <Page
      title={site.map.title}
      description={site.map.description}
      crumbs={[{ to: publicAddresses.home[language], label: nav.home }]}
      narrow
    >
      <h2>{site.map.public}</h2>
      <ul>
        {open.map(([page, label]) => (
          <li key={page}>
            <Link to={publicAddresses[page][language]}>{label}</Link>
          </li>
        ))}
      </ul>
      <h2>{site.map.area}</h2>
      <ul>
        {area.map(([to, label]) => (
          <li key={to}>
            <Link to={to}>{label}</Link>
          </li>
        ))}
      </ul>
    </Page>
  )
}
