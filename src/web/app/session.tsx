// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, use, useMemo, useState, type ReactNode } from 'react'
import { api, ask, setCsrfToken } from './api.ts'
import type { ActsFor, Session } from './contract.ts'

export async function fetchSession(): Promise<Session> {
  const session = await ask(api.GET('/api/v1/session'))
  setCsrfToken(session.csrfToken ?? '')
  return session
}

/** Who is signed in; undefined until the first answer. */
export function useSession(): Session | undefined {
  return useQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: Infinity }).data
}

interface Acting {
  people: readonly ActsFor[]
  person: ActsFor
  /** The signed-in person acts for somebody else now. */
  forAnother: boolean
  switchTo: (personId: string) => void
}
const Context = createContext<Acting | undefined>(undefined)
const key = 'sinfonia.person'

/** Whom the signed-in person acts for, the same on every page until changed or signed out. */
export function ActingProvider(props: { people: readonly ActsFor[]; children: ReactNode }) {
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(key))
  const queries = useQueryClient()
  const person = props.people.find((one) => one.personId === chosen) ?? props.people[0]
  const acting = useMemo(
    () =>
      person && {
        people: props.people,
        person,
        forAnother: person.relation !== 'self',
        switchTo(personId: string) {
          sessionStorage.setItem(key, personId)
          setChosen(personId)
          void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
        },
      },
    [props.people, person, queries],
  )
  return <Context value={acting}>{props.children}</Context>
}

/** Inside the signed-in area only. */
export function useActing(): Acting {
  const acting = use(Context)
  if (!acting) throw new Error('Nobody is signed in')
  return acting
}

export function useActingIfSignedIn(): Acting | undefined {
  return use(Context)
}

/** Leaves: the server ends the session, this browser forgets whom one acted for. */
export async function signOut(): Promise<void> {
  await ask(api.DELETE('/api/v1/session'))
  sessionStorage.removeItem(key)
  location.assign('/')
}
