// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useWords } from '../app/language.tsx'
import { Icon } from './icon.tsx'

/** All steps of a procedure, the present one marked. On phones only the present one is drawn; all are read. */
export function Stepper(props: { steps: readonly string[]; current: number }) {
  const words = useWords()
  const title = props.steps[props.current]
  return (
    <div className="sf-steppers">
      <div className="steppers-header">
        <p className="sf-steppers-now" aria-hidden="true">
          <strong>{title}</strong>
          <span>
            {props.current + 1}/{props.steps.length}
          </span>
        </p>
        <ol aria-label={words.ui.steps}>
          {props.steps.map((step, index) => (
            <li
              key={step}
              className={index < props.current ? 'confirmed' : index === props.current ? 'active' : ''}
              aria-current={index === props.current ? 'step' : undefined}
            >
              <span className="sf-step-number" aria-hidden="true">
                {index < props.current ? <Icon name="check" /> : index + 1}
              </span>
              {step}
              {index < props.current && <span className="visually-hidden"> ({words.ui.stepDone})</span>}
            </li>
          ))}
        </ol>
        <progress className="sf-steppers-bar" aria-hidden="true" max={props.steps.length} value={props.current + 1} />
      </div>
    </div>
  )
}
