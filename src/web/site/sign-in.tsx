// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { app, publicAddresses } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { spidPurposes, type SpidPurpose } from '../../shared/saml-names.ts'
import { region } from '../region.ts'
import { Badge } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { AccountSignIn } from './account-sign-in.tsx'
import { ProfessionalSignIn } from './professional-sign-in.tsx'

export interface Filled {
  providers: { entityId: string; name: string }[]
  /** Where the button of CIE leads; empty while its provider cannot be reached. */
  cie: string
  /** Where a second button of CIE leads, while the region offers SAML and OpenID Connect; otherwise empty. */
  cieAlso: string
  /** Whether there is a host to show a card to. */
  cns: boolean
  /** Uses of a professional SPID identity that are offered. */
  purposes: SpidPurpose[]
  returnTo: string
  /** `yes` when somebody who is signed in confirms who she is; otherwise empty. */
  stepUp: string
}

/**
 * What the server put into the page: the identity providers in random order and where to go back to.
 * At build time there is one provider with %placeholders%; the server repeats its `data-each` element for each real one,
 * so that the page works without JavaScript.
 */
function filled(): Filled {
  if (typeof document === 'undefined')
    return {
      providers: [{ entityId: '%entityId%', name: '%name%' }],
      cie: '%cie%',
      cieAlso: '%cieAlso%',
      cns: true,
      purposes: [...spidPurposes],
      returnTo: '%returnTo%',
      stepUp: '%stepUp%',
    }
  const text = document.getElementById('sign-in-data')?.textContent
  // Written by our own server.
  return text
    ? (JSON.parse(text) as Filled)
    : { providers: [], cie: '', cieAlso: '', cns: false, purposes: [], returnTo: app.home, stepUp: '' }
}

interface WayInProps extends Pick<Filled, 'returnTo' | 'stepUp'> {
  /** Where the form leads. */
  start: string
  idp?: string
  /** Whether there is a preferred button beside it. */
  second?: boolean
  children: ReactNode
}

/** The button of one provider: a form, so that it works without JavaScript. */
function WayIn({ start, idp, second = false, returnTo, stepUp, children }: WayInProps) {
  return (
    <form method="post" action={start}>
      {idp !== undefined && <input type="hidden" name="idp" value={idp} />}
      <input type="hidden" name="level" value="2" />
      <input type="hidden" name="returnTo" value={returnTo} />
      <input type="hidden" name="stepUp" value={stepUp} />
      <button type="submit" className={`btn ${second ? 'btn-outline-primary' : 'btn-primary'} sf-provider`}>
        {children}
      </button>
    </form>
  )
}

export function SignIn() {
  const { language, words } = useLanguage()
  const text = words.site.signIn
  const ways = filled()
  const { providers, cie, cieAlso, cns, returnTo, stepUp } = ways
  // What asks for a step-up needs level 2, which an account of ours never gives (DL 76/2020, article 24).
  const confirms = stepUp === 'yes'
  return (
    <Page
      title={text.title}
      description={text.description}
      lead={text.lead}
      crumbs={[{ to: publicAddresses.home[language], label: words.nav.home }]}
    >
      {stepUp && (
        <p data-way="step-up">
          <strong>{text.stepUp}</strong>{' '}
          <a href={`${publicAddresses.signIn[language]}?returnTo=${encodeURIComponent(returnTo)}`}>{text.asAnother}</a>
        </p>
      )}
      <div className="sf-grid sf-sign-in-ways">
        <section className="sf-card">
          <h2 className="h4">{text.spid.title}</h2>
          <p>
            <Badge tone="success">{text.available}</Badge>
          </p>
          <p>{text.spid.text}</p>
          <ul className="sf-providers" data-empty={text.spid.none}>
            {providers.map((provider) => (
              <li key={provider.entityId} data-each="provider">
                <WayIn start="/auth/spid/start" idp={provider.entityId} {...ways}>
                  {text.spid.enter(provider.name)}
                </WayIn>
              </li>
            ))}
          </ul>
          <ul className="sf-plain">
            <li>
              <a href="https://www.spid.gov.it">{text.spid.more}</a>
            </li>
            <li>
              <a href="https://www.spid.gov.it/cos-e-spid/come-attivare-spid/">{text.spid.get}</a>
            </li>
            <li>
              <a href="https://www.spid.gov.it/serve-aiuto/">{text.spid.help}</a>
            </li>
          </ul>
        </section>
        <section className="sf-card">
          <h2 className="h4">{text.cie.title}</h2>
          <p>
            <Badge tone="success">{text.available}</Badge>
          </p>
          <p>{text.cie.text}</p>
          <ul className="sf-providers" data-empty={text.cie.none}>
            {cie && (
              <li data-way="cie">
                <WayIn start={cie} {...ways}>
                  {text.cie.enter}
                </WayIn>
              </li>
            )}
            {cieAlso && (
              <li data-way="cie-also">
                <WayIn start={cieAlso} second {...ways}>
                  {text.cie.also}
                </WayIn>
              </li>
            )}
          </ul>
          <ul className="sf-plain">
            <li>
              <a href="https://www.cartaidentita.interno.gov.it/cittadini/entra-con-cie/">{text.cie.more}</a>
            </li>
            <li>
              <a href="https://www.cartaidentita.interno.gov.it/assistenza/">{text.cie.help}</a>
            </li>
          </ul>
        </section>
        {cns && (
          <section className="sf-card" data-way="cns">
            <h2 className="h4">{text.cns.title}</h2>
            <p>
              <Badge tone="success">{text.available}</Badge>
            </p>
            <p>{text.cns.text}</p>
            <form method="post" action="/auth/cns/start">
              <input type="hidden" name="returnTo" value={returnTo} />
              <input type="hidden" name="stepUp" value={stepUp} />
              <button type="submit" className="btn btn-primary">
                {text.cns.enter}
              </button>
            </form>
          </section>
        )}
        {!confirms && <AccountSignIn returnTo={returnTo} />}
      </div>
      {ways.purposes.length > 0 && <ProfessionalSignIn {...ways} />}
      <h2 className="h4">{text.without}</h2>
      <p>{text.withoutText(region.bookingCentre.telephone)}</p>
      <p>
        <Link to={publicAddresses.privacy[language]}>{text.privacy}</Link>
      </p>
    </Page>
  )
}
