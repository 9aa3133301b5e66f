// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask } from '../app/api.ts'
import type { PartnerClient } from '../app/contract.ts'
import { useToast } from '../ui/toast.tsx'

/** Scopes and e-services, and whether who asks acts for the region. */
export function useCatalogue(signedIn: boolean) {
  return useQuery({
    queryKey: ['partner-catalogue'],
    queryFn: () => ask(api.GET('/api/v1/partner-catalogue')),
    enabled: signedIn,
    staleTime: Infinity,
  })
}

export function useClients() {
  return useQuery({ queryKey: ['partner-clients'], queryFn: () => ask(api.GET('/api/v1/partner-clients')) })
}

export function useClient(id: string) {
  return useQuery({
    queryKey: ['partner-clients', id],
    queryFn: () => ask(api.GET('/api/v1/partner-clients/{id}', { params: { path: { id } } })),
  })
}

/** A change of one client: the answer is the client as it is now, and takes its place on the page. */
export function useChange<Wish = void>(change: (wish: Wish) => Promise<PartnerClient>, done: (wish: Wish) => string) {
  const queries = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: change,
    onSuccess: (client, wish) => {
      queries.setQueryData(['partner-clients', client.id], client)
      void queries.invalidateQueries({ queryKey: ['partner-clients'], exact: true })
      toast({ text: done(wish) })
    },
  })
}
