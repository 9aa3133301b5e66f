// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useWords } from '../app/language.tsx'
import { Icon } from './icon.tsx'

/** A native modal dialog: the browser keeps the focus inside, closes it on Escape and gives the focus back. */
export function Dialog(props: { open: boolean; title: ReactNode; onClose: () => void; children: ReactNode }) {
  const words = useWords()
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (props.open && !dialog.open) dialog.showModal()
    if (!props.open && dialog.open) dialog.close()
  }, [props.open])
  return (
    <dialog ref={ref} className="sf-dialog" aria-labelledby={titleId} onClose={props.onClose}>
      {props.open && (
        <>
          <div className="sf-dialog-head">
            <h2 id={titleId} className="h4" tabIndex={-1} autoFocus>
              {props.title}
            </h2>
            <button type="button" className="btn sf-icon-button" onClick={() => ref.current?.close()}>
              <Icon name="close" />
              <span className="visually-hidden">{words.ui.close}</span>
            </button>
          </div>
          {props.children}
        </>
      )}
    </dialog>
  )
}
