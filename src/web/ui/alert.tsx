// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { useWords } from '../app/language.tsx'
import { Icon } from './icon.tsx'
import type { IconName } from './icon-names.ts'

export type Tone = 'info' | 'success' | 'warning' | 'danger'
const icons: Record<Tone, IconName> = {
  info: 'info-circle',
  success: 'check-circle',
  warning: 'warning-circle',
  danger: 'error',
}

/**
 * A message in the page. `live`: it appeared by itself and is read aloud; danger, and what stopped somebody (`stops`), interrupt,
 * the others wait.
 */
export function Alert(props: { tone: Tone; title?: ReactNode; children?: ReactNode; live?: boolean; stops?: boolean }) {
  const words = useWords()
  const role = props.live ? (props.tone === 'danger' || props.stops ? 'alert' : 'status') : undefined
  return (
    <div className={`alert alert-${props.tone} sf-alert`} role={role}>
      <Icon name={icons[props.tone]} />
      <div>
        <p className="sf-alert-title">
          <span className="visually-hidden">{words.ui.tone[props.tone]}: </span>
          {props.title}
        </p>
        {props.children}
      </div>
    </div>
  )
}
