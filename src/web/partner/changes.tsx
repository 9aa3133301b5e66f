// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PartnerClient } from '../app/contract.ts'
import { clock, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Card } from '../ui/card.tsx'
import { usePartnerWords } from './words.ts'

/** The history of a system, the last change first. */
export function Changes(props: { changes: PartnerClient['changes'] }) {
  const { language } = useLanguage()
  const text = usePartnerWords().changes
  return (
    <Card title={text.title}>
      <ul>
        {props.changes.map((change, n) => (
          <li key={n}>
            {shortDay(language, change.at)}, {clock(language, change.at)}: {text.action[change.action] ?? change.action}
            {change.detail && (
              <>
                {' '}
                <code>{change.detail}</code>
              </>
            )}{' '}
            ({change.byRegion ? text.region : text.partner})
          </li>
        ))}
      </ul>
    </Card>
  )
}
