// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import { useMutation } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api, ask } from '../app/api.ts'
import type { PasskeyAnswer } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { fetchSession } from '../app/session.tsx'
import { region } from '../region.ts'
import { Alert } from '../ui/alert.tsx'

const neverChanges = () => () => undefined

/** Signing in with credentials of the service: a form that needs no script, and passkeys where the browser knows them. */
export function AccountSignIn(props: { returnTo: string }) {
  const { words } = useLanguage()
  const text = words.accountSignIn
  const knowsPasskeys = useSyncExternalStore(
    neverChanges,
    () => 'PublicKeyCredential' in window,
    () => false, // the page as it comes from the server must work without script
  )
  const signIn = useMutation({
    mutationFn: async () => {
      await fetchSession() // who is signed in already shows the token of that session
      const optionsJSON = (await ask(
        api.POST('/api/v1/passkey-sign-ins/options', { params: { query: {} } }),
      )) as unknown as PublicKeyCredentialRequestOptionsJSON // made by the WebAuthn library
      const { startAuthentication } = await import('@simplewebauthn/browser')
      const body = (await startAuthentication({ optionsJSON })) as PasskeyAnswer // the same JSON by another name
      await ask(api.POST('/api/v1/passkey-sign-ins', { body }))
    },
    onSuccess: () => location.assign(props.returnTo),
  })
  return (
    <section className="sf-card" data-way="account">
      <h2 className="h4">{text.title(region.accountName)}</h2>
      <p>{text.text}</p>
      <ul className="sf-providers">
        {knowsPasskeys && (
          <li>
            <button
              type="button"
              className="btn btn-outline-primary sf-provider"
              aria-disabled={signIn.isPending || undefined}
              onClick={() => {
                if (!signIn.isPending) signIn.mutate()
              }}
            >
              {signIn.isPending ? text.waiting : text.passkey}
            </button>
          </li>
        )}
        <li>
          <form method="get" action="/auth/account">
            <input type="hidden" name="returnTo" value={props.returnTo} />
            <button type="submit" className="btn btn-outline-primary sf-provider">
              {text.password}
            </button>
          </form>
        </li>
      </ul>
      {signIn.error && <Alert tone="danger" live title={text.refused} />}
      <p className="form-text">{text.none}</p>
    </section>
  )
}
