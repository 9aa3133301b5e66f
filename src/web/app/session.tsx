// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, use, useMemo, useState, type ReactNode } from 'react'
import { useToast } from '../ui/toast.tsx'
import { publicAddresses } from './addresses.ts'
import { api, ask, Problem, setCsrfToken } from './api.ts'
import type { ActsFor, Session } from './contract.ts'
import { useLanguage } from './language.tsx'

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
/** Whom a window opened to confirm who one is goes on acting for; each window keeps its own choice. */
const handOverKey = 'sinfonia.person.next-window'
const handOverMinutes = 30

interface HandOver {
  self: string
  personId: string
  until: number
}

/** The next window of this browser acts for the same person, if the same human signs in there soon. */
export function handOverPerson(self: string): void {
  const personId = sessionStorage.getItem(key)
  if (!personId) return dropHandOver()
  const handOver: HandOver = { self, personId, until: Date.now() + handOverMinutes * 60_000 }
  localStorage.setItem(handOverKey, JSON.stringify(handOver))
}

/** Nobody takes it over any more. */
export function dropHandOver(): void {
  localStorage.removeItem(handOverKey)
}

/** Whom this window acts for when it begins: its own choice, or, once, what another window handed over. */
function firstPerson(self: string | undefined): string | null {
  const own = sessionStorage.getItem(key)
  const text = localStorage.getItem(handOverKey)
  if (own !== null || text === null) return own
  dropHandOver()
  const { personId, until, ...whose } = JSON.parse(text) as HandOver // written by this file
  if (whose.self !== self || until < Date.now()) return null
  sessionStorage.setItem(key, personId)
  return personId
}

/** Whom the signed-in person acts for, the same on every page until changed or signed out. */
export function ActingProvider(props: { people: readonly ActsFor[]; children: ReactNode }) {
  const [chosen, setChosen] = useState(() => firstPerson(props.people[0]?.personId))
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

/** A session of CIE ends on a page that offers to end the one at CIE too. */
const cieGoodbye = '/auth/cie/logout'
/** Where a form ends the session here and at the provider of SPID. */
export const leaveEverywhere = '/auth/spid/leave'

/** This browser forgets whom one acted for. */
export function forgetPerson(): void {
  sessionStorage.removeItem(key)
  dropHandOver()
}

/** Leaves: the server ends the session, this browser forgets whom one acted for. Says so when it did not work. */
export function useSignOut(): () => void {
  const { language, words } = useLanguage()
  const toast = useToast()
  const session = useSession()
  return () =>
    void ask(api.DELETE('/api/v1/session')).then(
      () => {
        forgetPerson()
        location.assign(session?.method === 'CIE' ? cieGoodbye : publicAddresses.home[language])
      },
      (error: unknown) => {
        const { code, status } = error instanceof Problem ? error : new Problem({}, 500)
        const { title, next } = words.problem.of(code, status)
        toast({ text: `${title}. ${next}` })
      },
    )
}
