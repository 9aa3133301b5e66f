// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OfficeWords } from './it.ts'

/** What the pages of district offices say in English. */
export const words: OfficeWords = {
  title: 'Doctors: departures, refusals, movements',
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
    told: 'Patients told',
    toldOf: (told: number, people: number) => `${told} of ${people}`,
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
  refusals: {
    title: 'Refusals by doctors',
    none: 'No refusal has been entered.',
    enter: 'Enter a refusal',
    columns: {
      person: 'Patient',
      doctor: 'Doctor',
      received: 'Communicated on',
      motive: 'Reason',
      state: 'Outcome',
      from: 'Counts from',
    },
    motives: { TRUST: 'Trust is gone', CONDUCT: 'Conduct of the patient', OTHER: 'Another objective reason' },
    states: {
      ACCEPTED: 'Accepted',
      DENIED: 'Not allowed',
      EFFECTIVE: 'In force',
      OVERTAKEN: 'Overtaken: has changed already',
    },
    deniedFor: {
      NO_OTHER_DOCTOR: 'No other doctor of the area has places',
      SELF_LIMITED: 'The doctor limited her own list and is at the limit',
    },
    deniedNext: {
      NO_OTHER_DOCTOR:
        'No other doctor of the area has places: for exceptional reasons the authority’s committee decides (ACN 2024, art. 40).',
      SELF_LIMITED: 'Who lowered her own ceiling may not refuse people to stay under it (ACN 2024, art. 40).',
    },
    denied: 'The refusal is not allowed',
    accepted: 'Refusal entered',
    acceptedNext:
      'It counts from the sixteenth day after the communication. Until then the patient may choose another doctor.',
    doctor: 'Doctor who refuses',
    fiscalCode: 'Tax code of the patient',
    receivedOn: 'Day of the communication',
    receivedOnHint: 'When it came to the health authority',
    motive: 'Reason',
    submit: 'Enter the refusal',
    missing: {
      doctor: 'Choose the doctor.',
      fiscalCode: 'The tax code is not valid.',
      receivedOn: 'Write the day of the communication.',
    },
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
  letters: {
    title: 'Letters to post',
    lead: 'Who has no confirmed e-mail or mobile number gets notices by post. They are made and printed here.',
    waiting: (n: number) =>
      n === 0 ? 'No letters are waiting.' : n === 1 ? 'One letter is waiting.' : `${n} letters are waiting.`,
    make: 'Make the files to print',
    made: 'The files are being made',
    batches: 'Files made',
    none: 'No files have been made yet.',
    batch: (moment: string) => `Letters of ${moment}`,
    states: { making: 'Being made', ready: 'To be printed', posted: 'Posted' },
    progress: 'Letters ready',
    done: (printed: number, letters: number) => `${printed} of ${letters}`,
    files: 'Files to fetch',
    file: (number: number, letters: number) =>
      `File ${number}: ${letters === 1 ? '1 letter' : `${letters} letters`} (PDF)`,
    posted: 'Posted on',
    post: 'Note as posted',
    postAsk: 'The files can no longer be fetched then: to whom a letter was posted, and when, stays written.',
    noted: 'Letters posted',
  },
}
