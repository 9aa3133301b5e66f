// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PartnerClient } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Card } from '../ui/card.tsx'
import { Table } from '../ui/table.tsx'
import { usePartnerWords } from './words.ts'

type Day = PartnerClient['days'][number]
const size = { width: 600, height: 142, bar: 14, step: 20, foot: 2 }

/** The heights of one day's two parts, in units of the drawing; a day with any calls shows at least a line. */
function barOf(day: Day, most: number): { ok: number; bad: number } {
  const room = size.height - size.foot
  const high = (calls: number) => (calls === 0 ? 0 : Math.max(2, (calls / most) * room))
  const errors = day.refused + day.failed
  return { ok: high(day.calls - errors), bad: high(errors) }
}

function Drawing(props: { days: readonly Day[]; label: string }) {
  const { language } = useLanguage()
  const most = Math.max(1, ...props.days.map((day) => day.calls))
  const foot = size.height - size.foot
  const first = props.days[0]
  const last = props.days.at(-1)
  return (
    <>
      <svg className="sf-chart" viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={props.label}>
        <line x1="0" x2={size.width} y1={foot} y2={foot} />
        {props.days.map((day, n) => {
          const { ok, bad } = barOf(day, most)
          return (
            <g key={day.day}>
              <rect className="sf-chart-ok" x={n * size.step + 3} y={foot - ok} width={size.bar} height={ok} />
              <rect className="sf-chart-bad" x={n * size.step + 3} y={foot - ok - bad} width={size.bar} height={bad} />
            </g>
          )
        })}
      </svg>
      <p className="sf-chart-days" aria-hidden="true">
        <span>{first && shortDay(language, first.day)}</span>
        <span>{last && shortDay(language, last.day)}</span>
      </p>
    </>
  )
}

/** Calls per day, drawn; the same numbers as a table for who wants them. */
export function CallsChart(props: { client: PartnerClient }) {
  const { language } = useLanguage()
  const text = usePartnerWords().calls
  const { days, perMinute, perDay } = props.client
  const number = (value: number) => new Intl.NumberFormat(language).format(value)
  const calls = days.reduce((sum, day) => sum + day.calls, 0)
  const errors = days.reduce((sum, day) => sum + day.refused + day.failed, 0)
  const busiest = days.reduce<Day | undefined>((most, day) => (day.calls > (most?.calls ?? 0) ? day : most), undefined)
  const shown = days.filter((day) => day.calls > 0).toReversed()
  return (
    <Card title={text.title}>
      {busiest ? (
        <>
          <p>{text.summary(number(calls), number(errors))}</p>
          <Drawing
            days={days}
            label={text.chart(number(calls), number(busiest.calls), shortDay(language, busiest.day))}
          />
          <ul className="sf-chart-key" aria-hidden="true">
            <li className="sf-chart-key-ok">{text.ok}</li>
            <li className="sf-chart-key-bad">{text.errors}</li>
          </ul>
          <details className="sf-details">
            <summary>{text.numbers}</summary>
            <Table
              caption={text.title}
              rows={shown}
              id={(day) => day.day}
              columns={[
                { title: text.day, cell: (day) => shortDay(language, day.day) },
                { title: text.calls, cell: (day) => number(day.calls), number: true },
                { title: text.refused, cell: (day) => number(day.refused), number: true },
                { title: text.failed, cell: (day) => number(day.failed), number: true },
                { title: text.ms, cell: (day) => `${number(day.ms)} ms`, number: true },
              ]}
            />
          </details>
        </>
      ) : (
        <p>{text.none}</p>
      )}
      <p className="form-text">{text.quota(number(perMinute), number(perDay))}</p>
    </Card>
  )
}
