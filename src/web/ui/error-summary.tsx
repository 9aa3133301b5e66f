// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef } from 'react'
import { useWords } from '../app/language.tsx'
import type { FieldProblem } from './field.tsx'

/** Lists what is wrong in a form, with links to the fields. Takes the focus each time a new list arrives. */
export function ErrorSummary(props: { problems: readonly FieldProblem[] }) {
  const words = useWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (props.problems.length === 0) return
    box.current?.focus()
    const title = document.title
    document.title = `${words.ui.errorTitle} ${title}`
    return () => {
      document.title = title
    }
  }, [props.problems, words])
  if (props.problems.length === 0) return null
  return (
    <div className="alert alert-danger sf-summary" role="alert" tabIndex={-1} ref={box}>
      <h2 className="h5">{words.ui.checkFields(props.problems.length)}</h2>
      <ul>
        {props.problems.map((problem) => (
          <li key={problem.field}>
            <a
              href={`#${problem.field}`}
              onClick={(event) => {
                event.preventDefault()
                document.getElementById(problem.field)?.focus()
              }}
            >
              {problem.message}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
