// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../app/api.ts'
import { dayOf, shortDay, today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { useFamilyDoctorWords } from './words.ts'

/** Who came into the doctor's list and left it this month. */
export function OwnMovements() {
  const { language } = useLanguage()
  const text = useFamilyDoctorWords().movements
  const month = today().slice(0, 7)
  const found = useQuery({
    queryKey: ['own-movements', month],
    queryFn: () => ask(api.GET('/api/v1/doctor/movements', { params: { query: { month } } })),
  })
  return (
    <section aria-labelledby="movements">
      <h2 id="movements">{text.title}</h2>
      {found.error && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton lines={4} />}
      {found.data?.movements.length === 0 && <p role="status">{text.none}</p>}
      {found.data && found.data.movements.length > 0 && (
        <Table
          caption={text.title}
          rows={found.data.movements}
          id={(one) => one.personId + one.what + one.at}
          columns={[
            { title: text.day, cell: (one) => shortDay(language, dayOf(one.at)) },
            { title: text.what, cell: (one) => text.whats[one.what] },
            { title: text.person, cell: (one) => one.personName },
            { title: text.born, cell: (one) => shortDay(language, one.birthDate) },
          ]}
        />
      )}
    </section>
  )
}
