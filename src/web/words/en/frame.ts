// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { frame as Italian } from '../it/frame.ts'

const count = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`

export const frame: typeof Italian = {
  ui: {
    tagline: (region: string) => `Health services of ${region}`,
    signIn: 'Sign in to your area',
    signOut: 'Sign out',
    account: (name: string) => `Your account: ${name}`,
    language: 'Language',
    mainNavigation: 'Main navigation',
    quickNavigation: 'Quick navigation',
    breadcrumb: 'Breadcrumb',
    toContent: 'Skip to content',
    toNavigation: 'Skip to navigation',
    toFooter: 'Skip to footer',
    tone: { info: 'Information', success: 'Done', warning: 'Warning', danger: 'Error' },
    optional: '(optional)',
    errorTitle: 'Error:',
    checkFields: (n: number) => (n === 1 ? 'There is one thing to correct' : `There are ${n} things to correct`),
    steps: 'Steps of the procedure',
    stepDone: 'done',
    loading: 'Loading…',
    sending: 'Sending…',
    saving: 'Saving…',
    save: 'Save',
    saved: 'Saved',
    close: 'Close',
    back: 'Back',
    next: 'Next',
    more: 'Show more',
    shown: (n: number) => (n === 1 ? '1 item shown' : `${n} items shown`),
    found: (n: number) => (n === 0 ? 'No results' : count(n, 'result', 'results')),
    timeLeft: 'Time left:',
    timeOver: 'The time is over.',
    oneMinute: 'One minute left. You can ask for more time.',
    fiveMinutes: 'Five minutes left.',
    day: 'Day',
    month: 'Month',
    year: 'Year',
    yes: 'Yes',
    no: 'No',
    newVersion: 'A new version is ready.',
    update: 'Update',
    offline:
      'You are not connected to the internet. What you have written stays here. Try again when the network is back.',
    opensElsewhere: '(opens on another site)',
    help: 'Need help?',
    helpText: (phone: string, hours: string) => `Call the booking centre on ${phone}, ${hours}.`,
    callUs: 'Call',
    writeUs: 'Write to us',
  },
  nav: {
    home: 'Home',
    area: 'Your personal area',
    book: 'Book',
    appointments: 'My appointments',
    appointmentsShort: 'Visits',
    prescriptions: 'Prescriptions',
    payments: 'Payments',
    messages: 'Messages',
    profile: 'Profile',
    waiting: 'Waiting lists',
    service: 'Book a visit or an exam',
    questions: 'Frequent questions',
    help: 'Help',
  },
  footer: {
    taxCode: 'Tax code',
    help: 'Help',
    contact: 'Contacts and help',
    questions: 'Frequent questions',
    booking: 'Book a visit or an exam',
    fault: 'Report a problem',
    privacyTitle: 'Data and transparency',
    officer: 'Data protection officer (DPO):',
    source: 'Source code of this service',
    api: 'API documentation',
    privacy: 'Privacy notice',
    cookies: 'Cookies',
    legal: 'Legal notes',
    map: 'Site map',
    version: (version: string) => `Version ${version}`,
  },
  person: {
    title: 'Whom you are acting for',
    actingFor: 'You are acting for:',
    you: 'you',
    change: 'Change',
    person: 'person',
    whom: 'Whom do you want to act for?',
    legend: 'Choose the person',
    confirm: 'Confirm the person',
    now: (name: string) => `You are now acting for ${name}.`,
    years: (n: number) => count(n, 'year old', 'years old'),
    self: 'You',
    child: 'Son or daughter',
    ward: 'Person in your care by court order',
    delegator: 'Person who delegated you',
  },
  rating: {
    page: 'How clear is the information on this page?',
    procedure: 'How easy was it to use this service?',
    stars: (n: number) => (n === 1 ? 'Rate 1 star out of 5' : `Rate ${n} stars out of 5`),
    whatGood: 'What did you like most?',
    whatHard: 'Where did you find it hardest?',
    good: {
      clear: 'The instructions were clear',
      complete: 'The instructions were complete',
      sure: 'I always knew I was on the right track',
      smooth: 'I had no technical problems',
      other: 'Something else',
    },
    hard: {
      unclear: 'Sometimes the instructions were not clear',
      incomplete: 'Sometimes the instructions were not complete',
      unsure: 'Sometimes I did not know if I was on the right track',
      technical: 'I had technical problems',
      other: 'Something else',
    },
    more: 'Would you like to add details?',
    noHealth: 'At most 200 characters. Do not write personal or health data.',
    send: 'Send your opinion',
    thanks: 'Thank you, your opinion will help us improve the site!',
  },
  problem: {
    nothingLost: 'What you have written or chosen is not lost.',
    retry: 'Try again',
    call: 'If the problem goes on, call the booking centre:',
    reference: 'Code to give to whoever helps you:',
    of(code: string, status: number): { title: string; next: string } {
      if (code === 'web/offline')
        return { title: 'We cannot reach the service', next: 'Check your internet connection and try again.' }
      if (status === 401)
        return {
          title: 'Your session is over',
          next: 'Sign in again in another window, then come back here and try again.',
        }
      if (status === 403) return { title: 'You may not see this page', next: 'Check whom you are acting for.' }
      if (status === 404)
        return { title: 'We have not found what you are looking for', next: 'Go back to the list and choose again.' }
      if (status === 429) return { title: 'Too many requests in a short time', next: 'Wait a minute, then try again.' }
      if (status >= 500)
        return { title: 'The service has a problem', next: 'The problem is ours. Try again in a few minutes.' }
      return { title: 'The request could not be completed', next: 'Check the data and try again.' }
    },
    notFoundTitle: 'Page not found',
    notFound: 'The address is wrong, or the page is no longer there.',
    notFoundNext: 'You can start again from here:',
    brokenTitle: 'This page has stopped',
    broken: 'The problem is ours. Reload the page: what you have already confirmed stays valid.',
    reload: 'Reload the page',
  },
  session: {
    endingTitle: 'Your session is about to end',
    ending: (time: string) =>
      `You have not used the service for some minutes. For your safety you will be signed out in ${time}.`,
    stay: 'Stay signed in',
    ended: 'Your session is over',
    endedText:
      'You were signed out because you did not use the service for a while. Sign in again in another window, then come back: what you typed stays on this page.',
    signInAgain: 'Sign in again',
    otherWindow: '(opens in another window)',
  },
}
