// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import { useWords } from '../app/language.tsx'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { Stepper } from '../ui/stepper.tsx'

/** A step of booking: all steps in sight, and the plain statement that nothing is booked yet. */
export function BookingStep(props: { step: 0 | 1 | 2; title: string; lead?: ReactNode; children: ReactNode }) {
  const words = useWords()
  return (
    <Page
      title={props.title}
      documentTitle={`${props.title} – ${words.book.title}`}
      narrow
      before={<Stepper steps={words.book.steps} current={props.step} />}
      {...(props.lead != null && { lead: props.lead })}
    >
      <p className="sf-not-yet">
        <Icon name="info-circle" />
        <span>{words.book.notYet}</span>
      </p>
      {props.children}
    </Page>
  )
}
