// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation } from 'react-router'
import { app } from '../app/addresses.ts'
import type { Session } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { dropHandOver, fetchSession, handOverPerson } from '../app/session.tsx'
import { signInAddress } from './header.tsx'

/**
 * The session is over, or too weak or old for something, while something is open: signing in happens in another window, so
 * that what was typed here stays; she goes on acting for the same person there. Back here the new session is taken up by itself and `onDone` hears of it; that of another
 * person is not, she begins at home.
 */
export function SignInAgain(props: { stepUp?: boolean; onDone?: () => void }) {
  const { language, words } = useLanguage()
  const { onDone } = props
  const { pathname, search } = useLocation()
  const queries = useQueryClient()
  useEffect(() => {
    const look = async () => {
      const session = await queries.fetchQuery({ queryKey: ['session', 'again'], queryFn: fetchSession, staleTime: 0 })
      if (!session.signedIn) return
      dropHandOver() // taken over by now, or not needed
      const before = queries.getQueryData<Session>(['session'])
      if (before?.person && before.person.id !== session.person?.id) return location.assign(app.home)
      queries.setQueryData(['session'], session)
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      if (before?.csrfToken !== session.csrfToken) onDone?.()
    }
    // Without network nothing changes: the next return to the window looks again.
    const returned = () => void look().catch(() => undefined)
    window.addEventListener('focus', returned)
    return () => window.removeEventListener('focus', returned)
  }, [queries, onDone])
  return (
    <p>
      <a
        className="btn btn-primary"
        href={signInAddress(language, pathname + search, props.stepUp)}
        target="_blank"
        rel="noopener"
        onClick={() => {
          const self = queries.getQueryData<Session>(['session'])?.person?.id
          if (self) handOverPerson(self)
        }}
      >
        {words.session.signInAgain}
        <span className="visually-hidden"> {words.session.otherWindow}</span>
      </a>
    </p>
  )
}
