// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** Public pages: one address for each language, so that search engines find both. */
export const publicAddresses = {
  home: { it: '/', en: '/en' },
  service: { it: '/servizi/prenotare-visita-esame', en: '/en/services/book-visit-or-exam' },
  doctors: { it: '/medici', en: '/en/doctors' },
  campaigns: { it: '/vaccinazioni', en: '/en/vaccinations' },
  questions: { it: '/domande-frequenti', en: '/en/frequent-questions' },
  help: { it: '/assistenza', en: '/en/help' },
  fault: { it: '/assistenza/segnala-disservizio', en: '/en/help/report-a-problem' },
  signIn: { it: '/accedi', en: '/en/sign-in' },
  privacy: { it: '/privacy', en: '/en/privacy' },
  cookies: { it: '/cookie', en: '/en/cookies' },
  accessibility: { it: '/accessibilita', en: '/en/accessibility' },
  barrier: { it: '/accessibilita/segnala', en: '/en/accessibility/report' },
  legal: { it: '/note-legali', en: '/en/legal-notes' },
  map: { it: '/mappa-del-sito', en: '/en/site-map' },
  components: { it: '/componenti', en: '/en/components' },
} as const

export type Language = 'it' | 'en'
export const languages: readonly Language[] = ['it', 'en']
export type PublicPage = keyof typeof publicAddresses

/** Pages of the signed-in area: the same address in every language. */
export const app = {
  home: '/app',
  book: '/app/prenota',
  offers: (prescriptionId: string) => `/app/prenota/${prescriptionId}`,
  summary: (bookingId: string) => `/app/prenota/riepilogo/${bookingId}`,
  done: (bookingId: string) => `/app/prenota/fatto/${bookingId}`,
  appointments: '/app/appuntamenti',
  appointment: (bookingId: string) => `/app/appuntamenti/${bookingId}`,
  move: (bookingId: string, line: number, session?: number) =>
    `/app/appuntamenti/${bookingId}/sposta/${line}${session === undefined ? '' : `/${session}`}`,
  cancel: (bookingId: string) => `/app/appuntamenti/${bookingId}/disdici`,
  payments: '/app/pagamenti',
  payment: (paymentId: string) => `/app/pagamenti/${paymentId}`,
  waiting: '/app/lista-attesa',
  prescriptions: '/app/ricette',
  doctor: '/app/medico',
  findDoctor: '/app/medico/cerca',
  chooseDoctor: (doctorId: string) => `/app/medico/scegli/${doctorId}`,
  messages: '/app/messaggi',
  profile: '/app/profilo',
  staff: '/operatori',
  appointmentsOfRoles: '/operatori/incarichi',
  giveRole: '/operatori/incarichi/nuovo',
  roleAppointment: (appointmentId: string) => `/operatori/incarichi/${appointmentId}`,
  auditSearch: '/operatori/registro-accessi',
  accessAlerts: '/operatori/segnalazioni-accessi',
  partners: '/app/partner',
  newPartner: '/app/partner/nuovo',
  partnerRequests: '/app/partner/richieste',
  partner: (clientId: string) => `/app/partner/${clientId}`,
  sessions: '/app/profilo/dispositivi',
  account: '/app/profilo/credenziali',
  accesses: '/app/accessi',
  deskDelegations: '/operatori/deleghe',
  officeDoctors: '/operatori/medici',
  people: '/operatori/anagrafe',
  newPerson: '/operatori/anagrafe/nuova',
  person: (personId: string) => `/operatori/anagrafe/${personId}`,
  duplicates: '/operatori/doppioni',
  duplicate: (caseId: string) => `/operatori/doppioni/${caseId}`,
  merges: '/operatori/doppioni/unioni',
  national: '/operatori/registri',
  nationalDifference: (differenceId: string) => `/operatori/registri/${differenceId}`,
  nationalMessages: '/operatori/registri/messaggi',
  exemptionOffice: '/operatori/esenzioni',
  declaration: (declarationId: string) => `/operatori/esenzioni/dichiarazioni/${declarationId}`,
  ownPatients: '/operatori/assistiti',
  officeRequests: '/operatori/richieste-medico',
  officeLetters: '/operatori/lettere',
  exemptionLists: '/operatori/esenzioni/elenco',
  diseaseExemptions: '/operatori/esenzioni/malattie',
  prorogations: '/operatori/esenzioni/proroghe',
  exemptionChecks: '/operatori/esenzioni/controlli',
  exemptionCheck: (checkId: string) => `/operatori/esenzioni/controlli/${checkId}`,
  officeCampaigns: '/operatori/campagne',
  adhesions: '/app/vaccinazioni',
  exemptions: '/app/esenzioni',
  checkExemptions: '/app/esenzioni/quale',
  declareExemption: '/app/esenzioni/dichiara',
  renewExemption: (exemptionId: string) => `/app/esenzioni/${exemptionId}/rinnova`,
  ceaseExemption: (exemptionId: string) => `/app/esenzioni/${exemptionId}/cessa`,
  delegations: '/app/deleghe',
  delegation: (delegationId: string) => `/app/deleghe/${delegationId}`,
  delegate: '/app/deleghe/nuova',
  askDelegation: '/app/deleghe/chiedi',
} as const

/** Where one adheres to something that is open, without signing in: before the code of what it is. */
export const adhesionAddresses = { it: '/adesioni/', en: '/en/adhesions/' } as const

/** Where a public flow of a campaign leads, in whatever language it was begun: before the code of the campaign. */
export const cardAdhesionAddress = '/adesioni-vaccinali/'

/** Where anybody checks the code of a certificate of exemption. */
export const certificateAddresses = { it: '/verifica-esenzione', en: '/en/check-exemption' } as const

/** Where anybody checks the code of an attestation of the doctor. */
export const attestationAddresses = { it: '/verifica-medico', en: '/en/check-doctor' } as const

/** The language that the address of a public page speaks, and the same page in every language. */
export function languagesAt(path: string): { language: Language; addresses: Record<Language, string> } | undefined {
  const fixed = publicPageAt(path)
  if (fixed) return { language: fixed.language, addresses: publicAddresses[fixed.page] }
  for (const addresses of [certificateAddresses, attestationAddresses]) {
    const checking = languages.find((one) => path === addresses[one])
    if (checking) return { language: checking, addresses }
  }
  const language = languages.find((one) => path.startsWith(adhesionAddresses[one]))
  if (!language) return undefined
  const purpose = path.slice(adhesionAddresses[language].length)
  return { language, addresses: { it: adhesionAddresses.it + purpose, en: adhesionAddresses.en + purpose } }
}

/** Which public page stands at a path, and in which language. */
export function publicPageAt(path: string): { page: PublicPage; language: Language } | undefined {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path
  for (const page of Object.keys(publicAddresses) as PublicPage[])
    for (const language of languages) if (publicAddresses[page][language] === clean) return { page, language }
  return undefined
}
