// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { api, ask } from '../app/api.ts'
import type { ExemptionDeclaration } from '../app/contract.ts'
import { dayAndTime, euros, longDay, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { OpenCheck } from './check.tsx'
import { ExemptionState, OfficeFrame, usePeriod } from './frame.tsx'
import { useExemptionOfficeWords } from './words.ts'

export const declarationQuery = (id: string) => ({
  queryKey: ['declaration', id],
  queryFn: () => ask(api.GET('/api/v1/office/exemption-declarations/{id}', { params: { path: { id } } })),
})

/** One declaration with what came of it. */
export function DeclarationPage() {
  const { declarationId = '' } = useParams()
  const text = useExemptionOfficeWords().declaration
  const declaration = useQuery(declarationQuery(declarationId))
  return (
    <OfficeFrame title={text.title} lead={text.lead}>
      {() => (
        <>
          {declaration.error && <ProblemAlert error={declaration.error} onRetry={() => void declaration.refetch()} />}
          {declaration.isPending && <Skeleton lines={8} />}
          {declaration.data && <Declaration declaration={declaration.data} />}
        </>
      )}
    </OfficeFrame>
  )
}

function Declaration({ declaration: one }: { declaration: ExemptionDeclaration }) {
  const { language } = useLanguage()
  const text = useExemptionOfficeWords().declaration
  const income = one.incomeCents === null ? text.within : euros(language, one.incomeCents)
  return (
    <>
      <Facts
        facts={[
          [text.person, one.patientName],
          one.fiscalCode && [text.fiscalCode, one.fiscalCode],
          [text.birth, longDay(language, one.birthDate)],
          [text.code, `${one.code} – ${one.name}`],
          [text.declarant, `${one.declarantName}, ${text.as[one.declarantAs]}`],
          [text.submitted, `${dayAndTime(language, one.submittedAt)}, ${one.protocol}`],
          [text.starts, longDay(language, one.startsOn)],
          [text.income(one.incomeYear), one.presumed ? `${income} (${text.presumed})` : income],
          one.limitCents !== null && [text.limit, euros(language, one.limitCents)],
          one.jobEndedOn && [text.job, longDay(language, one.jobEndedOn)],
          one.jobCentre && [text.jobCentre, one.jobCentre],
          one.pensionNumber && [text.pension, one.pensionNumber],
          [text.authority, [one.authority, one.district].filter(Boolean).join(', ')],
        ]}
      />
      <p>
        <a
          className="btn btn-outline-primary"
          href={`/api/v1/office/exemption-declarations/${one.id}/declaration.pdf`}
          target="_blank"
          rel="noreferrer"
        >
          {text.paper}
        </a>
      </p>
      <OpenCheck declarationId={one.id} />
      <h2>{text.household}</h2>
      {one.household.length === 0 && <p>{text.alone}</p>}
      {one.household.length > 0 && (
        <Table
          caption={text.household}
          rows={one.household}
          id={(row) => `${row.fiscalCode} ${row.givenName} ${row.familyName}`}
          columns={[
            { title: text.columns.name, cell: (row) => `${row.givenName} ${row.familyName}` },
            { title: text.columns.fiscalCode, cell: (row) => row.fiscalCode ?? '–' },
            {
              title: text.columns.relation,
              cell: (row) => `${text.relations[row.relation]}, ${row.dependant ? text.dependant : text.notDependant}`,
            },
          ]}
        />
      )}
      <h2>{text.given}</h2>
      {one.exemptions.map((given) => (
        <Given key={given.id} given={given} issued={one.submittedAt} />
      ))}
    </>
  )
}

function Given({ given, issued }: { given: ExemptionDeclaration['exemptions'][number]; issued: string }) {
  const { language } = useLanguage()
  const words = useExemptionOfficeWords()
  const text = words.declaration
  const period = usePeriod()
  return (
    <Card level={3} title={`${given.givenName} ${given.familyName}`} aside={<ExemptionState state={given.state} />}>
      <p>{period(given.from, given.until)}</p>
      <h4 className="h6">{text.history}</h4>
      <ol>
        <li>
          {dayAndTime(language, issued)}: {text.issued}
        </li>
        {given.steps.map((step) => (
          <li key={step.at}>
            {dayAndTime(language, step.at)}:{' '}
            {text.step(
              words.states[step.state],
              shortDay(language, step.from),
              step.until ? shortDay(language, step.until) : words.noEnd,
            )}
          </li>
        ))}
      </ol>
    </Card>
  )
}
