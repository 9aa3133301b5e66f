// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

type Look = 'primary' | 'outline-primary' | 'outline-danger' | 'danger' | 'link'

const classes = (look: Look) => (look === 'link' ? 'btn sf-btn-link' : `btn btn-${look}`)

/** While `pending` the button keeps the focus and refuses a second press; its label says what is going on. */
export function Button(props: {
  children: ReactNode
  look?: Look
  icon?: IconName
  type?: 'button' | 'submit'
  pending?: boolean
  pendingText?: string
  describedBy?: string | undefined
  name?: string
  value?: string
  onClick?: () => void
}) {
  const { pending = false } = props
  return (
    <button
      type={props.type ?? 'button'}
      className={classes(props.look ?? 'primary')}
      aria-disabled={pending || undefined}
      aria-describedby={props.describedBy}
      name={props.name}
      value={props.value}
      onClick={(event) => {
        if (pending) return event.preventDefault()
        props.onClick?.()
      }}
    >
      {props.icon && <Icon name={props.icon} />}
      <span>{pending ? (props.pendingText ?? props.children) : props.children}</span>
    </button>
  )
}

/** A link that looks like a button: it goes to another page. */
export function ButtonLink(props: {
  to: string
  children: ReactNode
  look?: Look
  icon?: IconName
  /** What the next page needs and the address does not carry. */
  state?: unknown
}) {
  return (
    <Link to={props.to} state={props.state} className={classes(props.look ?? 'primary')}>
      {props.icon && <Icon name={props.icon} />}
      <span>{props.children}</span>
    </Link>
  )
}

/** A link to a file made by the server (PDF, calendar). */
export function FileLink(props: { href: string; children: ReactNode; icon?: IconName; look?: Look }) {
  return (
    <a href={props.href} className={classes(props.look ?? 'outline-primary')} download>
      <Icon name={props.icon ?? 'download'} />
      <span>{props.children}</span>
    </a>
  )
}
