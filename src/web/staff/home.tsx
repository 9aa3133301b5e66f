// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { OwnRole, RoleCode, Session } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useStaffWords } from './words.ts'

type Service =
  | 'auditSearch'
  | 'accessAlerts'
  | 'deskDelegations'
  | 'officeDoctors'
  | 'exemptionOffice'
  | 'ownPatients'
  | 'officeRequests'
  | 'officeLetters'
  | 'officeCampaigns'
  | 'people'
  | 'duplicates'
  | 'national'
  | 'partners'
  | 'appointments'

const pages: Record<Service, string> = {
  auditSearch: app.auditSearch,
  accessAlerts: app.accessAlerts,
  deskDelegations: app.deskDelegations,
  officeDoctors: app.officeDoctors,
  exemptionOffice: app.exemptionOffice,
  ownPatients: app.ownPatients,
  officeRequests: app.officeRequests,
  officeLetters: app.officeLetters,
  officeCampaigns: app.officeCampaigns,
  people: app.people,
  duplicates: app.duplicates,
  national: app.national,
  partners: app.partners,
  appointments: app.appointmentsOfRoles,
}

/** What each role finds here today. */
const services: Partial<Record<RoleCode, readonly Service[]>> = {
  auditor: ['accessAlerts', 'auditSearch'],
  clerk: ['deskDelegations'],
  doctor: ['ownPatients'],
  'district-officer': [
    'people',
    'officeRequests',
    'officeDoctors',
    'exemptionOffice',
    'officeLetters',
    'officeCampaigns',
    'duplicates',
    'national',
  ],
  'partner-manager': ['partners'],
  administrator: ['appointments', 'partners'],
}

/** The home of the role one acts in, or the choice of a role. */
export function StaffHome(props: { session: Session }) {
  const { words: general } = useLanguage()
  const words = useStaffWords()
  const { role } = props.session
  if (!role) return <ChoosingPage />
  const open = services[role.code] ?? []
  return (
    <Page title={words.home.title(general.roles[role.code].toLowerCase())} lead={role.organisation.name} narrow>
      <h2 className="h4">{words.home.services}</h2>
      {open.map((service) => {
        const [title, text] = words.home[service]
        return (
          <Card key={service} level={3} title={<Link to={pages[service]}>{title}</Link>}>
            <p>{text}</p>
          </Card>
        )
      })}
      {open.length === 0 && (
        <Alert tone="info" title={words.home.nothing}>
          <p>{words.home.nothingNext}</p>
        </Alert>
      )}
      <h2 className="h4">{words.home.change}</h2>
      <Choice inRole />
    </Page>
  )
}

const rolesQuery = { queryKey: ['roles'], queryFn: () => ask(api.GET('/api/v1/roles')) }

/** Who has no role is told so; who has some chooses. */
function ChoosingPage() {
  const { choose } = useStaffWords()
  const { data } = useQuery(rolesQuery)
  return (
    <Page title={choose.title} lead={data?.length === 0 ? undefined : choose.lead} narrow>
      <Choice />
    </Page>
  )
}

function Choice(props: { inRole?: boolean }) {
  const { language, words: general } = useLanguage()
  const { choose } = useStaffWords()
  const roles = useQuery(rolesQuery)
  const act = useMutation({
    mutationFn: (role: OwnRole | null) =>
      ask(api.POST('/api/v1/roles/acting', { body: { appointmentId: role?.appointmentId ?? null } })),
    // A whole new page: nothing of the earlier role stays in memory.
    onSuccess: (_done, role) => location.assign(role ? app.staff : app.home),
  })
  if (roles.error) return <ProblemAlert error={roles.error} onRetry={() => void roles.refetch()} />
  if (!roles.data) return <Skeleton lines={4} />
  const level = props.inRole ? 3 : 2
  const others = roles.data.filter((one) => !one.current)
  if (!props.inRole && others.length === 0)
    return (
      <>
        <Alert tone="info" title={choose.none}>
          <p>{choose.noneNext}</p>
        </Alert>
        <ButtonLink to={app.home}>{choose.area}</ButtonLink>
      </>
    )
  const pending = (role: OwnRole | null) => act.isPending && act.variables === role
  return (
    <>
      {act.error && <ProblemAlert error={act.error} />}
      {others.map((one) => (
        <Card key={one.appointmentId} level={level} title={general.roles[one.role]}>
          <p>
            {one.organisation.name}
            {one.unit && ` – ${one.unit}`}
            <br />
            <small>{one.until ? choose.until(longDay(language, one.until)) : choose.open}</small>
          </p>
          <Button pending={pending(one)} onClick={() => act.mutate(one)}>
            {choose.enter}{' '}
            <span className="visually-hidden">
              {choose.enterAs(general.roles[one.role].toLowerCase(), one.organisation.name)}
            </span>
          </Button>
        </Card>
      ))}
      <Card level={level} title={choose.citizen}>
        <p>{choose.citizenNote}</p>
        {props.inRole ? (
          <Button look="outline-primary" pending={pending(null)} onClick={() => act.mutate(null)}>
            {choose.enter} <span className="visually-hidden">{choose.citizen.toLowerCase()}</span>
          </Button>
        ) : (
          <ButtonLink to={app.home} look="outline-primary">
            {choose.enter} <span className="visually-hidden">{choose.citizen.toLowerCase()}</span>
          </ButtonLink>
        )}
      </Card>
    </>
  )
}
