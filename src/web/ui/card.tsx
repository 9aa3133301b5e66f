// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'

/** A box about one thing. */
export function Card(props: {
  children: ReactNode
  title?: ReactNode
  level?: 2 | 3
  aside?: ReactNode
  tone?: 'plain' | 'marked'
}) {
  const Heading = props.level === 3 ? 'h3' : 'h2'
  return (
    <section className={props.tone === 'marked' ? 'sf-card sf-card-marked' : 'sf-card'}>
      {(props.title != null || props.aside != null) && (
        <div className="sf-card-head">
          {props.title != null && <Heading className="h5">{props.title}</Heading>}
          {props.aside}
        </div>
      )}
      {props.children}
    </section>
  )
}

/** Name and value pairs. */
export function Facts(props: { facts: readonly (readonly [ReactNode, ReactNode] | null | false | '' | undefined)[] }) {
  return (
    <dl className="sf-facts">
      {props.facts.map(
        (fact, index) =>
          fact && (
            <div key={index}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}

/** A short state: the word says it, the colour repeats it. */
export function Badge(props: { tone: 'info' | 'success' | 'warning' | 'danger' | 'neutral'; children: ReactNode }) {
  return <span className={`badge sf-badge sf-badge-${props.tone}`}>{props.children}</span>
}
