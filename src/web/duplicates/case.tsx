// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask } from '../app/api.ts'
import type { DuplicateCase } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge } from '../ui/card.tsx'
import { Table } from '../ui/table.tsx'
import { Decision } from './decision.tsx'
import { Answered, Frame } from './frame.tsx'
import { useDuplicatesWords } from './words.ts'

const tones = { same: 'success', similar: 'warning', different: 'danger', missing: 'neutral' } as const
const days: readonly string[] = ['birthDate', 'deceasedOn', 'since']

/** Two records side by side, and the decision about them. */
export function CasePage() {
  const { caseId = '' } = useParams()
  const text = useDuplicatesWords().one
  const query = useQuery({
    queryKey: ['duplicate', caseId],
    queryFn: () => ask(api.GET('/api/v1/office/duplicates/{id}', { params: { path: { id: caseId } } })),
  })
  return (
    <Frame title={text.title} lead={text.lead}>
      <p>
        <Link to={app.duplicates}>{text.back}</Link>
      </p>
      <Answered query={query}>{(one) => <Case case={one} />}</Answered>
    </Frame>
  )
}

function Case({ case: one }: { case: DuplicateCase }) {
  const words = useDuplicatesWords()
  const text = words.one
  const open = one.state === 'open' || one.state === 'later'
  const hangs = one.hangs.filter(({ first, second }) => first + second > 0)
  return (
    <>
      {one.state !== 'open' && (
        <Alert tone={one.state === 'later' ? 'info' : 'success'} title={text.decided[one.state]}>
          {one.note && <p>{text.noteWas(one.note)}</p>}
          {one.mergeId && <Link to={app.merges}>{text.seeHistory}</Link>}
        </Alert>
      )}
      {open && one.doubts.length > 0 && (
        <Alert tone="warning" title={text.doubtsTitle}>
          <ul>
            {one.doubts.map((doubt) => (
              <li key={doubt}>{text.doubts[doubt]}</li>
            ))}
          </ul>
        </Alert>
      )}
      <h2>{text.compared}</h2>
      <Fields case={one} />
      <h2>{text.hangs}</h2>
      {hangs.length === 0 && <p>{text.nothing}</p>}
      {hangs.length > 0 && (
        <Table
          caption={text.hangs}
          rows={hangs}
          id={(row) => row.what}
          columns={[
            { title: text.hangsColumns.what, cell: (row) => text.hangsOf[row.what] },
            { title: text.hangsColumns.first, number: true, cell: (row) => row.first },
            { title: text.hangsColumns.second, number: true, cell: (row) => row.second },
          ]}
        />
      )}
      {open && <Decision case={one} />}
    </>
  )
}

type Row = DuplicateCase['fields'][number]

function Fields({ case: one }: { case: DuplicateCase }) {
  const { language } = useLanguage()
  const text = useDuplicatesWords().one
  const value = (field: Row['field'], of: string | null) => {
    if (of === null) return text.empty
    if (field === 'sex') return text.sexes[of as keyof typeof text.sexes] // one of the three
    return days.includes(field) ? shortDay(language, of) : of
  }
  return (
    <Table
      caption={text.compared}
      rows={one.fields.filter(({ first, second }) => first !== null || second !== null)}
      id={(row) => row.field}
      columns={[
        { title: text.columns.field, cell: (row) => <strong>{text.fields[row.field]}</strong> },
        { title: text.columns.first, cell: (row) => value(row.field, row.first) },
        { title: text.columns.second, cell: (row) => value(row.field, row.second) },
        {
          title: text.columns.level,
          cell: (row) => <Badge tone={tones[row.level]}>{row.how ? text.how[row.how] : text.levels[row.level]}</Badge>,
        },
      ]}
    />
  )
}
