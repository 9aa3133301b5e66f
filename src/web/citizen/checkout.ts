// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import { newKey } from '../app/idempotency.ts'

/** Opens a pagoPA checkout for up to 5 payments and goes there. The same press repeated opens it once. */
export function useCheckout() {
  const [key] = useState(newKey)
  return useMutation({
    mutationFn: (paymentIds: string[]) =>
      ask(api.POST('/api/v1/checkouts', { params: { header: { 'idempotency-key': key } }, body: { paymentIds } })),
    onSuccess: ({ url }) => location.assign(url),
  })
}
