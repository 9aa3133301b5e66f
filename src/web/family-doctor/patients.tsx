// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import type { DoctorPatient, DoctorRefusal, PatientSearch } from '../app/contract.ts'
import { ageInYears, longDay, shortDay } from '../app/formats.ts'
import { saveTable } from '../app/save.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox, Field, Select } from '../ui/field.tsx'
import { Pager } from '../ui/pager.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { Table } from '../ui/table.tsx'
import { OwnMovements } from './movements.tsx'
import { OwnRequests } from './requests.tsx'
import { useFamilyDoctorWords } from './words.ts'

/** A doctor's own list: who is in it, who came and left, who asks to come. */
export function OwnPatients() {
  const text = useFamilyDoctorWords()
  return (
    <ProfessionalPage title={text.title} lead={text.lead}>
      <Everything />
    </ProfessionalPage>
  )
}

const ages = ['any', '0-13', '14-64', '65-130'] as const
type Ages = (typeof ages)[number]
const ageOf = (band: Ages) => {
  if (band === 'any') return {}
  const [minAge, maxAge] = band.split('-').map(Number) as [number, number]
  return { minAge, maxAge }
}

function Everything() {
  const { language } = useLanguage()
  const text = useFamilyDoctorWords()
  const [name, setName] = useState('')
  const [band, setBand] = useState<Ages>('any')
  const [temporary, setTemporary] = useState(false)
  const [search, setSearch] = useState<PatientSearch>({})
  const [refusing, setRefusing] = useState<DoctorPatient>()
  const list = useInfiniteQuery({
    queryKey: ['own-patients', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      ask(
        api.POST('/api/v1/doctor/patient-searches', { body: { ...search, ...(pageParam && { cursor: pageParam }) } }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  const table = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/doctor/patient-exports', { body: search, parseAs: 'text' })),
    onSuccess: (csv) => saveTable('assistiti.csv', csv),
  })
  const { error } = list
  if (error instanceof Problem && (error.code === 'access/role-required' || error.code === 'doctor-choice/no-post'))
    return (
      <Alert tone="warning" title={error.code === 'doctor-choice/no-post' ? error.title : text.wrongRole}>
        <p>{error.detail}</p>
      </Alert>
    )
  function submit(event: FormEvent) {
    event.preventDefault()
    setSearch({ ...(name.trim() && { name: name.trim() }), ...ageOf(band), ...(temporary && { temporary }) })
  }
  const patients = list.data?.pages.flatMap((page) => page.patients) ?? []
  const { columns } = text
  return (
    <>
      <OwnRequests />
      <h2>{text.list}</h2>
      <form onSubmit={submit} className="sf-narrow sf-no-print" noValidate>
        <Field id="name" label={text.name} hint={text.nameHint} value={name} onChange={setName} maxLength={80} />
        <Select
          label={text.age}
          value={band}
          choices={ages.map((value) => ({ value, label: text.ages[value] }))}
          onChange={setBand}
        />
        <Checkbox id="temporary" label={text.temporary} checked={temporary} onChange={setTemporary} />
        <Button type="submit">{text.search}</Button>
      </form>
      {error && <ProblemAlert error={error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton lines={8} />}
      {list.data && patients.length === 0 && <p role="status">{text.none}</p>}
      {patients.length > 0 && (
        <Table
          caption={text.caption(patients.length, list.hasNextPage)}
          rows={patients}
          id={(one) => one.personId}
          columns={[
            { title: columns.name, cell: (one) => `${one.familyName} ${one.givenName}` },
            {
              title: columns.born,
              cell: (one) => `${shortDay(language, one.birthDate)} (${text.years(ageInYears(one.birthDate))})`,
            },
            { title: columns.code, cell: (one) => one.fiscalCode ?? '–' },
            { title: columns.since, cell: (one) => shortDay(language, one.from) },
            {
              title: columns.until,
              cell: (one) => (one.until ? <Badge tone="warning">{shortDay(language, one.until)}</Badge> : text.noEnd),
            },
            {
              title: columns.act,
              cell: (one) => (
                <Button look="link" onClick={() => setRefusing(one)}>
                  {text.refuse}{' '}
                  <span className="visually-hidden">
                    {one.givenName} {one.familyName}
                  </span>
                </Button>
              ),
            },
          ]}
        />
      )}
      <Pager
        shown={patients.length}
        more={list.hasNextPage}
        pending={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
      {table.error && <ProblemAlert error={table.error} />}
      {patients.length > 0 && (
        <div className="sf-actions sf-no-print">
          <Button look="outline-primary" icon="download" pending={table.isPending} onClick={() => table.mutate()}>
            {text.export}
          </Button>
          <Button look="outline-primary" icon="print" onClick={() => window.print()}>
            {text.print}
          </Button>
        </div>
      )}
      <OwnMovements />
      <Dialog open={refusing !== undefined} title={text.refuseTitle} onClose={() => setRefusing(undefined)}>
        {refusing && <Refuse patient={refusing} onClose={() => setRefusing(undefined)} />}
      </Dialog>
    </>
  )
}

/** Asks before giving up somebody's care, with the reasons the agreement allows, and says what was decided. */
function Refuse(props: { patient: DoctorPatient; onClose: () => void }) {
  const { language } = useLanguage()
  const text = useFamilyDoctorWords()
  const queries = useQueryClient()
  const [motive, setMotive] = useState<DoctorRefusal['motive']>('TRUST')
  const { personId, givenName, familyName } = props.patient
  const send = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/doctor/refusals', { body: { personId, motive } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['own-movements'] }),
  })
  const done = send.data
  if (done)
    return (
      <>
        <Alert
          tone={done.state === 'DENIED' ? 'warning' : 'success'}
          live
          title={done.state === 'DENIED' ? text.refused.denied : text.refused.accepted}
        >
          <p>
            {done.deniedFor
              ? text.refused.deniedFor[done.deniedFor]
              : text.refused.from(longDay(language, done.effectiveOn!))}
          </p>
        </Alert>
        <Button onClick={props.onClose}>{text.close}</Button>
      </>
    )
  return (
    <>
      <p>{text.refuseText(`${givenName} ${familyName}`)}</p>
      <Select
        label={text.motive}
        value={motive}
        choices={(Object.keys(text.motives) as DoctorRefusal['motive'][]).map((value) => ({
          value,
          label: text.motives[value],
        }))}
        onChange={setMotive}
      />
      {send.error && <ProblemAlert error={send.error} />}
      <div className="sf-actions">
        <Button look="danger" pending={send.isPending} onClick={() => send.mutate()}>
          {text.refuseSend}
        </Button>
        <Button look="outline-primary" onClick={props.onClose}>
          {text.keep}
        </Button>
      </div>
    </>
  )
}
