// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useSyncExternalStore } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { addressOf, inAddress, nothing, readWishes, type Presets, type Wishes } from './wishes.ts'

const never = () => () => undefined

/** False while a page that came drawn from the server comes to life: it was drawn without an address. */
function useAlive(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}

/** The wishes in the address of this page. `asked`: somebody searched, or it is known what to look for. */
export function useWishes(presets: Presets) {
  const { pathname, search, state } = useLocation() as { pathname: string; search: string; state: unknown }
  const navigate = useNavigate()
  const alive = useAlive()
  const wishes = alive ? readWishes(search, state, presets) : { ...nothing, ...presets }
  const params = new URLSearchParams(alive ? search : '')
  return {
    wishes,
    asked: Boolean(presets.municipality ?? presets.kind ?? wishes.name) || inAddress.some((name) => params.has(name)),
    filtered: wishes.name !== '' || inAddress.some((name) => params.get(name)),
    search(next: Wishes) {
      const name = next.name.trim()
      void navigate(pathname + addressOf(next, presets), { state: name ? { name } : null, preventScrollReset: true })
    },
    clear() {
      void navigate(pathname, { preventScrollReset: true })
    },
    /** For the way back from the next page. */
    here: { search: alive ? search : '', name: wishes.name },
  }
}
