// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OfficeWords } from './it.ts'

/** What the pages of district offices say in English. */
export const words: OfficeWords = {
  title: 'Doctors: departures and movements',
  lead: 'When a doctor leaves, the patients pass to those who take over. The movements of the month are here too.',
  wrongRole: {
    title: 'This page is for district officers',
    next: 'If you have that role, choose it and come back here.',
  },
  departures: {
    title: 'Departures',
    none: 'No departure has been entered.',
    enter: 'Enter a departure',
    states: { PLANNED: 'Planned', RUNNING: 'Under way', DONE: 'Done', CALLED_OFF: 'Called off' },
    reasons: {
      RETIREMENT: 'Retirement',
      RESIGNATION: 'Resignation',
      TRANSFER: 'Transfer',
      DEATH: 'Death',
      SUSPENSION: 'Measure',
    },
    lastDay: 'Last day',
    reason: 'Reason',
    targets: 'Who takes over',
    nobody: 'Nobody: each patient chooses',
    progress: 'Patients reassigned',
    done: (reassigned: number, people: number) => `${reassigned} of ${people}`,
    without: 'Without a place',
    withoutNote: (n: number) =>
      n === 1
        ? 'The district must assign a doctor to one person.'
        : `The district must assign a doctor to ${n} people.`,
    callOff: 'Call the departure off',
    callOffAsk: 'The doctor stays in service, and the patients with her.',
    calledOff: 'Departure called off',
  },
  form: {
    doctor: 'Doctor who leaves',
    doctorHint: 'Type the surname or the regional code',
    lastDay: 'Last day of service',
    reason: 'Reason',
    target: 'Add a doctor who takes over',
    targetHint: 'Places are filled in this order, beginning with the oldest patients',
    targets: 'They take over, in this order',
    remove: (name: string) => `Remove ${name}`,
    people: (n: number) => `${n} patients`,
    effect: (name: string, people: number, day: string) =>
      `After ${day} the ${people} patients of ${name} pass to those who take over, as long as there are places. Each is told and may choose another doctor.`,
    submit: 'Enter the departure',
    cancel: 'Not now',
    saved: 'Departure entered',
    missing: { doctor: 'Choose the doctor who leaves.', lastDay: 'Write the last day of service.' },
  },
  movements: {
    title: 'Movements of the month',
    month: 'Month',
    export: 'Download the table (CSV)',
    caption: (month: string) => `Movements of ${month}`,
    only: 'Only doctors with movements',
    none: 'No movement in this month.',
    columns: {
      code: 'Code',
      doctor: 'Doctor',
      kind: 'Kind',
      atStart: 'At the start',
      entered: 'Entered',
      left: 'Left',
      atEnd: 'At the end',
    },
    kinds: { MMG: 'Family doctor', PLS: 'Paediatrician' },
  },
}
