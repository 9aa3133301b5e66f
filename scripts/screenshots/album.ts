// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  adhesionAddresses,
  app,
  cardAdhesionAddress,
  attestationAddresses,
  certificateAddresses,
  publicAddresses,
  type PublicPage,
} from '../../src/web/app/addresses.ts'
import { words as english } from '../../src/web/doctors/words/en.ts'
import { words as italian } from '../../src/web/doctors/words/it.ts'
import { words as englishExemptions } from '../../src/web/exemptions/words/en.ts'
import { words as italianExemptions } from '../../src/web/exemptions/words/it.ts'
import { confirm, findPrescription, hold, prescribe, signIn, type Camera } from './camera.ts'

/** ISTAT code. */
const naples = '063049'

/** Pages that need no sign-in. */
export async function publicPages(camera: Camera): Promise<void> {
  const { page, language, words } = camera
  for (const name of Object.keys(publicAddresses) as PublicPage[])
    await camera.open(publicAddresses[name][language], `public-${name}`)
  await camera.open('/non-esiste', 'public-not-found')
  await camera.open('/a/unknown-token-of-a-link', 'link-unknown')
  await camera.open(`${adhesionAddresses[language]}non-aperta`, 'adhesion-closed')
  await camera.open(`${cardAdhesionAddress}scaduta`, 'card-adhesion-expired')
  await page.goto(camera.site + publicAddresses.campaigns[language])
  await page.locator('html[data-settled=yes]').waitFor()
  const join = page.locator(`a[href^="${adhesionAddresses[language]}"]`).first()
  if (await join.isVisible()) {
    await join.click()
    await page.locator('#fiscalCode').waitFor()
    await camera.shot('adhesion-data')
  }
  await camera.open(attestationAddresses[language], 'attestation-check')
  await camera.open(certificateAddresses[language], 'certificate-check')
  await page.goto(`${camera.site}${publicAddresses.doctors[language]}?municipality=${naples}`)
  await page.getByRole('heading', { level: 3 }).first().waitFor()
  await camera.shot('public-doctors-found')
  await page.goto(camera.site + publicAddresses.help[language])
  await page.getByRole('button', { name: words.site.form.send }).click()
  await camera.shot('public-help-errors')
}

/** The booking of one prescription, from the number to the payment, and what can be done afterwards. */
async function mainJob(camera: Camera): Promise<void> {
  const { page, words, shot } = camera
  await camera.open(app.book, 'book-1')
  await page.getByRole('button', { name: words.book.step1.find }).click()
  await shot('book-1-errors')
  await findPrescription(camera, await prescribe(camera, 'Chiara', /co-payment is due/))
  await shot('book-2')
  await page.getByText(words.book.step2.filters).click()
  await shot('book-2-filters')
  await page.getByText(words.book.step2.filters).click()
  await hold(camera, shot, 3) // not so soon that it could no longer be moved
  await shot('book-3')
  await confirm(camera)
  await shot('book-4-done')
  await page.getByRole('link', { name: words.book.done.seeAppointment }).click()
  await page.getByRole('heading', { level: 1, name: words.appointment.title }).waitFor()
  await page.getByRole('link', { name: words.appointment.seePayment }).waitFor()
  await shot('appointment')
  const appointment = page.url()
  await page.getByRole('link', { name: words.appointment.seePayment }).click()
  const pay = page.getByRole('button', { name: words.payment.pay })
  await pay.waitFor()
  await shot('payment')
  await camera.open(app.payments, 'payments-due')
  await page.getByRole('button', { name: words.payments.pay }).click()
  await page.waitForURL(/\/pagopa\/c\//)
  await shot('sandbox-pagopa-cart')
  await page.getByRole('button', { name: /^Paga / }).click()
  await page.getByText(words.outcome.paid).waitFor()
  await shot('payment-outcome')
  await page.getByRole('link', { name: words.outcome.back }).click()
  await shot('payments-history')
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('heading', { level: 1, name: words.payment.title }).waitFor()
  await shot('payment-paid')
  await camera.open(app.appointments, 'appointments')
  await camera.open(app.home, 'home')
  await page.goto(appointment)
  await page.getByRole('link', { name: words.appointment.move }).first().click()
  await page.getByRole('radio').nth(1).check()
  await shot('move')
  await page.getByRole('button', { name: words.ui.next }).click()
  await page.getByRole('heading', { level: 1, name: words.move.checkTitle }).waitFor()
  await shot('move-summary')
  await page.getByRole('button', { name: words.move.confirm }).click()
  await page.getByText(words.appointment.moved(1)).waitFor()
  await shot('moved')
  await camera.open(`${new URL(appointment).pathname}/disdici`, 'cancel')
  await page.getByRole('button', { name: words.cancel.confirm }).click()
  await page.getByText(words.cancel.done).first().waitFor()
  await shot('cancelled')
  await camera.open(new URL(appointment).pathname, 'appointment-cancelled')
  await camera.open(`${app.appointments}?when=past`, 'appointments-past')
  await camera.open(app.messages, 'messages')
  await camera.open(app.profile, 'profile')
  await camera.open(app.sessions, 'sessions')
  await camera.open(app.accesses, 'accesses')
}

/** Pages with nothing in them, the other answers to a prescription, the other people, and what goes wrong. */
async function otherAnswers(camera: Camera): Promise<void> {
  const { page, words, shot } = camera
  for (const [note, name] of [
    [/Two exams together/, 'several'],
    [/Code of 1996/, 'which-service'],
    [/No seat within the maximum/, 'nothing-in-time'],
  ] as const) {
    await findPrescription(camera, await prescribe(camera, 'Giulia', note))
    await shot(`book-2-${name}`)
  }
  await page.getByRole('button', { name: words.book.waiting.join }).first().click()
  await page.getByText(words.book.waiting.joined).waitFor()
  await shot('book-2-joined')
  await camera.open(app.waiting, 'waiting-lists')
  await camera.open(app.prescriptions, 'prescriptions')
  await page.goto(camera.site + app.home)
  await page.getByRole('button', { name: words.person.change }).click()
  await shot('person-dialog')
  await page.getByRole('dialog').getByRole('radio', { name: /Luca/ }).check()
  await page.getByRole('button', { name: words.person.confirm }).click()
  await camera.open(app.home, 'home-for-a-child')
  await camera.open(app.profile, 'profile-for-a-child')
}

/** The family doctor of a person: who it is, the others, why not another, and leaving. */
async function familyDoctor(camera: Camera): Promise<void> {
  const { page, shot } = camera
  const text = camera.language === 'it' ? italian : english
  await camera.open(app.doctor, 'doctor')
  await page.getByRole('button', { name: text.mine.leave }).click()
  await shot('doctor-leave')
  await camera.open(app.findDoctor, 'doctor-find')
  await page
    .getByRole('link', { name: new RegExp(`^${text.find.choose} `) })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: text.choose.title }).waitFor()
  await shot('doctor-choose')
}

/** An exemption held, with the check of its declaration; which one is due, declaring one, ending it. */
async function exemptions(camera: Camera): Promise<void> {
  const { page, shot } = camera
  const text = camera.language === 'it' ? italianExemptions : englishExemptions
  await camera.open(app.exemptions, 'exemptions')
  await camera.open(app.checkExemptions, 'exemptions-which')
  await camera.open(app.declareExemption, 'exemptions-declare')
  await page.goto(camera.site + app.exemptions)
  await page.getByRole('link', { name: text.cease }).first().click()
  await page.getByRole('heading', { level: 1, name: text.ceasePage.title('E04') }).waitFor()
  await shot('exemptions-cease')
}

async function refusals(camera: Camera): Promise<void> {
  const { page, words, shot } = camera
  const look = async (nre: string, name: string) => {
    await page.goto(camera.site + app.book)
    await page.getByLabel(words.book.step1.number).fill(nre)
    await page.getByRole('button', { name: words.book.step1.find }).click()
    await page.getByRole('alert').first().waitFor()
    await shot(name)
  }
  for (const [note, name] of [
    [/^Expired/, 'expired'],
    [/Withdrawn/, 'withdrawn'],
    [/Already booked/, 'taken-elsewhere'],
  ] as const)
    await look(await prescribe(camera, 'Giuseppe', note), `book-1-${name}`)
  await look(await prescribe(camera, 'Chiara', /co-payment is due/), 'book-1-wrong-person')
  await camera.open('/app/appuntamenti/00000000-0000-7000-8000-000000000000', 'appointment-unknown')
  await camera.open('/app/non-esiste', 'area-not-found')
  await page.goto(camera.site + app.book)
  await page.getByLabel(words.book.step1.number).fill('1500A4000000000')
  await page.context().setOffline(true)
  await page.getByRole('button', { name: words.book.step1.find }).click()
  await page.getByRole('alert').first().waitFor()
  await shot('book-1-offline')
  await page.context().setOffline(false)
}

/** Everything a citizen meets after signing in. */
export async function citizenPages(camera: Camera): Promise<void> {
  await signIn(camera, 'Chiara', camera.shot)
  await camera.shot('home-empty')
  for (const [address, name] of [
    [app.appointments, 'appointments'],
    [app.payments, 'payments'],
    [app.prescriptions, 'prescriptions'],
    [app.waiting, 'waiting-lists'],
    [app.messages, 'messages'],
  ] as const)
    await camera.open(address, `${name}-empty`)
  await mainJob(camera)
  await camera.page.context().clearCookies({ name: '__Host-sid' })
  await signIn(camera, 'Giulia')
  await familyDoctor(camera)
  await camera.open(app.adhesions, 'adhesions')
  await otherAnswers(camera)
  await camera.page.context().clearCookies({ name: '__Host-sid' })
  await signIn(camera, 'Giuseppe')
  await refusals(camera)
  await camera.page.context().clearCookies({ name: '__Host-sid' })
  await signIn(camera, 'Nadia')
  await exemptions(camera)
}

/** The other side: what arrived on phones and in mailboxes, debts, prescriptions, and the link of a reminder. */
export async function sandboxPages(camera: Camera): Promise<void> {
  for (const [address, name] of [
    ['/inbox', 'sandbox-inbox'],
    ['/pagopa', 'sandbox-pagopa'],
    ['/pagopa/counter', 'sandbox-pagopa-counter'],
    ['/sac/', 'sandbox-sac'],
  ] as const)
    await camera.open(camera.sandbox + address, name)
}
