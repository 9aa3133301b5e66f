// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { PartnerCatalogue, PartnerClient } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card } from '../ui/card.tsx'
import { Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'
import { useChange } from './queries.ts'
import { tones } from './scopes.tsx'
import { usePartnerWords } from './words.ts'

type Purpose = PartnerClient['purposes'][number]
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Purposes of the national data platform whose vouchers count as calls of this system. */
export function Purposes(props: { client: PartnerClient; catalogue: PartnerCatalogue; own: boolean }) {
  const { language } = useLanguage()
  const words = usePartnerWords()
  const text = words.purposes
  const { id, purposes } = props.client
  const remove = useChange(
    (purposeId: string) =>
      ask(api.DELETE('/api/v1/partner-clients/{id}/purposes/{purposeId}', { params: { path: { id, purposeId } } })),
    (purposeId) => `${text.remove}: ${purposeId}`,
  )
  const nameOf = (one: string) => props.catalogue.eServices.find((found) => found.id === one)?.name[language] ?? one
  return (
    <Card title={text.title}>
      <p>{text.text}</p>
      {remove.error && <ProblemAlert error={remove.error} />}
      {purposes.length === 0 ? (
        <p>{text.none}</p>
      ) : (
        <Table
          caption={text.caption}
          rows={purposes}
          id={(purpose) => purpose.id}
          columns={[
            { title: text.purpose, cell: (purpose: Purpose) => <code>{purpose.id}</code> },
            { title: text.eService, cell: (purpose: Purpose) => nameOf(purpose.eServiceId) },
            {
              title: words.scopes.state,
              cell: (purpose: Purpose) => (
                <>
                  <Badge tone={tones[purpose.state]}>{words.scopes.states[purpose.state]}</Badge>{' '}
                  {purpose.answer && <small className="form-text">{purpose.answer}</small>}
                </>
              ),
            },
            {
              title: text.remove,
              cell: (purpose: Purpose) => (
                <Button look="link" pending={remove.isPending} onClick={() => remove.mutate(purpose.id)}>
                  {text.remove}
                  <span className="visually-hidden"> {text.removeOf(purpose.id)}</span>
                </Button>
              ),
            },
          ]}
        />
      )}
      {props.own && <AddPurpose id={id} catalogue={props.catalogue} />}
    </Card>
  )
}

function AddPurpose(props: { id: string; catalogue: PartnerCatalogue }) {
  const { language } = useLanguage()
  const words = usePartnerWords()
  const text = words.purposes
  const { eServices } = props.catalogue
  const none = { purposeId: '', pdndClientId: '', eServiceId: eServices[0]?.id ?? '' }
  const [wish, setWish] = useState(none)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const add = useChange(
    () => ask(api.POST('/api/v1/partner-clients/{id}/purposes', { params: { path: { id: props.id } }, body: wish })),
    () => words.scopes.asked,
  )
  function submit(event: FormEvent) {
    event.preventDefault()
    const found = (['purposeId', 'pdndClientId'] as const).flatMap((field) =>
      uuid.test(wish[field]) ? [] : [{ field, message: text.wrong }],
    )
    setProblems(found)
    if (found.length === 0) add.mutate(undefined, { onSuccess: () => setWish(none) })
  }
  const field = (name: 'purposeId' | 'pdndClientId') => ({
    id: name,
    label: text[name],
    hint: text.uuid,
    maxLength: 36,
    value: wish[name],
    onChange: (value: string) => setWish((before) => ({ ...before, [name]: value.trim().toLowerCase() })),
    error: problemOf(problems, name),
  })
  return (
    <details className="sf-details">
      <summary>{text.add}</summary>
      <form onSubmit={submit} noValidate>
        {add.error && <ProblemAlert error={add.error} />}
        <RadioGroup
          name="eServiceId"
          legend={text.eService}
          value={wish.eServiceId}
          onChange={(eServiceId) => setWish((before) => ({ ...before, eServiceId }))}
          choices={eServices.map((one) => ({
            value: one.id,
            label: one.name[language],
            note: (one.integrity || one.evidence) && text.demands,
          }))}
        />
        <Field {...field('purposeId')} />
        <Field {...field('pdndClientId')} />
        <Button type="submit" look="outline-primary" pending={add.isPending}>
          {text.add}
        </Button>
      </form>
    </details>
  )
}
