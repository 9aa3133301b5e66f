// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { site as Italian } from '../it/site.ts'
import { legal } from './legal.ts'

export const site: typeof Italian = {
  home: {
    title: 'Book visits and exams from here',
    description: 'Book, move, cancel and pay for visits and exams with an e-prescription, for you and your family.',
    lead: "With your doctor's prescription you choose where and when. Then you pay, move or cancel whenever you want.",
    start: 'Book a visit or an exam',
    services: 'What you can do',
    cards: {
      book: {
        title: 'Book',
        text: 'Enter the number of the prescription. We show you at once the first free places near you.',
        action: 'How to book',
      },
      appointments: {
        title: 'Move or cancel',
        text: 'See the appointments of the whole family. You can change or cancel them without a phone call.',
        action: 'Go to the appointments',
      },
      pay: {
        title: 'Pay the co-payment',
        text: 'Pay with pagoPA, or download the notice and pay at a pharmacy, a bank or the desk.',
        action: 'Go to the payments',
      },
      waiting: {
        title: 'Protected waiting list',
        text: 'If there is no place in time, we take charge of your request, with a deadline.',
        action: 'Go to the waiting lists',
      },
      doctor: {
        title: 'Choose the doctor',
        text: 'Find a family doctor or a paediatrician with places, and choose or change online.',
        action: 'Find a doctor',
      },
      vaccination: {
        title: 'Join a vaccination campaign',
        text: 'See the open campaigns and ask to be called, also with the health card alone.',
        action: 'Go to vaccinations',
      },
    },
    helpTitle: 'Do you need help?',
    help: 'You can call, write, or go to a pharmacy or a desk with the prescription and your health card.',
    helpLink: 'All the ways to get help',
    languagesTitle: 'Languages',
    languages: 'All pages are in Italian and in English. You can change language at the top at any time.',
    family: 'Also for those you care for',
    familyText: 'You can book for your children under 18 and for people who gave you a delegation.',
  },
  service: {
    title: 'Book a visit or an exam',
    description: 'How to book with an e-prescription: what you need, how long you wait, what it costs.',
    status: 'Service active',
    start: 'Book now',
    startNote: 'You sign in with SPID and go straight to booking.',
    sections: {
      intro: "With the doctor's e-prescription you book a specialist visit or an exam of the National Health Service.",
      whom: {
        title: 'Who it is for',
        text: [
          'Anyone with an e-prescription for visits or exams.',
          'You can book for yourself, for your children under 18 and for people who gave you a delegation.',
        ],
      },
      how: {
        title: 'How to do it',
        steps: [
          'Sign in with SPID.',
          'Choose whom you book for and type the number of the prescription (NRE), or point the camera at the bar code.',
          'Choose the place and the time among the free ones.',
          'Check the summary and confirm. Only then is the booking made.',
        ],
      },
      needed: {
        title: 'What you need',
        list: [
          'Your digital identity SPID.',
          'The e-prescription. Its number (NRE) has 15 characters and is at the top, under the two bar codes.',
        ],
      },
      achieved: {
        title: 'What you get',
        text: [
          'An appointment with a code, a PDF reminder with how to prepare, and a calendar file.',
          'Before the visit you get a reminder by SMS or e-mail. You can confirm or cancel from there too.',
        ],
      },
      times: {
        title: 'Times and deadlines',
        text: 'The doctor writes a priority class on the prescription. It sets how long you may wait at most:',
        caption: 'Longest wait for each priority class',
        columns: ['Class', 'Visit', 'Exam'],
        rows: [
          ['U – urgent', '72 hours', '72 hours'],
          ['B – short', '10 days', '10 days'],
          ['D – can be deferred', '30 days', '60 days'],
          ['P – can be planned', '120 days', '120 days'],
        ],
        free: 'You can cancel at no cost up to 2 working days before. Saturdays, Sundays and holidays do not count.',
      },
      cost: {
        title: 'What it costs',
        text: 'Booking is free. The visit or exam may need a co-payment (ticket): the amount is in the summary, before you confirm. If you have an exemption, we read it from the prescription.',
      },
      access: { title: 'Use the service' },
      desk: {
        title: 'Book in another way',
        text: (phone: string, hours: string) =>
          `You can also book by phone on ${phone} (${hours}), at a pharmacy or at a desk. The places are the same.`,
      },
      contacts: { title: 'Contacts' },
      topics: { title: 'Topics', list: ['Health', 'Visits and exams'] },
    },
    index: 'On this page',
    updated: (day: string) => `Last updated: ${day}`,
  },
  questions: {
    title: 'Frequent questions',
    description: 'Answers to the most common questions about prescriptions, places, co-payment and cancelling.',
    lead: 'If you do not find the answer, write to us or call.',
    groups: [
      {
        title: 'The prescription',
        list: [
          {
            q: 'Where do I find the number of the prescription (NRE)?',
            a: "It is at the top of the doctor's reminder, under the two bar codes: 5 characters in the first and 10 in the second. 15 in all.",
          },
          {
            q: 'The service says that the prescription has expired. What do I do?',
            a: 'Ask the doctor for a new prescription. An expired one cannot be used again.',
          },
          {
            q: 'My prescription has several exams. Must I book them one by one?',
            a: 'No. We look for places for all of them: first on the same day and place, then in the same place, then separately.',
          },
        ],
      },
      {
        title: 'The places',
        list: [
          {
            q: 'There is no place in the time of my prescription. What can I do?',
            a: 'Join the protected waiting list. We give you a number, a deadline and the name of the office that answers. You do not pay more.',
          },
          {
            q: 'What is the guarantee area?',
            a: 'It is the area where the health authority must give you a place in time. If you choose a place outside it, this guarantee no longer holds.',
          },
          {
            q: 'Why is the place mine only for 10 minutes?',
            a: 'While you complete the booking nobody else can take it. After 10 minutes it becomes free again. You can ask for more time with a button.',
          },
        ],
      },
      {
        title: 'The co-payment',
        list: [
          {
            q: 'How can I pay?',
            a: 'Online with pagoPA, also several at once (up to 5). Or download the notice and pay at a bank, a post office, a tobacconist or a desk.',
          },
          {
            q: 'I paid and then cancelled. Do I get the money back?',
            a: 'Yes, if you cancel in time. The refund request starts by itself and you see it on the page of the payment.',
          },
        ],
      },
      {
        title: 'Moving and cancelling',
        list: [
          {
            q: 'Until when can I cancel at no cost?',
            a: 'Up to 2 working days before. The exact date is written in the appointment.',
          },
          {
            q: 'If I move the appointment, do I lose my place?',
            a: 'No. We first take the new place, then leave the old one. If something goes wrong, you keep what you have.',
          },
        ],
      },
      {
        title: 'The family doctor',
        list: [
          {
            q: 'How do I choose or change the family doctor or the paediatrician?',
            a: 'Look for a doctor on the page “Family doctors and paediatricians”, sign in and confirm. The choice counts at once and the old doctor is left by itself.',
          },
          {
            q: 'The doctor I want is full. Can I still choose?',
            a: 'Only if a member of your family already has that doctor: this is called family reunification. Otherwise choose among those with places.',
          },
          {
            q: 'Until when does a child have a paediatrician?',
            a: 'Up to 6 years of age a paediatrician is chosen. From 6 to 14 you can choose a paediatrician or a family doctor. At 14 the paediatrician ends.',
          },
          {
            q: 'Why can I not choose a doctor of another area?',
            a: 'Online one chooses among the doctors of the area where one lives. For a doctor of another area ask the district of your health authority.',
          },
        ],
      },
      {
        title: 'Family and delegations',
        list: [
          {
            q: 'Can I book for my child?',
            a: 'Yes, under 18. You find the child already in the list of people: no papers are needed.',
          },
        ],
      },
    ],
  },
  help: {
    title: 'Contacts and help',
    description: 'Telephone, hours and a form to get help with bookings.',
    phoneTitle: 'By telephone',
    writeTitle: 'Write to us',
    writeText: 'We answer by e-mail within 3 working days.',
    otherTitle: 'Other ways',
    other: [
      'At a pharmacy or at a desk of your health authority, with the prescription and the health card.',
      'About the family doctor: at the choice and revocation office (ufficio scelta e revoca) of your district, with an identity document and the health card.',
      'If something on the site does not work, report a problem.',
      'If a page is hard for you to use, report an accessibility barrier.',
    ],
    faultLink: 'Report a problem',
    barrierLink: 'Report a barrier',
    emergency: 'In an emergency call 112. We do not answer urgent health requests here.',
  },
  fault: {
    title: 'Report a problem',
    description: 'Tell us what does not work on the site.',
    lead: 'Tell us what you were doing and what happened. The people who run the service read it.',
  },
  barrier: {
    title: 'Report an accessibility barrier',
    description: 'Tell us what keeps you from using a page.',
    lead: 'If you cannot use a page or a document, say it here. We answer within 30 days.',
  },
  form: {
    name: 'Given name and family name',
    email: 'E-mail address',
    emailHint: 'We use it only to answer you.',
    text: 'Your message',
    textHint: 'Do not write data about your health.',
    page: 'On which page?',
    send: 'Send the message',
    sentTitle: 'Message sent',
    sent: (number: string) => `The number of your request is ${number}. We answer to the address you wrote.`,
    privacy: 'Read how we use your data',
    needName: 'Write your given name and family name',
    needEmail: 'Write a valid e-mail address, for example name@example.org',
    needText: 'Write your message',
    noScript: (phone: string, email: string) =>
      `Sending this form needs JavaScript. You can call ${phone} or write to ${email}.`,
  },
  signIn: {
    title: 'Sign in',
    description: 'Sign in to the services with your digital identity.',
    lead: 'Choose how to be recognised. You do not need to register.',
    spid: {
      title: 'SPID',
      text: 'Choose the provider of your SPID identity.',
      enter: (name: string) => `Sign in with ${name}`,
      none: 'The list of providers is not available at the moment. Try again in a few minutes.',
      more: 'More about SPID',
      get: 'No SPID yet?',
      help: 'Help with SPID',
    },
    cie: {
      title: 'CIE – electronic identity card',
      text: 'Use your electronic identity card with your phone, the CieID app or a reader.',
      enter: 'Sign in with CIE',
      also: 'Try CIE with OpenID Connect',
      none: 'Signing in with CIE is not possible at the moment. Try again in a few minutes or use SPID.',
      more: 'More about signing in with CIE',
      help: 'Help with CIE',
    },
    cns: {
      title: 'CNS – health card with chip',
      text: 'Put the health card with chip or the CNS into the reader, then press the button: the browser asks for the PIN.',
      enter: 'Sign in with CNS / health card',
    },
    professional: {
      title: 'Sign in as a professional',
      text: 'If you have a SPID identity for professional use you can use it instead of your personal one. With the personal one, use the SPID buttons.',
      purpose: 'Kind of identity',
      purposes: {
        P: 'SPID for professional use',
        PF: 'SPID for professional use of a natural person',
        PG: 'SPID for professional use on behalf of a legal person',
        PX: 'SPID for professional use, of a natural or for a legal person',
        LP: 'SPID of a legal person',
      },
      enter: (name: string) => `${name}: professional use`,
    },
    stepUp: 'Confirm who you are: use the identity of the person who is already signed in.',
    asAnother: 'Want to sign in as somebody else?',
    available: 'Active',
    without: 'No digital identity?',
    withoutText: (phone: string) => `You can book by phone on ${phone}, at a pharmacy or at a desk.`,
    privacy: 'How we use your data when you sign in',
    ended: 'You have signed out.',
  },
  legal,
  map: {
    title: 'Site map',
    description: 'All pages of the site.',
    public: 'Public pages',
    area: 'Personal area (sign-in needed)',
  },
}
