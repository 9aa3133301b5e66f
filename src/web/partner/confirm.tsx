// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ProblemAlert } from '../ui/problem.tsx'

/** Asks before something is done that hurts: what will happen, yes in red, no beside it. */
export function Confirm(props: {
  open: boolean
  title: string
  text: ReactNode
  yes: string
  no: string
  pending: boolean
  error: unknown
  onYes: () => void
  onNo: () => void
}) {
  return (
    <Dialog open={props.open} title={props.title} onClose={props.onNo}>
      <p>{props.text}</p>
      {props.error != null && <ProblemAlert error={props.error} />}
      <p className="sf-actions">
        <Button look="danger" pending={props.pending} onClick={props.onYes}>
          {props.yes}
        </Button>
        <Button look="outline-primary" onClick={props.onNo}>
          {props.no}
        </Button>
      </p>
    </Dialog>
  )
}
