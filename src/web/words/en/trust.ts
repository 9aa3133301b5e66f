// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Words } from '../it.ts'

const count = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`

/** Who saw one's data, and where one is signed in. */
export const trust: Pick<Words, 'accesses' | 'sessions'> = {
  accesses: {
    title: 'Who saw my data',
    titleFor: (name: string) => `Who saw the data of ${name}`,
    intro:
      'Here is every time somebody read or changed the data: who, when, what and what for. Nobody can remove or change this list.',
    notYours: 'Only the person herself can see who read her data',
    notYoursText: 'The delegation does not include this list. To see yours, change the person you act for.',
    period: 'Period',
    periods: { month: 'Last 30 days', quarter: 'Last 3 months', year: 'Last 12 months', chosen: 'I choose the days' },
    from: 'From',
    to: 'To',
    whoLabel: 'Who',
    everybody: 'Everybody',
    who: {
      self: 'You',
      delegate: 'Those who act for you',
      professional: 'Health professionals and clerks',
      partner: 'Other connected services',
      automatic: 'The service, by itself',
    },
    show: 'Show',
    none: 'In this period nobody read or changed the data.',
    you: 'You',
    forYou: 'in your name',
    forChild: 'in the child’s name',
    why: (text: string) => `For: ${text}`,
    reason: (text: string) => `Declared reason: ${text}`,
    refused: 'Access denied',
    download: 'Download the list (CSV)',
    print: 'Print',
    unknown: 'Is there an access you do not recognise?',
    unknownText: 'Write to us: those who answer for your data check the access and reply within 15 days.',
    write: 'Write to the help desk',
    sessions: 'See the connected devices',
  },
  sessions: {
    title: 'Connected devices',
    intro: 'Here is where you signed in and have not signed out yet. If a device is not yours, sign it out.',
    device: (browser: string | null, system: string | null) =>
      browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'Unknown device'),
    current: 'This device',
    opened: 'Signed in',
    seen: 'Last used',
    with: 'With',
    method: (method: string, level: number, professional: boolean) =>
      `${method === 'LOCAL' ? 'credentials of the service' : method}${professional ? ' for professional use' : ''}, level ${level}`,
    address: 'Network address',
    end: 'Sign it out',
    endOf: (device: string) => `Sign out ${device}`,
    endAll: 'Sign out of all other devices',
    sure: 'Do you want to sign this device out?',
    sureAll: 'Do you want to sign out of all other devices?',
    effect: 'Whoever uses it will have to sign in again. What was not saved will be lost.',
    keep: 'No, leave it',
    ended: 'The device was signed out.',
    endedAll: (n: number) =>
      n === 0 ? 'There were no other devices.' : `${count(n, 'device was', 'devices were')} signed out.`,
    accesses: 'See who read your data',
    link: 'Connected devices',
  },
}
