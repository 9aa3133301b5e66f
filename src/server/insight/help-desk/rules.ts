// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { addDays, isWorkingDay, type Day } from '../../platform/time.ts'

const workingDays = 3

/** The last day to answer: a barrier within 30 days, as the accessibility statement says; the rest in 3 working days. */
export function answerBy(kind: 'question' | 'fault' | 'barrier', today: Day): Day {
  if (kind === 'barrier') return addDays(today, 30)
  let day = today
  for (let left = workingDays; left > 0;) {
    day = addDays(day, 1)
    if (isWorkingDay(day)) left -= 1
  }
  return day
}
