// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'
import { useWords } from '../app/language.tsx'
import { Icon } from './icon.tsx'

interface Note {
  text: string
  action?: { label: string; run: () => void }
}
const Context = createContext<(note: Note) => void>(() => undefined)

/** A short word about something done; it stays until closed when it carries an action. */
export function ToastProvider(props: { children: ReactNode }) {
  const words = useWords()
  const [note, setNote] = useState<Note>()
  const show = useCallback((next: Note) => setNote(next), [])
  useEffect(() => {
    if (!note || note.action) return
    const timer = setTimeout(() => setNote(undefined), 8000)
    return () => clearTimeout(timer)
  }, [note])
  return (
    <Context value={show}>
      {props.children}
      <div role="status" className="sf-toasts">
        {note && (
          <div className="sf-toast">
            <Icon name="info-circle" />
            <span>{note.text}</span>
            {note.action && (
              <button type="button" className="btn sf-btn-link" onClick={note.action.run}>
                {note.action.label}
              </button>
            )}
            <button type="button" className="btn sf-icon-button" onClick={() => setNote(undefined)}>
              <Icon name="close" />
              <span className="visually-hidden">{words.ui.close}</span>
            </button>
          </div>
        )}
      </div>
    </Context>
  )
}

export function useToast(): (note: Note) => void {
  return use(Context)
}
