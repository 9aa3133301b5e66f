// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import '../styles/main.scss'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { publicPageAt } from './addresses.ts'
import { arrivalLanguage, loadWords } from './language.tsx'
import { publicPages } from './pages.tsx'
import { newQueryClient, Root } from './root.tsx'
import { registerServiceWorker } from './service-worker-client.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

const here = publicPageAt(location.pathname)
const language = arrivalLanguage(location.pathname)
const [words] = await Promise.all([loadWords(language), here && publicPages[here.page].load()])
document.documentElement.lang = language

// Choices kept in the address, such as filters, show at once: hence no transitions.
const everything = (
  <BrowserRouter useTransitions={false}>
    <Root language={language} words={words} queries={newQueryClient()} />
  </BrowserRouter>
)
// Public pages come drawn from the server and are only brought to life; the signed-in area is drawn here.
if (here && root.firstElementChild) hydrateRoot(root, everything)
else createRoot(root).render(everything)

registerServiceWorker()
