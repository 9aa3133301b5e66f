// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { publicAddresses } from '../app/addresses.ts'
import type { PublicGrant } from '../app/contract.ts'
import { clock } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Alert } from '../ui/alert.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Telephone } from '../ui/telephone.tsx'
import { useAdhesionWords } from './words.ts'

/** Step 3, where nothing else follows: what was verified, and for how long. */
export function Done(props: { title: string; grant: PublicGrant }) {
  const { language } = useLanguage()
  const text = useAdhesionWords().done
  return (
    <>
      <Alert tone="success" title={text.what}>
        <p>{text.until(props.title, clock(language, props.grant.expiresAt))}</p>
      </Alert>
      <p>{text.shared}</p>
      <ButtonLink to={publicAddresses.home[language]}>{text.home}</ButtonLink>
    </>
  )
}

/** One page for a wrong card, an old card, nobody of that code, and too many attempts. */
export function Refused(props: { onAgain: () => void }) {
  const { language } = useLanguage()
  const words = useAdhesionWords()
  const text = words.refused
  return (
    <>
      <p>{text.text}</p>
      <p>{text.tooMany}</p>
      <div className="sf-actions">
        <Button onClick={props.onAgain}>{text.again}</Button>
      </div>
      <h2 className="h4">{text.right}</h2>
      <p>
        <a href={publicAddresses.signIn[language]}>{words.data.signIn}</a>
      </p>
      <Call label={text.call} />
    </>
  )
}

/** For what never was open, is not yet, or is over. */
export function Closed() {
  const { language } = useLanguage()
  const text = useAdhesionWords().closed
  return (
    <>
      <p>{text.text}</p>
      <p>{text.next}</p>
      <p>
        <Link to={publicAddresses.help[language]}>{text.help}</Link>
      </p>
      <Call label={text.call} />
    </>
  )
}

function Call(props: { label: string }) {
  const { language } = useLanguage()
  const { bookingCentre } = region
  return (
    <p className="sf-phone">
      <Icon name="telephone" />
      <span>
        {props.label} <Telephone number={bookingCentre.telephone} /> ({bookingCentre.hours[language]})
      </span>
    </p>
  )
}
