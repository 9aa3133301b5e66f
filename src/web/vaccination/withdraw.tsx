// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useVaccinationWords } from './words.ts'

/** The button that withdraws, and the question before it does. */
export function Withdraw(props: {
  of?: ReactNode
  error: unknown
  isPending: boolean
  /** Forgets the refusal of an earlier try. */
  onOpen: () => void
  onConfirm: () => void
}) {
  const text = useVaccinationWords()
  const [asking, setAsking] = useState(false)
  const open = () => {
    props.onOpen()
    setAsking(true)
  }
  return (
    <>
      <Button look="outline-primary" onClick={open}>
        {text.withdraw} {props.of && <span className="visually-hidden">{props.of}</span>}
      </Button>
      <Dialog open={asking} title={text.withdrawAsk} onClose={() => setAsking(false)}>
        <p>{text.withdrawText}</p>
        {props.error != null && <ProblemAlert error={props.error} />}
        <div className="sf-actions">
          <Button look="danger" pending={props.isPending} pendingText={text.withdrawing} onClick={props.onConfirm}>
            {text.withdraw}
          </Button>
          <Button look="outline-primary" onClick={() => setAsking(false)}>
            {text.keep}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
