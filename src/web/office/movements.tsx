// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { today } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Checkbox, Select } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { movementsQuery } from './queries.ts'
import { useOfficeWords } from './words.ts'

const monthsShown = 24

/** This month and those before it, as `YYYY-MM`. */
function lastMonths(): string[] {
  const [year, month] = today().split('-').map(Number) as [number, number, number]
  return Array.from({ length: monthsShown }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  )
}

/** Who entered and left the list of each doctor in a month, as a table and as a file. */
export function Movements() {
  const { language } = useLanguage()
  const text = useOfficeWords().movements
  const months = lastMonths()
  const [month, setMonth] = useState(months[0]!)
  const [only, setOnly] = useState(true)
  const movements = useQuery(movementsQuery(month))
  const name = (one: string) =>
    new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${one}-01T00:00:00Z`),
    )
  const rows = movements.data?.doctors.filter((one) => !only || one.entered + one.left > 0) ?? []
  const { columns } = text
  return (
    <>
      <div className="sf-narrow">
        <Select
          label={text.month}
          value={month}
          choices={months.map((value) => ({ value, label: name(value) }))}
          onChange={setMonth}
        />
        <Checkbox id="only" label={text.only} checked={only} onChange={setOnly} />
      </div>
      {movements.error && <ProblemAlert error={movements.error} onRetry={() => void movements.refetch()} />}
      {movements.isPending && <Skeleton lines={6} />}
      {movements.data && rows.length === 0 && <p role="status">{text.none}</p>}
      {rows.length > 0 && (
        <Table
          caption={text.caption(name(month))}
          rows={rows}
          id={(row) => row.doctorId}
          columns={[
            { title: columns.code, cell: (row) => row.regionalCode ?? '–' },
            { title: columns.doctor, cell: (row) => row.doctorName },
            { title: columns.kind, cell: (row) => text.kinds[row.kind] },
            { title: columns.atStart, cell: (row) => row.atStart, number: true },
            { title: columns.entered, cell: (row) => row.entered, number: true },
            { title: columns.left, cell: (row) => row.left, number: true },
            { title: columns.atEnd, cell: (row) => row.atEnd, number: true },
          ]}
        />
      )}
      {movements.data && (
        <p>
          <a href={`/api/v1/office/doctor-movements.csv?month=${month}`} download>
            {text.export}
          </a>
        </p>
      )}
    </>
  )
}
