// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PartnerCatalogue } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { Checkbox, Field } from '../ui/field.tsx'
import { usePartnerWords } from './words.ts'

/** Boxes for scopes; a reason is asked as soon as one of them is not open. */
export function ScopeChoice(props: {
  legend: string
  scopes: PartnerCatalogue['scopes']
  chosen: readonly string[]
  onChange: (scopes: readonly string[]) => void
  reason: string
  onReason: (reason: string) => void
  reasonError?: string | undefined
}) {
  const { language } = useLanguage()
  const text = usePartnerWords().form
  const closed = props.scopes.some(({ scope, open }) => !open && props.chosen.includes(scope))
  return (
    <>
      <fieldset className="sf-field sf-choices">
        <legend className="form-label">{props.legend}</legend>
        {props.scopes.map(({ scope, name, open }) => (
          <Checkbox
            key={scope}
            id={`scope-${scope}`}
            label={name[language]}
            note={
              <>
                <code>{scope}</code>. {open ? text.open : text.closed}
              </>
            }
            checked={props.chosen.includes(scope)}
            onChange={(on) =>
              props.onChange(on ? [...props.chosen, scope] : props.chosen.filter((one) => one !== scope))
            }
          />
        ))}
      </fieldset>
      {closed && (
        <Field
          id="reason"
          label={text.reason}
          rows={3}
          maxLength={1000}
          value={props.reason}
          onChange={props.onReason}
          error={props.reasonError}
        />
      )}
    </>
  )
}
