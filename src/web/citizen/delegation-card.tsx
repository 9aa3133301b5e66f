// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app } from '../app/addresses.ts'
import type { Delegation } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage, useWords } from '../app/language.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'

const tones = {
  draft: 'neutral',
  pending: 'warning',
  active: 'success',
  suspended: 'warning',
  rejected: 'neutral',
  expired: 'neutral',
  revoked: 'neutral',
  'ceased-majority': 'neutral',
  'ceased-death': 'neutral',
} as const

export function StateBadge(props: { state: Delegation['state'] }) {
  const words = useWords()
  return <Badge tone={tones[props.state]}>{words.delegations.states[props.state]}</Badge>
}

/** The name of the other person, or the code that was typed while nobody has confirmed it. */
export function useOtherName(): (one: Pick<Delegation, 'other'>) => string {
  const text = useWords().delegations
  return ({ other }) => other.name ?? (other.fiscalCode ? text.unknown(other.fiscalCode) : text.noName)
}

/** The names of services, as a list inside a sentence. */
export function useServiceNames(): (services: readonly Delegation['services'][number][]) => string {
  const text = useWords().delegations
  return (services) => services.map((service) => text.services[service].name).join(', ')
}

/** One delegation in a list. */
export function DelegationCard(props: { delegation: Delegation }) {
  const { language, words } = useLanguage()
  const text = words.delegations
  const { delegation } = props
  const name = useOtherName()(delegation)
  const services = useServiceNames()
  return (
    <Card level={3} title={name} aside={<StateBadge state={delegation.state} />}>
      <Facts
        facts={[
          [text.for, services(delegation.services)],
          [text.until, delegation.until ? longDay(language, delegation.until) : text.noEnd],
          delegation.answerBy && [text.answerBy, longDay(language, delegation.answerBy)],
          delegation.kind !== 'voluntary' && [text.kind, text.kinds[delegation.kind]],
        ]}
      />
      <p>
        <Link to={app.delegation(delegation.id)}>
          {text.open} <span className="visually-hidden">({name})</span>
        </Link>
      </p>
    </Card>
  )
}
