// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useState } from 'react'
import { useWords } from '../app/language.tsx'

/** "Wait" with words, after 300 ms: what is being done and, when it may be long, how long. */
export function Progress(props: { label: string; note?: string }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="sf-progress" role="status">
      {shown && (
        <>
          <span className="sf-progress-bar" aria-hidden="true" />
          <p>{props.label}</p>
          {props.note && <p className="form-text">{props.note}</p>}
        </>
      )}
    </div>
  )
}

/** Grey shapes where a list will be. */
export function Skeleton(props: { lines?: number }) {
  const words = useWords()
  return (
    <div className="sf-skeleton" role="status">
      <span className="visually-hidden">{words.ui.loading}</span>
      {Array.from({ length: props.lines ?? 3 }, (_, index) => (
        <span key={index} aria-hidden="true" />
      ))}
    </div>
  )
}
