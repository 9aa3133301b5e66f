// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { IconName } from './icon-names.ts'
import sprite from './icons.svg?url'

/** A drawing that repeats what the words beside it say: hidden from screen readers. */
export function Icon(props: { name: IconName; size?: 'sm' | 'lg' | 'xl' }) {
  return (
    <svg className={`icon icon-${props.size ?? 'sm'} sf-icon`} aria-hidden="true" focusable="false">
      <use href={`${sprite}#${props.name}`} />
    </svg>
  )
}
