// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { lazy, type ComponentType } from 'react'
import type { PublicPage } from './addresses.ts'

/** A page that is fetched when it is needed, or before the first drawing when it is the one in the address. */
export interface LazyPage {
  load: () => Promise<void>
  Page: ComponentType
}

function page<Name extends string>(name: Name, source: () => Promise<Record<Name, ComponentType>>): LazyPage {
  let Loaded: ComponentType | undefined
  const Later = lazy<ComponentType>(async () => ({ default: (await source())[name] }))
  return {
    async load() {
      Loaded = (await source())[name]
    },
    Page() {
      return Loaded ? <Loaded /> : <Later />
    },
  }
}

export const publicPages: Record<PublicPage, LazyPage> = {
  home: page('Home', () => import('../site/home.tsx')),
  service: page('Service', () => import('../site/service.tsx')),
  questions: page('Questions', () => import('../site/questions.tsx')),
  help: page('Help', () => import('../site/help.tsx')),
  fault: page('Fault', () => import('../site/help.tsx')),
  barrier: page('Barrier', () => import('../site/help.tsx')),
  signIn: page('SignIn', () => import('../site/sign-in.tsx')),
  privacy: page('Privacy', () => import('../site/legal.tsx')),
  cookies: page('Cookies', () => import('../site/legal.tsx')),
  accessibility: page('Accessibility', () => import('../site/legal.tsx')),
  legal: page('Legal', () => import('../site/legal.tsx')),
  map: page('SiteMap', () => import('../site/site-map.tsx')),
  components: page('Components', () => import('../ui/components.tsx')),
}

/** Signed-in pages, by route pattern under /app. */
export const areaPages: Record<string, LazyPage> = {
  '/': page('AreaHome', () => import('../citizen/area-home.tsx')),
}

export const linkPage = page('AppointmentLink', () => import('../citizen/appointment-link.tsx'))
