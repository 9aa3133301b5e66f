// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import { useWords } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'

export const pushPossible = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

/** Asks the browser for permission, then gives the server the address of this device. */
export async function turnOnPush(): Promise<'on' | 'denied'> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied'
  const { publicKey } = await ask(api.GET('/api/v1/push-key'))
  const worker = await navigator.serviceWorker.ready
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
  const { endpoint, keys } = subscription.toJSON()
  if (!endpoint || !keys?.['p256dh'] || !keys['auth']) throw new Error('The browser gave a subscription without keys')
  await ask(
    api.POST('/api/v1/push-subscriptions', {
      body: { endpoint, keys: { p256dh: keys['p256dh'], auth: keys['auth'] } },
    }),
  )
  return 'on'
}

/** After a booking: our own explanation first, the browser's question only when asked for. */
export function PushOffer() {
  const words = useWords()
  const text = words.book.done
  const [closed, setClosed] = useState(() => !pushPossible() || Notification.permission !== 'default')
  const turnOn = useMutation({ mutationFn: turnOnPush })
  if (turnOn.data)
    return (
      <Alert
        tone={turnOn.data === 'on' ? 'success' : 'info'}
        live
        title={turnOn.data === 'on' ? text.pushOn : text.pushDenied}
      />
    )
  if (closed) return null
  return (
    <Card title={text.pushTitle}>
      <p>{text.pushText}</p>
      {turnOn.error && <ProblemAlert error={turnOn.error} />}
      <div className="sf-actions">
        <Button look="outline-primary" pending={turnOn.isPending} onClick={() => turnOn.mutate()}>
          {text.push}
        </Button>
        <Button look="link" onClick={() => setClosed(true)}>
          {text.pushLater}
        </Button>
      </div>
    </Card>
  )
}
