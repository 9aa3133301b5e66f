// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { lazy, type ComponentType } from 'react'
import type { PublicPage } from './addresses.ts'

/** A page that is fetched when it is needed, or before the first drawing when it is the one in the address. */
export interface LazyPage {
  load: () => Promise<void>
  Page: ComponentType
}

function page<Name extends string>(name: Name, source: () => Promise<Record<Name, ComponentType>>): LazyPage {
  let Loaded: ComponentType | undefined
  const Later = lazy<ComponentType>(async () => ({ default: (await source())[name] }))
  return {
    async load() {
      Loaded = (await source())[name]
    },
    Page() {
      return Loaded ? <Loaded /> : <Later />
    },
  }
}

export const publicPages: Record<PublicPage, LazyPage> = {
  home: page('Home', () => import('../site/home.tsx')),
  service: page('Service', () => import('../site/service.tsx')),
  doctors: page('FindDoctor', () => import('../doctors/find.tsx')),
  campaigns: page('Campaigns', () => import('../vaccination/campaigns.tsx')),
  questions: page('Questions', () => import('../site/questions.tsx')),
  help: page('Help', () => import('../site/help.tsx')),
  fault: page('Fault', () => import('../site/help.tsx')),
  barrier: page('Barrier', () => import('../site/help.tsx')),
  signIn: page('SignIn', () => import('../site/sign-in.tsx')),
  privacy: page('Privacy', () => import('../site/legal.tsx')),
  cookies: page('Cookies', () => import('../site/legal.tsx')),
  accessibility: page('Accessibility', () => import('../site/legal.tsx')),
  legal: page('Legal', () => import('../site/legal.tsx')),
  map: page('SiteMap', () => import('../site/site-map.tsx')),
  components: page('Components', () => import('../ui/components.tsx')),
}

/** Signed-in pages, by route pattern under /app. */
export const areaPages: Record<string, LazyPage> = {
  '/': page('AreaHome', () => import('../citizen/area-home.tsx')),
  '/prenota': page('BookPrescription', () => import('../citizen/book-prescription.tsx')),
  '/prenota/riepilogo/:bookingId': page('BookSummary', () => import('../citizen/book-summary.tsx')),
  '/prenota/fatto/:bookingId': page('BookDone', () => import('../citizen/book-done.tsx')),
  '/prenota/:prescriptionId': page('BookOffers', () => import('../citizen/book-offers.tsx')),
  '/appuntamenti': page('Appointments', () => import('../citizen/appointments.tsx')),
  '/appuntamenti/:bookingId': page('Appointment', () => import('../citizen/appointment.tsx')),
  '/appuntamenti/:bookingId/sposta/:line': page('Move', () => import('../citizen/move.tsx')),
  '/appuntamenti/:bookingId/sposta/:line/:session': page('Move', () => import('../citizen/move.tsx')),
  '/appuntamenti/:bookingId/disdici': page('Cancel', () => import('../citizen/cancel.tsx')),
  '/pagamenti': page('Payments', () => import('../citizen/payments.tsx')),
  '/pagamenti/esito/:checkoutId': page('PaymentOutcome', () => import('../citizen/payment-outcome.tsx')),
  '/pagamenti/:paymentId': page('Payment', () => import('../citizen/payment.tsx')),
  '/lista-attesa': page('WaitingLists', () => import('../citizen/waiting-lists.tsx')),
  '/ricette': page('Prescriptions', () => import('../citizen/prescriptions.tsx')),
  '/medico': page('MyDoctor', () => import('../doctors/my-doctor.tsx')),
  '/medico/cerca': page('FindForPerson', () => import('../doctors/find-for-person.tsx')),
  '/medico/scegli/:doctorId': page('ChooseDoctor', () => import('../doctors/choose.tsx')),
  '/messaggi': page('Messages', () => import('../citizen/messages.tsx')),
  '/profilo': page('Profile', () => import('../citizen/profile.tsx')),
  '/profilo/dispositivi': page('MySessions', () => import('../citizen/my-sessions.tsx')),
  '/profilo/credenziali': page('Account', () => import('../citizen/account.tsx')),
  '/esenzioni': page('Exemptions', () => import('../exemptions/list.tsx')),
  '/esenzioni/quale': page('CheckExemptions', () => import('../exemptions/check.tsx')),
  '/esenzioni/dichiara': page('DeclareExemption', () => import('../exemptions/declare.tsx')),
  '/esenzioni/:exemptionId/rinnova': page('RenewExemption', () => import('../exemptions/renew.tsx')),
  '/esenzioni/:exemptionId/cessa': page('CeaseExemption', () => import('../exemptions/cease.tsx')),
  '/vaccinazioni': page('Adhesions', () => import('../vaccination/adhesions.tsx')),
  '/deleghe': page('Delegations', () => import('../citizen/delegations.tsx')),
  '/deleghe/nuova': page('NewDelegation', () => import('../citizen/delegation-new.tsx')),
  '/deleghe/chiedi': page('AskDelegation', () => import('../citizen/delegation-new.tsx')),
  '/deleghe/:delegationId': page('DelegationPage', () => import('../citizen/delegation.tsx')),
  '/accessi': page('Accesses', () => import('../citizen/accesses.tsx')),
}

/** The pages that need no level 2; everywhere else an identity of level 1 reads why it is not enough. */
export const lowLevelPages: readonly string[] = [
  '/profilo/credenziali',
  '/profilo/dispositivi',
  '/vaccinazioni',
  '/deleghe',
  '/deleghe/:delegationId',
]

export const limitedArea = page('LimitedArea', () => import('../citizen/limited-area.tsx'))

export const linkPage = page('AppointmentLink', () => import('../citizen/appointment-link.tsx'))

export const adhesion = page('Adhesion', () => import('../adhesion/adhesion.tsx'))

export const cardAdhesion = page('CardAdhesionPage', () => import('../vaccination/card.tsx'))

export const attestationCheck = page('CheckAttestation', () => import('../doctors/check.tsx'))

export const certificateCheck = page('CheckCertificate', () => import('../exemptions/certificate.tsx'))

export const deskDelegations = page('DeskDelegations', () => import('../desk/delegations.tsx'))
export const officeDoctors = page('OfficeDoctors', () => import('../office/doctors.tsx'))
export const people = page('People', () => import('../people/area.tsx'))
export const duplicates = page('Duplicates', () => import('../duplicates/area.tsx'))
export const national = page('NationalRegistries', () => import('../national/area.tsx'))
export const exemptionOffice = page('ExemptionOffice', () => import('../exemption-office/area.tsx'))
export const ownPatients = page('OwnPatients', () => import('../family-doctor/patients.tsx'))
export const officeRequests = page('OfficeRequests', () => import('../office/requests.tsx'))
export const officeLetters = page('OfficeLetters', () => import('../office/letters.tsx'))
export const officeCampaigns = page('OfficeCampaigns', () => import('../vaccination/office.tsx'))
export const auditSearch = page('AuditSearch', () => import('../auditor/search.tsx'))
export const accessAlerts = page('AccessAlerts', () => import('../auditor/alerts.tsx'))

export const staff = page('Staff', () => import('../staff/staff.tsx'))

export const partnerArea = page('PartnerArea', () => import('../partner/area.tsx'))
