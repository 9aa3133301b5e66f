// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** Tells who listens that a new version waits; `use` starts it and reloads the page. */
export const newVersion = new EventTarget()

/** Registers the worker that keeps code and the offline page, never data. Not in development. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const register = async () => {
    const registration = await navigator.serviceWorker.register('/service-worker.js')
    const announce = (worker: ServiceWorker | null) => {
      if (!worker || !navigator.serviceWorker.controller) return
      newVersion.dispatchEvent(new CustomEvent('ready', { detail: worker }))
    }
    announce(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing
      worker?.addEventListener('statechange', () => worker.state === 'installed' && announce(worker))
    })
  }
  // A browser that keeps nothing of this site refuses: everything works without, only not offline.
  register().catch(() => undefined)
  const first = !navigator.serviceWorker.controller
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!first) location.reload()
  })
}
