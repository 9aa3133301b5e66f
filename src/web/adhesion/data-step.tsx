// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type FormEvent } from 'react'
import { Link } from 'react-router'
import { readPersonCode } from '../../shared/fiscal-code.ts'
import { checkCardNumber } from '../../shared/team-card.ts'
import { publicAddresses } from '../app/addresses.ts'
import type { PublicPurpose } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, type FieldProblem } from '../ui/field.tsx'
import { FormProblem, useFieldProblems } from '../ui/problem.tsx'
import { useAdhesionWords } from './words.ts'

/** What is typed about a person. */
export interface PersonData {
  fiscalCode: string
  card: string
  /** Empty where it is not asked for. */
  cardExpiry: string
  mobile: string
}
export const noData: PersonData = { fiscalCode: '', card: '', cardExpiry: '', mobile: '' }

const fields = ['fiscalCode', 'card', 'cardExpiry', 'mobile']
const cardShapes = { full: /^[0-9]{20}$/, 'last-6': /^(?:[0-9]{6}|[0-9]{20})$/ }

/** Twenty digits that are not like those of Italian cards: most likely one was mistyped, but issuers differ. */
function looksOdd(card: string): boolean {
  const { shape, italian, checkDigit } = checkCardNumber(card)
  return shape && !(italian && checkDigit)
}

/** Step 1: who adheres, and where the code goes. */
export function DataStep(props: {
  card: PublicPurpose['card']
  asksExpiry: boolean
  person: PersonData
  onChange: (person: PersonData) => void
  error: unknown
  isPending: boolean
  onSend: () => void
}) {
  const { language } = useLanguage()
  const text = useAdhesionWords().data
  const { card, person } = props
  const [found, setFound] = useState<readonly FieldProblem[]>([])
  // The number about which it was asked whether it is right: pressed again, it is.
  const [doubted, setDoubted] = useState<string>()
  const refused = useFieldProblems(props.error, fields)
  const problems = found.length > 0 ? found : refused

  function submit(event: FormEvent) {
    event.preventDefault()
    if (props.isPending) return
    const wrong: FieldProblem[] = []
    if (!readPersonCode(person.fiscalCode)) wrong.push({ field: 'fiscalCode', message: text.fiscalCodeBad })
    if (!cardShapes[card].test(person.card.replaceAll(/\s/g, '')))
      wrong.push({ field: 'card', message: text.cardBad[card] })
    if (props.asksExpiry && !person.cardExpiry) wrong.push({ field: 'cardExpiry', message: text.cardExpiryBad })
    if (!person.mobile.trim()) wrong.push({ field: 'mobile', message: text.mobileBad })
    setFound(wrong)
    if (wrong.length > 0) return
    if (looksOdd(person.card) && doubted !== person.card) setDoubted(person.card)
    else props.onSend()
  }
  const change = (field: keyof PersonData) => (value: string) => props.onChange({ ...person, [field]: value })

  return (
    <>
      <p>{text.intro}</p>
      <form onSubmit={submit} noValidate>
        <ErrorSummary problems={problems} />
        <Field
          id="fiscalCode"
          label={text.fiscalCode}
          hint={text.fiscalCodeHint}
          error={problemOf(problems, 'fiscalCode')}
          value={person.fiscalCode}
          onChange={change('fiscalCode')}
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={40}
        />
        <Field
          id="card"
          label={text.card[card]}
          hint={text.cardHint[card]}
          error={problemOf(problems, 'card')}
          value={person.card}
          onChange={change('card')}
          autoComplete="off"
          inputMode="numeric"
          maxLength={40}
        />
        {props.asksExpiry && (
          <Field
            id="cardExpiry"
            type="date"
            label={text.cardExpiry}
            hint={text.cardExpiryHint}
            error={problemOf(problems, 'cardExpiry')}
            value={person.cardExpiry}
            onChange={change('cardExpiry')}
            autoComplete="off"
          />
        )}
        <Field
          id="mobile"
          type="tel"
          label={text.mobile}
          hint={text.mobileHint}
          error={problemOf(problems, 'mobile')}
          value={person.mobile}
          onChange={change('mobile')}
          autoComplete="tel"
          inputMode="tel"
          maxLength={30}
        />
        <p>
          <Link to={publicAddresses.privacy[language]}>{text.privacy}</Link>
        </p>
        {doubted !== undefined && doubted === person.card && !props.isPending && (
          <Alert tone="warning" live title={text.cardOdd}>
            <p>{text.cardOddNext}</p>
          </Alert>
        )}
        {found.length === 0 && props.error != null && <FormProblem error={props.error} fields={fields} />}
        <div className="sf-actions">
          <Button type="submit" pending={props.isPending} pendingText={text.sending}>
            {text.send}
          </Button>
        </div>
      </form>
      <p>
        {text.otherwise} <a href={publicAddresses.signIn[language]}>{text.signIn}</a>
      </p>
    </>
  )
}
