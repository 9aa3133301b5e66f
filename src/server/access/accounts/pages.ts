// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Text } from '../../platform/text.ts'
import { signInAddresses, signInPage, safeText as safe, type SignInFrame } from '../sign-in/index.ts'

/** What went wrong, above the form; `next` says what to do. */
export interface Fault {
  title: Text
  next: Text
}

const words = {
  title: { it: 'Entra con le credenziali {name}', en: 'Sign in with {name} credentials' },
  userName: { it: 'Nome utente', en: 'User name' },
  password: { it: 'Password', en: 'Password' },
  goOn: { it: 'Continua', en: 'Continue' },
  forgotten: {
    it: 'Hai dimenticato la password o cambiato numero? Entra con SPID: dal tuo profilo scegli una nuova password o un nuovo numero.',
    en: 'Forgot the password or changed number? Sign in with SPID: in your profile choose a new password or number.',
  },
  otherWays: { it: 'Altri modi per entrare', en: 'Other ways to sign in' },
  codeTitle: { it: 'Scrivi il codice', en: 'Type the code' },
  codeText: {
    it: 'Abbiamo mandato un codice di 6 cifre con un SMS al numero',
    en: 'We sent a code of 6 digits by text message to the number',
  },
  codeTime: {
    it: 'Vale 5 minuti. Non dirlo a nessuno.',
    en: 'It is valid for 5 minutes. Tell it to nobody.',
  },
  code: { it: 'Codice di 6 cifre', en: 'Code of 6 digits' },
  enter: { it: 'Entra', en: 'Sign in' },
  again: { it: 'Manda un altro codice', en: 'Send another code' },
  againText: {
    it: 'Non è arrivato? Dopo un minuto puoi chiederne un altro: vale solo l’ultimo.',
    en: 'It did not arrive? After a minute you can ask for another one: only the last one is valid.',
  },
  restart: { it: 'Ricomincia', en: 'Start again' },
} as const satisfies Record<string, Text>

/** Our own style sheet beside that of the sign-in pages. */
const head = '\n<link rel="stylesheet" href="/auth/account.css">'

const alert = (frame: SignInFrame, fault: Fault | undefined): string =>
  fault
    ? `<div class="fault" role="alert"><p><strong>${safe(fault.title[frame.language])}</strong></p><p>${safe(fault.next[frame.language])}</p></div>`
    : ''

const describe = (fault: Fault | undefined): string => (fault ? ' aria-invalid="true"' : '')

/** The form for user name and password; `name` is what people know these accounts by. */
export function passwordPage(
  frame: SignInFrame,
  form: { userName: string; returnTo: string; stepUp: boolean; fault?: Fault | undefined; name: string },
): string {
  const { language } = frame
  const t = (text: Text): string => safe(text[language])
  const other = `${signInAddresses.signIn[language]}?returnTo=${encodeURIComponent(form.returnTo)}${form.stepUp ? '&stepUp=yes' : ''}`
  return signInPage(
    frame,
    words.title[language].replace('{name}', form.name),
    `${alert(frame, form.fault)}<form method="post" action="/auth/account/password">
<input type="hidden" name="returnTo" value="${safe(form.returnTo)}">${form.stepUp ? '<input type="hidden" name="stepUp" value="yes">' : ''}
<p class="field"><label for="userName">${t(words.userName)}</label>
<input id="userName" name="userName" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="100" required value="${safe(form.userName)}"${describe(form.fault)}></p>
<p class="field"><label for="password">${t(words.password)}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1000" required${describe(form.fault)}></p>
<ul class="actions"><li><button type="submit" class="primary">${t(words.goOn)}</button></li>
<li><a href="${safe(other)}">${t(words.otherWays)}</a></li></ul></form>
<p>${t(words.forgotten)}</p>`,
    head,
  )
}

/** The form for the code that was sent. */
export function codePage(frame: SignInFrame, form: { destination: string; fault?: Fault | undefined }): string {
  const { language } = frame
  const t = (text: Text): string => safe(text[language])
  return signInPage(
    frame,
    words.codeTitle[language],
    `${alert(frame, form.fault)}<p>${t(words.codeText)} <strong class="number">${safe(form.destination)}</strong>. ${t(words.codeTime)}</p>
<form method="post" action="/auth/account/code">
<p class="field"><label for="code">${t(words.code)}</label>
<input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required class="code"${describe(form.fault)}></p>
<ul class="actions"><li><button type="submit" class="primary">${t(words.enter)}</button></li></ul></form>
<p>${t(words.againText)}</p>
<form method="post" action="/auth/account/code/again">
<ul class="actions"><li><button type="submit" class="secondary">${t(words.again)}</button></li>
<li><a href="/auth/account">${t(words.restart)}</a></li></ul></form>`,
    head,
  )
}

export const styles = `.field { display: flex; flex-direction: column; max-width: 24rem; margin: 0 0 1.25rem }
.field label { font-weight: 600; margin-bottom: .25rem }
.field input { font: inherit; padding: .5rem .75rem; min-height: 48px; border: 1px solid #5b6f82; border-radius: 4px; color: inherit; background: #fff; width: 100% }
.field input[aria-invalid] { border: 2px solid #cc334d }
.field input.code { max-width: 12rem; letter-spacing: .25em; font-variant-numeric: tabular-nums }
.fault { border: 1px solid #cc334d; border-left-width: 6px; padding: .75rem 1rem; margin: 0 0 1.5rem } .fault p { margin: 0 }
.secondary { font: inherit; font-weight: 600; color: #0052a3; background: #fff; border: 2px solid #0052a3; border-radius: 4px; padding: .5rem 1.5rem; min-height: 44px; cursor: pointer }
.secondary:hover { background: #e6eefa }
.number { white-space: nowrap }
`
