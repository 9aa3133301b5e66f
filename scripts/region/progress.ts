// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { RegionWish } from './generate.ts'

type Tell = NonNullable<RegionWish['tell']>

/** A line for each step as it begins. */
export function stepLines(say: (line: string) => void): Tell {
  let current: string | undefined
  return (step) => {
    if (step !== current) say(step)
    current = step
  }
}

const barWidth = 30

/**
 * Shows how a long load goes: a bar that grows on a terminal, a line for every tenth elsewhere, each with the seconds gone
 * by. `now` is in milliseconds.
 */
export function showProgress(
  out: { isTTY?: boolean; write(text: string): unknown },
  now: () => number = () => performance.now(),
): { tell: Tell; end: () => void } {
  const begun = now()
  let [current, tenth, open] = ['', -1, false]
  const end = (): void => {
    if (open) out.write('\n')
    open = false
  }
  function tell(step: string, done?: number, total?: number): void {
    const seconds = `${Math.round((now() - begun) / 1000)} s`
    if (step !== current) {
      end()
      ;[current, tenth] = [step, -1]
    }
    const part = done === undefined || !total ? undefined : Math.min(1, done / total)
    if (out.isTTY) {
      const full = Math.round((part ?? 0) * barWidth)
      const bar = part === undefined ? '' : `  ${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent(part)}`
      const count = total ? `  ${plain(Math.min(done ?? 0, total))} of ${plain(total)}` : ''
      out.write(`\r\x1b[K${step}${bar}${count}  ${seconds}`)
      open = true
      return
    }
    const reached = Math.floor((part ?? 0) * 10)
    if (reached === tenth) return
    tenth = reached
    out.write(`${step}${part === undefined ? '' : ` ${percent(part)}`} (${seconds})\n`)
  }
  return { tell, end }
}

const percent = (part: number): string => `${String(Math.floor(part * 100)).padStart(3)} %`
const plain = (count: number): string => count.toLocaleString('en')
