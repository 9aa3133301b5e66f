// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useState } from 'react'
import { useWords } from '../app/language.tsx'
import { minutesAndSeconds } from '../app/formats.ts'
import { Icon } from './icon.tsx'

/** Seconds from now to an instant, counted again every second; never below 0. */
export function useSecondsTo(instant: string): number {
  const left = () => Math.max(0, Math.round((Date.parse(instant) - Date.now()) / 1000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    setSeconds(left())
    const timer = setInterval(() => setSeconds(left()), 1000)
    return () => clearInterval(timer)
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [instant])
  return seconds
}

/** Time left of a hold. Seen every second, read aloud at 5 minutes, at 1 minute and at the end (WCAG 2.2.1). */
export function Countdown(props: { until: string }) {
  const words = useWords()
  const seconds = useSecondsTo(props.until)
  const spoken =
    seconds === 0 ? words.ui.timeOver : seconds <= 60 ? words.ui.oneMinute : seconds <= 300 ? words.ui.fiveMinutes : ''
  return (
    <div className={seconds <= 60 ? 'sf-countdown sf-countdown-short' : 'sf-countdown'}>
      <Icon name="clock" />
      <p>
        {words.ui.timeLeft} <strong className="sf-time">{minutesAndSeconds(seconds)}</strong>
      </p>
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
    </div>
  )
}
