// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Route, Routes } from 'react-router'
import { NotFound } from '../app/not-found.tsx'
import { DifferencePage } from './difference.tsx'
import { DifferencesPage } from './differences.tsx'
import { MessagesPage } from './messages.tsx'

/** The pages of district offices about what national registries say. */
export function NationalRegistries() {
  return (
    <Routes>
      <Route path="/" element={<DifferencesPage />} />
      <Route path="/messaggi" element={<MessagesPage />} />
      <Route path="/:differenceId" element={<DifferencePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
