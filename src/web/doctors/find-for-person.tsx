// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { app } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import { Badge } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { ChooseLink } from './choose-link.tsx'
import { primaryCareQuery } from './queries.ts'
import { Search } from './search.tsx'
import { useDoctorWords } from './words.ts'

/** Looks for a doctor where the person one acts for lives, of the kind for her age. */
export function FindForPerson() {
  const { words } = useLanguage()
  const text = useDoctorWords()
  const { person } = useActing()
  const care = useQuery(primaryCareQuery(person.personId))
  const [kind, other] = care.data?.kinds ?? []
  return (
    <Page
      title={text.find.areaTitle}
      lead={text.find.areaLead(`${person.givenName} ${person.familyName}`)}
      crumbs={[
        { to: app.home, label: words.nav.home },
        { to: app.doctor, label: text.mine.title },
      ]}
      narrow
    >
      {care.isPending && <Skeleton lines={4} />}
      {care.error && <ProblemAlert error={care.error} onRetry={() => void care.refetch()} />}
      {care.data && (
        <Search
          key={person.personId}
          presets={{
            ...(care.data.municipality && { municipality: care.data.municipality.code }),
            ...(kind && !other && { kind }),
          }}
          action={(doctor, origin) =>
            doctor.id === care.data.current?.doctorId ? (
              <Badge tone="info">{text.find.current}</Badge>
            ) : (
              <ChooseLink doctor={doctor} origin={origin} />
            )
          }
        />
      )}
    </Page>
  )
}
