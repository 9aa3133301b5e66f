// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { PersonRecord } from '../app/contract.ts'
import { longDay, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { OfficeActs, UndoButton } from './acts.tsx'
import { Failure, Frame, usePeriod } from './frame.tsx'
import { GivenBackAppointments } from './given-back.tsx'
import { usePeopleWords } from './words.ts'

/** Everything the registry holds of a person, and what an office can do. */
export function RecordPage() {
  const { personId = '' } = useParams()
  const text = usePeopleWords().record
  const record = useQuery({
    queryKey: ['person-record', personId],
    queryFn: () => ask(api.GET('/api/v1/office/people/{id}', { params: { path: { id: personId } } })),
  })
  return (
    <Frame title={text.title} lead={text.lead}>
      <p>
        <Link to={app.people}>{text.back}</Link>
      </p>
      {record.error && <Failure error={record.error} onRetry={() => void record.refetch()} />}
      {record.isPending && <Skeleton lines={10} />}
      {record.data && <Record key={record.data.id} record={record.data} />}
    </Frame>
  )
}

const tones = {
  RESIDENT: 'success',
  TEMP_DOMICILE: 'info',
  STP: 'info',
  ENI: 'info',
  TEAM_VISITOR: 'info',
  NEWBORN: 'warning',
  OTHER: 'info',
  NOT_ENROLLED: 'warning',
  EMIGRATED: 'neutral',
  DIED: 'neutral',
  MERGED: 'warning',
} as const

export const nameOf = ({ givenName, familyName }: Pick<PersonRecord, 'givenName' | 'familyName'>): string =>
  `${givenName} ${familyName}`

function Record({ record }: { record: PersonRecord }) {
  const text = usePeopleWords().record
  return (
    <>
      {record.mergedInto && (
        <Alert tone="warning" title={text.mergedInto}>
          <p>
            <Link to={app.person(record.mergedInto)}>{text.openSurvivor}</Link>
          </p>
        </Alert>
      )}
      <Card
        title={nameOf(record)}
        aside={<Badge tone={tones[record.standing]}>{text.standings[record.standing]}</Badge>}
      >
        <Identity record={record} />
      </Card>
      <GivenBackAppointments record={record} />
      <OfficeActs record={record} />
      <Sections record={record} />
    </>
  )
}

function Identity({ record }: { record: PersonRecord }) {
  const { language } = useLanguage()
  const { facts, sexes } = usePeopleWords().record
  const enrolled = record.enrolments.find(({ state }) => state !== 'ENDED')
  return (
    <Facts
      facts={[
        [facts.born, facts.bornAt(longDay(language, record.birthDate), record.birthPlace)],
        record.deceasedOn !== null && [facts.died, longDay(language, record.deceasedOn)],
        [facts.sex, sexes[record.sex]],
        [facts.citizenship, record.citizenship],
        enrolled && [facts.authority, `${enrolled.aslName}, ${enrolled.districtName ?? facts.noDistrict}`],
        record.merged.length > 0 && [
          facts.merged,
          record.merged.map(({ id, name, birthDate }) => (
            <div key={id}>
              <Link to={app.person(id)}>{`${name}, ${shortDay(language, birthDate)}`}</Link>
            </div>
          )),
        ],
      ]}
    />
  )
}

type Section = keyof ReturnType<typeof usePeopleWords>['record']['sections']

function Rows<Row>(props: {
  of: Section
  rows: readonly Row[]
  id: (row: Row) => string
  columns: readonly Column<Row>[]
}) {
  const text = usePeopleWords().record
  const { of, rows, id, columns } = props
  return (
    <section>
      <h2 className="h4">{text.sections[of]}</h2>
      {rows.length === 0 ? (
        <p>{text.none[of]}</p>
      ) : (
        <Table caption={text.sections[of]} rows={rows} id={id} columns={columns} />
      )}
    </section>
  )
}

function Sections({ record }: { record: PersonRecord }) {
  const { language } = useLanguage()
  const text = usePeopleWords().record
  const period = usePeriod()
  const { columns } = text
  const when = { title: columns.period, cell: (row: { from: string; until: string | null }): ReactNode => period(row) }
  const ended = (reason: string | null) => (reason === null ? text.current : (text.endReasons[reason] ?? reason))
  const keyed = ({ from }: { from: string }, ...more: string[]) => [from, ...more].join(' ')
  return (
    <>
      <Rows
        of="identifiers"
        rows={record.identifiers}
        id={(row) => row.id}
        columns={[
          { title: columns.kind, cell: (row) => text.identifierKinds[row.kind] },
          { title: columns.value, cell: (row) => <strong>{row.value}</strong> },
          when,
          { title: columns.state, cell: (row) => (row.checked ? text.checked.yes : text.checked.no) },
        ]}
      />
      <Rows
        of="addresses"
        rows={record.addresses}
        id={(row) => row.id}
        columns={[
          { title: columns.kind, cell: (row) => text.addressKinds[row.kind] },
          {
            title: columns.address,
            cell: (row) => `${row.line}, ${[row.postcode, row.place].filter(Boolean).join(' ')}`,
          },
          when,
        ]}
      />
      <Rows
        of="enrolments"
        rows={record.enrolments}
        id={(row) => row.id}
        columns={[
          { title: columns.kind, cell: (row) => text.enrolmentKinds[row.kind] },
          { title: columns.authority, cell: (row) => [row.aslName, row.districtName].filter(Boolean).join(', ') },
          when,
          {
            title: columns.state,
            cell: (row) =>
              row.endReason === null
                ? text.enrolmentStates[row.state]
                : `${text.enrolmentStates[row.state]}: ${ended(row.endReason)}`,
          },
        ]}
      />
      <Rows
        of="contacts"
        rows={record.contacts}
        id={(row) => keyed(row, row.kind, row.value)}
        columns={[
          { title: columns.kind, cell: (row) => text.contactKinds[row.kind] },
          { title: columns.value, cell: (row) => row.value },
          { title: columns.state, cell: (row) => (row.verified ? text.checked.yes : text.checked.no) },
        ]}
      />
      <Rows
        of="family"
        rows={record.family}
        id={(row) => `${row.id} ${row.relation}`}
        columns={[
          { title: columns.name, cell: (row) => <Link to={app.person(row.id)}>{row.name}</Link> },
          { title: columns.relation, cell: (row) => text.relations[row.relation] },
          { title: columns.born, cell: (row) => shortDay(language, row.birthDate) },
        ]}
      />
      <Rows
        of="doctors"
        rows={record.doctors}
        id={(row) => keyed(row, row.name, row.endReason ?? '')}
        columns={[
          { title: columns.name, cell: (row) => row.name },
          { title: columns.kind, cell: (row) => text.doctorKinds[row.kind] },
          when,
          { title: columns.state, cell: (row) => ended(row.endReason) },
        ]}
      />
      <Rows
        of="exemptions"
        rows={record.exemptions}
        id={(row) => keyed(row, row.code, row.state)}
        columns={[
          { title: columns.code, cell: (row) => `${row.code} – ${row.name}` },
          when,
          { title: columns.state, cell: (row) => text.exemptionStates[row.state] ?? row.state },
        ]}
      />
      <Rows
        of="acts"
        rows={record.acts}
        id={(row) => row.id}
        columns={[
          { title: columns.act, cell: (row) => text.actKinds[row.kind] },
          { title: columns.on, cell: (row) => shortDay(language, row.on) },
          {
            title: columns.note,
            cell: (row) => (row.undoneWhy === null ? (row.note ?? '–') : text.undone(row.undoneWhy)),
          },
          {
            title: columns.state,
            cell: (row) => (row.canUndo ? <UndoButton record={record} act={row} /> : '–'),
          },
        ]}
      />
    </>
  )
}
