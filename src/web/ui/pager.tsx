// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useWords } from '../app/language.tsx'
import { Button } from './button.tsx'

/** Adds the next page under the present one; says how many are shown, when they are not all in sight. */
export function Pager(props: { shown: number; more: boolean; pending: boolean; onMore: () => void }) {
  const words = useWords()
  if (!props.more && props.shown < 10) return null
  return (
    <div className="sf-pager">
      <p role="status">{words.ui.shown(props.shown)}</p>
      {props.more && (
        <Button look="outline-primary" pending={props.pending} pendingText={words.ui.loading} onClick={props.onMore}>
          {words.ui.more}
        </Button>
      )}
    </div>
  )
}
