// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// Keeps code, styles, fonts and the offline page on the device. Never keeps pages with data or answers of the API.

const version = '%version%'
const files = ['%files%']
const store = `sinfonia-${version}`

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(store).then((cache) => cache.addAll(files)))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== store).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

// A new version waits until the person says "update": nobody loses a form that is open.
self.addEventListener('message', (event) => {
  if (event.data === 'use-new-version') void self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (files.includes(url.pathname)) {
    event.respondWith(caches.match(request, { cacheName: store }).then((kept) => kept ?? fetch(request)))
    return
  }
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(() => caches.match('/offline.html', { cacheName: store })))
  }
})

// Web Push: the text carries nothing about health; the link needs sign-in.
self.addEventListener('push', (event) => {
  const message = event.data?.json() ?? {}
  const shown = message.notification ?? message
  event.waitUntil(
    self.registration.showNotification(shown.title ?? 'Sinfonia', {
      body: shown.body ?? '',
      icon: '/icons/icon-192.png',
      data: { url: shown.navigate ?? '/app/messaggi' },
    }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const target = new URL(event.notification.data.url, location.origin)
  if (target.origin === location.origin) event.waitUntil(self.clients.openWindow(target.href))
})
