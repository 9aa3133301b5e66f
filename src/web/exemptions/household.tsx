// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from 'react'
import { cleanCode, isFiscalCode } from '../../shared/fiscal-code.ts'
import type { ExemptionForm, NewExemptionDeclaration } from '../app/contract.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Checkbox, Field, problemOf, Select, type FieldProblem } from '../ui/field.tsx'
import { useExemptionWords } from './words.ts'

type Suggested = ExemptionForm['household'][number]
type Relation = Suggested['relation']

/** Somebody who may belong to the fiscal household. */
export interface Relative {
  key: string
  personId: string | null
  givenName: string
  familyName: string
  fiscalCode: string
  relation: Relation
  dependant: boolean
  included: boolean
}

export const nameOf = (one: Pick<Relative, 'givenName' | 'familyName'>) => `${one.givenName} ${one.familyName}`
const partners: readonly Relation[] = ['spouse', 'civil-partner']

/** Whom the registry knows, as the form starts: all of them, the children as dependants. */
export const relativesOf = (form: ExemptionForm): Relative[] =>
  form.household.map((one) => ({
    ...one,
    key: one.personId ?? one.fiscalCode ?? nameOf(one),
    fiscalCode: one.fiscalCode ?? '',
    included: true,
  }))

/** The household as it is declared. */
export const declared = (relatives: readonly Relative[]): NewExemptionDeclaration['household'] =>
  relatives
    .filter((one) => one.included)
    .map(({ personId, givenName, familyName, fiscalCode, relation, dependant }) =>
      personId ? { personId, relation, dependant } : { givenName, familyName, fiscalCode, relation, dependant },
    )

/** How many they are, as the rules count them: of a minor the parents too. */
export function counted(relatives: readonly Relative[], minor: boolean) {
  const inside = relatives.filter((one) => one.included)
  return {
    spouse: inside.some((one) => partners.includes(one.relation)),
    children: inside.filter((one) => one.relation === 'child' && one.dependant).length,
    others: inside.filter(
      (one) => one.relation !== 'child' && !partners.includes(one.relation) && (one.dependant || minor),
    ).length,
  }
}

/** Says who belongs to the household: those the registry knows are there already, others are added by hand. */
export function HouseholdStep(props: {
  form: ExemptionForm
  relatives: readonly Relative[]
  onChange: (relatives: Relative[]) => void
}) {
  const words = useExemptionWords()
  const text = words.form
  const { relatives, onChange } = props
  const [adding, setAdding] = useState(false)
  const change = (key: string, what: Partial<Relative>) =>
    onChange(relatives.map((one) => (one.key === key ? { ...one, ...what } : one)))
  const [intro, ...points] = text.explain
  const known = relatives.filter((one) => one.personId !== null)
  const added = relatives.filter((one) => one.personId === null)
  return (
    <>
      <h2>{text.household(props.form.patient.givenName)}</h2>
      <p>{intro}</p>
      <ul>
        {points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <h3 className="h5">{text.known}</h3>
      {known.length === 0 && <p>{text.noneKnown}</p>}
      {known.map((one) => (
        <div key={one.key}>
          <Checkbox
            id={`in-${one.key}`}
            label={text.belongs(nameOf(one), text.relations[one.relation])}
            checked={one.included}
            onChange={(included) => change(one.key, { included })}
          />
          {one.included && one.relation !== 'parent' && (
            <div className="ms-4">
              <Checkbox
                id={`dependant-${one.key}`}
                label={text.dependant(nameOf(one))}
                checked={one.dependant}
                onChange={(dependant) => change(one.key, { dependant })}
              />
            </div>
          )}
        </div>
      ))}
      {added.length > 0 && <h3 className="h5">{text.added}</h3>}
      {added.map((one) => (
        <Card key={one.key}>
          <p>
            {text.belongs(nameOf(one), text.relations[one.relation])}
            {one.dependant && ` – ${text.isDependant}`}
          </p>
          <Button look="outline-primary" onClick={() => onChange(relatives.filter((other) => other.key !== one.key))}>
            {text.remove(nameOf(one))}
          </Button>
        </Card>
      ))}
      {adding ? (
        <Adding
          onAdd={(one) => {
            onChange([...relatives, one])
            setAdding(false)
          }}
        />
      ) : (
        <p>
          <Button look="outline-primary" onClick={() => setAdding(true)}>
            {text.add}
          </Button>
        </p>
      )}
    </>
  )
}

function Adding(props: { onAdd: (one: Relative) => void }) {
  const text = useExemptionWords().form
  const [names, setNames] = useState({ givenName: '', familyName: '', fiscalCode: '' })
  const [relation, setRelation] = useState<Relation>('child')
  const [dependant, setDependant] = useState(true)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const code = cleanCode(names.fiscalCode)
  function add() {
    const found: (FieldProblem | false)[] = [
      names.givenName.trim() === '' && { field: 'given-name', message: text.wrongName },
      names.familyName.trim() === '' && { field: 'family-name', message: text.wrongName },
      !isFiscalCode(code) && { field: 'member-code', message: text.wrongCode },
    ]
    const wrong = found.filter((one) => one !== false)
    setProblems(wrong)
    if (wrong.length === 0)
      props.onAdd({ ...names, fiscalCode: code, key: code, personId: null, relation, dependant, included: true })
  }
  const fields = [
    ['givenName', 'given-name'],
    ['familyName', 'family-name'],
    ['fiscalCode', 'member-code'],
  ] as const
  return (
    <Card title={text.add} level={3}>
      <ErrorSummary problems={problems} />
      {fields.map(([name, id]) => (
        <Field
          key={id}
          id={id}
          label={text[name]}
          error={problemOf(problems, id)}
          autoComplete="off"
          maxLength={name === 'fiscalCode' ? 20 : 80}
          value={names[name]}
          onChange={(typed) => setNames((before) => ({ ...before, [name]: typed }))}
          {...(name === 'fiscalCode' && { autoCapitalize: 'characters' as const })}
        />
      ))}
      <Select
        label={text.relation}
        choices={(['child', 'spouse', 'civil-partner', 'parent', 'sibling', 'other'] as const).map((value) => ({
          value,
          label: text.relations[value],
        }))}
        value={relation}
        onChange={setRelation}
      />
      <Checkbox id="member-dependant" label={text.isDependant} checked={dependant} onChange={setDependant} />
      <Button onClick={add}>{text.addIt}</Button>
    </Card>
  )
}
