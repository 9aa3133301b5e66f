// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useLanguage } from '../app/language.tsx'
import type { Filled } from './sign-in.tsx'

/** The entrance for who uses a SPID identity of her profession (Avviso AgID 18): one form, a button for each provider. */
export function ProfessionalSignIn(props: Pick<Filled, 'providers' | 'purposes' | 'returnTo' | 'stepUp'>) {
  const { words } = useLanguage()
  const text = words.site.signIn.professional
  return (
    <section className="sf-card sf-sign-in-work" data-way="professional">
      <h2 className="h4">{text.title}</h2>
      <p>{text.text}</p>
      <form method="post" action="/auth/spid/start">
        <input type="hidden" name="level" value="2" />
        <input type="hidden" name="returnTo" value={props.returnTo} />
        <input type="hidden" name="stepUp" value={props.stepUp} />
        <fieldset className="sf-field sf-choices">
          <legend className="form-label">{text.purpose}</legend>
          {props.purposes.map((purpose) => (
            <label key={purpose} className="sf-choice" data-purpose={purpose}>
              <input
                type="radio"
                name="purpose"
                value={purpose}
                required
                defaultChecked={purpose === props.purposes[0]}
              />
              <span>{text.purposes[purpose]}</span>
            </label>
          ))}
        </fieldset>
        <ul className="sf-providers" data-empty={words.site.signIn.spid.none}>
          {props.providers.map((provider) => (
            <li key={provider.entityId} data-each="provider">
              <button
                type="submit"
                name="idp"
                value={provider.entityId}
                className="btn btn-outline-primary sf-provider"
              >
                {text.enter(provider.name)}
              </button>
            </li>
          ))}
        </ul>
      </form>
    </section>
  )
}
