// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useLocation } from 'react-router'

/** A button that opens a short list of links: native popover, arrows move, Escape closes. */
export function Menu(props: { id: string; label: ReactNode; name: string; children: ReactNode }) {
  const list = useRef<HTMLUListElement>(null)
  const { pathname } = useLocation()
  useEffect(() => {
    if (list.current?.matches(':popover-open')) list.current.hidePopover()
  }, [pathname])

  function move(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const items = [...(list.current?.querySelectorAll<HTMLElement>('a, button') ?? [])]
    if (!step || items.length === 0) return
    event.preventDefault()
    const at = items.indexOf(document.activeElement as HTMLElement)
    items[(at + step + items.length) % items.length]?.focus()
  }

  return (
    <div className="sf-menu" role="presentation" onKeyDown={move}>
      <button type="button" className="btn sf-menu-button" popoverTarget={props.id} aria-label={props.name}>
        {props.label}
      </button>
      <ul id={props.id} popover="auto" ref={list} className="sf-menu-list">
        {props.children}
      </ul>
    </div>
  )
}
