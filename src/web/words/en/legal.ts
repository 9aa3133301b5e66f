// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { legal as Italian, Part } from '../it/legal.ts'

export const legal: typeof Italian = {
  updated: (day: string) => `Last updated: ${day}`,
  privacy: {
    title: 'Privacy notice',
    description: 'Which data we use, why, for how long and which rights you have.',
    lead: 'Here you find which data we use for bookings, why and for how long (articles 13 and 14 of Regulation (EU) 2016/679).',
    parts: (owner: string, address: string, officer: string): Part[] => [
      {
        title: 'Who uses your data',
        text: [
          `The controller is ${owner}, ${address}, together with the health authority that provides the service.`,
          `You can write to the data protection officer (DPO): ${officer}.`,
        ],
      },
      {
        title: 'Which data we use',
        list: [
          'Name, tax code and birth date: they come from SPID and from the health registry.',
          'The e-prescription: it comes from the national health card system when you give us its number.',
          'Appointments, payments and the contacts you leave us.',
          'The access log: who saw your data, when and why.',
        ],
      },
      {
        title: 'Why we use them',
        text: [
          'To book and pay for services of the National Health Service (article 9(2)(g) and (h) of the Regulation). Your consent is not needed. We do not use the data for advertising and do not sell them.',
        ],
      },
      {
        title: 'Whom we give them to',
        list: [
          'The place where you have the appointment.',
          'The national health card system, to lock and release the prescription.',
          'pagoPA, for the payment.',
          'Those who send SMS and e-mail for us. The messages never say which visit it is.',
        ],
      },
      {
        title: 'For how long',
        text: [
          'We keep appointments and payments for the time set by law. We keep the access log for at least 24 months.',
        ],
      },
      {
        title: 'Your rights',
        text: [
          'You can ask to see the data, to correct them, to limit their use and to know who saw them. Write to the DPO. You can also complain to the Italian data protection authority (www.garanteprivacy.it).',
        ],
      },
    ],
  },
  cookies: {
    title: 'Cookies',
    description: 'We use only technical cookies of our own domain.',
    lead: 'We use only technical cookies. That is why there is no banner to accept.',
    caption: 'Cookies used by this site',
    columns: ['Name', 'What it is for', 'How long it lasts'],
    rows: [
      ['Session', 'Recognises you after signing in with SPID', 'Until you sign out, at most 8 hours'],
      ['Sign-in', 'Protects the way from the SPID provider to the service', 'A few minutes'],
      ['lang', 'Remembers the language you chose', '1 year'],
    ],
    none: 'There are no cookies of other sites and nothing that follows you or shows advertising.',
  },
  accessibility: {
    title: 'Accessibility statement',
    description: 'How accessible this site is and how to report a barrier.',
    lead: (owner: string) =>
      `${owner} is committed to making this site accessible, under Italian law no. 4 of 9 January 2004.`,
    parts: [
      {
        title: 'Compliance status',
        text: [
          'The site is made to meet WCAG 2.2 level AA and EN 301 549. Each version is tested with automatic tools, by keyboard alone, at a width of 320 points and with zoom.',
        ],
      },
      {
        title: 'Content that is not accessible',
        text: [
          'We know of no part that prevents use. The payment page and the page of the SPID provider belong to others: their accessibility depends on them.',
        ],
      },
      {
        title: 'How this statement was made',
        text: [
          'By self-assessment of those who run the service. The official statement is published with the form of the Agency for Digital Italy (AgID) and renewed each year by 23 September.',
        ],
      },
    ],
    feedbackTitle: 'How to report a barrier',
    feedback: 'If something is not accessible for you, write to us. We answer within 30 days.',
    feedbackLink: 'Report an accessibility barrier',
    enforcementTitle: 'If there is no answer or it is not enough',
    enforcement: 'You can turn to the Digital Ombudsman at AgID (www.agid.gov.it).',
  },
  notes: {
    title: 'Legal notes',
    description: 'Licence of content and software, liability, source code.',
    parts: (owner: string): Part[] => [
      {
        title: 'Content',
        text: [
          `Texts and public data of this site belong to ${owner} and are released under the Creative Commons Attribution 4.0 licence (CC BY 4.0), unless stated otherwise.`,
        ],
      },
      {
        title: 'Software',
        text: [
          'The program behind this service is free software: GNU Affero General Public License, version 3 or later (AGPL-3.0-or-later). Whoever uses it over the network has a right to the source code of the running version.',
        ],
      },
      {
        title: 'Emergencies',
        text: ['This service does not replace a doctor and does not handle emergencies. In an emergency call 112.'],
      },
    ],
    source: 'Download or read the source code',
    contentLicence: 'Text of the CC BY 4.0 licence',
    softwareLicence: 'Text of the AGPL 3.0 licence',
    version: 'Running version',
  },
}
