// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { api, ask } from '../app/api.ts'
import type { GivenBack, PersonRecord } from '../app/contract.ts'
import { clock, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'
import { usePeopleWords } from './words.ts'

const tones = { restored: 'success', waiting: 'info', lost: 'danger' } as const
/** Milliseconds after an act within which its effects are looked for, and how often. */
const soon = 60_000
const often = 3_000
const justTakenBack = ({ acts }: PersonRecord): boolean =>
  acts.some(({ kind, undoneAt }) => kind === 'DIED' && undoneAt !== null && Date.now() - Date.parse(undoneAt) < soon)

/** After a death told in error: which appointments are hers again, and which have to be booked anew. */
export function GivenBackAppointments({ record }: { record: PersonRecord }) {
  const { language } = useLanguage()
  const text = usePeopleWords().record.givenBack
  const query = useQuery({
    queryKey: ['given-back', record.id, record.deceasedOn],
    enabled: record.deceasedOn === null,
    queryFn: () => ask(api.GET('/api/v1/office/people/{id}/given-back', { params: { path: { id: record.id } } })),
    // The places are asked for by a job, right after the act.
    refetchInterval: ({ state: { data } }) => {
      const waits =
        data?.items.length === 0 ? justTakenBack(record) : data?.items.some(({ state }) => state === 'waiting')
      return waits ? often : false
    },
  })
  if (query.error) return <ProblemAlert error={query.error} />
  const items = query.data?.items ?? []
  if (items.length === 0) return null
  const lost = items.filter(({ state }) => state === 'lost').length
  return (
    <section>
      <h2 className="h4">{text.title}</h2>
      <p>{text.lead}</p>
      {lost > 0 && (
        <Alert tone="warning" title={text.lost(lost)}>
          <p>{text.next}</p>
        </Alert>
      )}
      <Table
        caption={text.title}
        rows={items}
        id={(row: GivenBack) => row.id}
        columns={[
          { title: text.when, cell: (row) => `${shortDay(language, row.startsAt)}, ${clock(language, row.startsAt)}` },
          { title: text.service, cell: (row) => row.service },
          { title: text.place, cell: (row) => row.place },
          { title: text.code, cell: (row) => row.code },
          { title: text.became, cell: (row) => <Badge tone={tones[row.state]}>{text.states[row.state]}</Badge> },
        ]}
      />
    </section>
  )
}
