// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useState } from 'react'
import { newVersion } from '../app/service-worker-client.ts'
import { useWords } from '../app/language.tsx'
import { Icon } from './icon.tsx'
import { useToast } from './toast.tsx'

/** Tells when the network is gone and when a new version of the pages waits. */
export function Notices() {
  const words = useWords()
  const toast = useToast()
  const [offline, setOffline] = useState(false)
  useEffect(() => {
    const look = () => setOffline(!navigator.onLine)
    look()
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
    }
  }, [])
  useEffect(() => {
    const offer = (event: Event) => {
      const worker = (event as CustomEvent<ServiceWorker>).detail // sent by service-worker-client.ts
      toast({
        text: words.ui.newVersion,
        action: { label: words.ui.update, run: () => worker.postMessage('use-new-version') },
      })
    }
    newVersion.addEventListener('ready', offer)
    return () => newVersion.removeEventListener('ready', offer)
  }, [toast, words])
  return (
    <div role="status">
      {offline && (
        <p className="sf-offline">
          <Icon name="warning-circle" />
          <span>{words.ui.offline}</span>
        </p>
      )}
    </div>
  )
}
