// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import { useWords } from '../app/language.tsx'
import { fetchSession } from '../app/session.tsx'
import { Button } from './button.tsx'
import { Field } from './field.tsx'
import { Icon } from './icon.tsx'
import { ProblemAlert } from './problem.tsx'
import { useMutation } from '@tanstack/react-query'

const stars = [1, 2, 3, 4, 5] as const

/**
 * Asks how clear a page or how easy a procedure was: stars, what was good or hard, a free text.
 * No identity is kept (national model of the sites of administrations, criterion C.SI.2.6).
 */
export function Rating(props: { about: string; kind: 'page' | 'procedure' }) {
  const words = useWords()
  const [score, setScore] = useState<number>()
  const [answers, setAnswers] = useState<string[]>([])
  const [text, setText] = useState('')
  const send = useMutation({
    mutationFn: async () => {
      await fetchSession()
      return ask(
        api.POST('/api/v1/feedback', {
          body: { about: props.about, kind: props.kind, score: score ?? 0, answers, text, release: __VERSION__ },
        }),
      )
    },
  })

  if (send.isSuccess)
    return (
      <section className="sf-rating" data-element="feedback">
        <p role="status">
          <strong>{words.rating.thanks}</strong>
        </p>
      </section>
    )
  const good = (score ?? 0) > 3
  const options = good ? words.rating.good : words.rating.hard
  return (
    <section className="sf-rating" data-element="feedback">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send.mutate()
        }}
      >
        <fieldset className="sf-stars">
          <legend data-element="feedback-title" className="h6">
            {props.kind === 'page' ? words.rating.page : words.rating.procedure}
          </legend>
          {stars.map((star) => (
            <label key={star} data-element={`feedback-rate-${star}`}>
              <input
                type="radio"
                name="score"
                value={star}
                checked={score === star}
                onChange={() => {
                  setScore(star)
                  setAnswers([])
                }}
              />
              <Icon name={star <= (score ?? 0) ? 'star-full' : 'star-outline'} size="lg" />
              <span className="visually-hidden">{words.rating.stars(star)}</span>
            </label>
          ))}
        </fieldset>
        {score !== undefined && (
          <>
            <fieldset
              className="sf-field"
              data-element={good ? 'feedback-rating-positive' : 'feedback-rating-negative'}
            >
              <legend className="form-label" data-element="feedback-rating-question">
                {good ? words.rating.whatGood : words.rating.whatHard}
              </legend>
              <div className="sf-choice-list">
                {Object.entries(options).map(([value, label]) => (
                  <label key={value} className="sf-choice" data-element="feedback-rating-answer">
                    <input
                      type="checkbox"
                      checked={answers.includes(value)}
                      onChange={(event) =>
                        setAnswers(event.target.checked ? [...answers, value] : answers.filter((one) => one !== value))
                      }
                    />
                    <span>{label}</span>
                  </label>
                ))}
              </div>
            </fieldset>
            <div data-element="feedback-input-text">
              <Field
                id="feedback-text"
                label={words.rating.more}
                hint={words.rating.noHealth}
                optional
                rows={3}
                maxLength={200}
                value={text}
                onChange={setText}
              />
            </div>
            {send.error && <ProblemAlert error={send.error} />}
            <Button type="submit" look="outline-primary" pending={send.isPending} pendingText={words.ui.sending}>
              {words.rating.send}
            </Button>
          </>
        )}
      </form>
    </section>
  )
}
