// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import type { PersonFacts, PersonFactsChecked } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Checkbox } from '../ui/field.tsx'
import { usePeopleWords } from './words.ts'

const tones = { 'almost-sure': 'danger', likely: 'warning', possible: 'info' } as const

/** What the registry says of the data typed: the code that follows from them, and who may be the same person. */
export function Checked(props: {
  facts: PersonFacts
  found: PersonFactsChecked
  another: boolean
  onAnother: (another: boolean) => void
  anotherError: string | undefined
  confirmed: boolean
  onConfirm: (confirmed: boolean) => void
}) {
  const { language } = useLanguage()
  const words = usePeopleWords()
  const text = words.register
  const { facts, found } = props
  const differ = found.differences.map((one) => text.differences[one]).join(', ')
  return (
    <>
      <Card title={text.checked}>
        <Facts
          facts={[
            [text.familyName, facts.familyName],
            [text.givenName, facts.givenName],
            [text.birthDate, shortDay(language, facts.birthDate)],
            [text.birthPlaceIs, found.birthPlace],
            [text.computed, <strong key="code">{found.computedCode}</strong>],
            facts.code !== undefined && [text.code, facts.code],
          ]}
        />
        {facts.code !== undefined && found.differences.length === 0 && <p>{text.codeFits}</p>}
      </Card>
      {found.differences.length > 0 && (
        <Alert tone="warning" title={text.codeDiffers(differ)}>
          <Checkbox
            id="confirm-code"
            label={words.acts.confirmCode}
            checked={props.confirmed}
            onChange={props.onConfirm}
          />
        </Alert>
      )}
      {found.likely.length === 0 ? (
        <Alert tone="success" title={text.nobody} />
      ) : (
        <Alert tone="warning" title={text.likely}>
          <ul>
            {found.likely.map((one) => (
              <li key={one.id}>
                <Link to={app.person(one.id)}>
                  {text.born(`${one.familyName} ${one.givenName}`, shortDay(language, one.birthDate))}
                </Link>{' '}
                <Badge tone={tones[one.likelihood]}>{text.likelihood[one.likelihood]}</Badge>
              </li>
            ))}
          </ul>
          <Checkbox
            id="another"
            label={text.another}
            error={props.anotherError}
            checked={props.another}
            onChange={props.onAnother}
          />
        </Alert>
      )}
    </>
  )
}
