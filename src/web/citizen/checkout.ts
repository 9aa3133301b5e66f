// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import { newKey } from '../app/idempotency.ts'

/** Opens a pagoPA checkout for up to 5 payments and goes there. A press repeated because no answer came opens it once. */
export function useCheckout() {
  const attempt = useRef({ key: newKey(), of: '' })
  const checkout = useMutation({
    mutationFn: (paymentIds: string[]) => {
      const of = paymentIds.join(',')
      if (of !== attempt.current.of) attempt.current = { key: newKey(), of }
      const header = { 'idempotency-key': attempt.current.key }
      return ask(api.POST('/api/v1/checkouts', { params: { header }, body: { paymentIds } }))
    },
    onSuccess: ({ url }) => location.assign(url),
    onSettled: (_done, error) => {
      const answered = !(error instanceof Problem && error.status === 0)
      if (answered) attempt.current = { key: newKey(), of: '' }
    },
  })
  const { reset } = checkout
  useEffect(() => {
    // Back from pagoPA with the browser's own button: the page is as it was left, and can start again.
    const shown = (event: PageTransitionEvent) => event.persisted && reset()
    window.addEventListener('pageshow', shown)
    return () => window.removeEventListener('pageshow', shown)
  }, [reset])
  return checkout
}
