// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from 'react'
import { delegatedServices } from '../../shared/delegated-services.ts'
import { ageInYears } from '../app/formats.ts'
import { useWords } from '../app/language.tsx'
import { useActing } from '../app/session.tsx'
import type { ActsFor } from '../app/contract.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { RadioGroup } from './field.tsx'
import { Icon } from './icon.tsx'
import { useToast } from './toast.tsx'

/** Says on every page of the signed-in area for whom one is acting, and lets one change. */
export function PersonSwitcher() {
  const words = useWords()
  const { people, person, forAnother, switchTo } = useActing()
  const [open, setOpen] = useState(false)
  const [choice, setChoice] = useState(person.personId)
  const toast = useToast()
  const name = `${person.givenName} ${person.familyName}`
  const note = (one: ActsFor) => {
    if (one.relation === 'self') return words.person.self
    const who = `${words.person[one.relation]}, ${words.person.years(ageInYears(one.birthDate))}`
    if (one.services.length === delegatedServices.length) return who
    const names = one.services.map((service) => words.delegations.services[service].name)
    return `${who}. ${words.switcher.only(names.join(', '))}`
  }

  return (
    <section className={forAnother ? 'sf-acting sf-acting-other' : 'sf-acting'} aria-label={words.person.title}>
      <div className="container">
        <Icon name="user" />
        <p>
          {words.person.actingFor}{' '}
          <strong>
            {name}
            {forAnother ? `, ${words.person.years(ageInYears(person.birthDate))}` : ` (${words.person.you})`}
          </strong>
        </p>
        {people.length > 1 && (
          <button
            type="button"
            className="btn sf-btn-link"
            onClick={() => {
              setChoice(person.personId)
              setOpen(true)
            }}
          >
            {words.person.change}
            <span className="visually-hidden"> {words.person.person}</span>
          </button>
        )}
      </div>
      <Dialog open={open} title={words.person.whom} onClose={() => setOpen(false)}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            switchTo(choice)
            setOpen(false)
            const next = people.find((one) => one.personId === choice)
            if (next) toast({ text: words.person.now(`${next.givenName} ${next.familyName}`) })
          }}
        >
          <RadioGroup
            name="acting-for"
            legend={words.person.legend}
            choices={people.map((one) => ({
              value: one.personId,
              label: `${one.givenName} ${one.familyName}`,
              note: note(one),
            }))}
            value={choice}
            onChange={setChoice}
          />
          <Button type="submit">{words.person.confirm}</Button>
        </form>
      </Dialog>
    </section>
  )
}
