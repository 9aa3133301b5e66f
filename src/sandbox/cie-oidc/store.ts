// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Kept {
  payload: AdapterPayload
  until: number
}

/**
 * What the provider remembers, in memory: it ends with the sandbox. Clients are not kept: `findClient` finds them in the
 * federation at every request.
 */
export function createStore(findClient: (id: string) => Promise<AdapterPayload | undefined>) {
  const kept = new Map<string, Kept>()

  return (model: string): Adapter => {
    const keyOf = (id: string): string => `${model}:${id}`
    const find = (id: string): AdapterPayload | undefined => {
      const found = kept.get(keyOf(id))
      return found && found.until > Date.now() ? found.payload : undefined
    }
    const findBy = (name: 'uid' | 'userCode', value: string): AdapterPayload | undefined => {
      for (const [key, { payload, until }] of kept)
        if (key.startsWith(`${model}:`) && payload[name] === value && until > Date.now()) return payload
      return undefined
    }
    return {
      async upsert(id, payload, expiresIn) {
        for (const [key, { until }] of kept) if (until <= Date.now()) kept.delete(key)
        kept.set(keyOf(id), { payload, until: Date.now() + (expiresIn ?? 86_400) * 1000 })
      },
      find: async (id) => (model === 'Client' ? findClient(id) : find(id)),
      findByUid: async (uid) => findBy('uid', uid),
      findByUserCode: async (code) => findBy('userCode', code),
      async consume(id) {
        const payload = find(id)
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        kept.delete(keyOf(id))
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key)
      },
    }
  }
}
