// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { useLocation } from 'react-router'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { app } from './addresses.ts'
import type { ActsFor } from './contract.ts'
import { useLanguage } from './language.tsx'
import { useActing } from './session.tsx'

type Service = ActsFor['services'][number]

/** Pages that are about one service; the others are open to whoever may act for the person at all. */
const serviceAt: readonly (readonly [string, Service])[] = [
  [app.book, 'BOOKING'],
  [app.appointments, 'BOOKING'],
  [app.prescriptions, 'BOOKING'],
  [app.waiting, 'BOOKING'],
  [app.payments, 'PAYMENT'],
  [app.exemptions, 'EXEMPTION'],
  [app.doctor, 'DOCTOR_CHOICE'],
]

/** Whether the signed-in person may use a service for herself: a minor not always. */
export function useMayAlone(service: Service): boolean {
  return useActing().people.some((one) => one.relation === 'self' && one.services.includes(service))
}

/** Shows a page only when the one acted for has allowed its service; says so otherwise, with the way on. */
export function Allowed(props: { children: ReactNode }) {
  const { words } = useLanguage()
  const { pathname } = useLocation()
  const { people, person, forAnother, switchTo } = useActing()
  const [, service] = serviceAt.find(([path]) => pathname === path || pathname.startsWith(`${path}/`)) ?? []
  if (!service || person.services.includes(service)) return props.children
  const text = words.switcher
  const name = `${person.givenName} ${person.familyName}`
  const self = people.find((one) => one.relation === 'self')
  return (
    <Page title={words.delegations.services[service].name} crumbs={[{ to: app.home, label: words.nav.home }]} narrow>
      <Alert tone="info" title={forAnother ? text.notHere(name) : text.notAlone}>
        <p>{forAnother ? text.notHereText : text.notAloneText}</p>
      </Alert>
      <div className="sf-actions">
        {forAnother && self && <Button onClick={() => switchTo(self.personId)}>{text.backToMe}</Button>}
        <ButtonLink to={app.delegations} look="outline-primary">
          {words.delegations.title}
        </ButtonLink>
      </div>
    </Page>
  )
}
