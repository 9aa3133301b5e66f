// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Route, Routes } from 'react-router'
import { NotFound } from '../app/not-found.tsx'
import { RecordPage } from './record.tsx'
import { RegisterPage } from './register.tsx'
import { SearchPage } from './search.tsx'

/** The pages of district offices about the people of the registry. */
export function People() {
  return (
    <Routes>
      <Route path="/" element={<SearchPage />} />
      <Route path="/nuova" element={<RegisterPage />} />
      <Route path="/:personId" element={<RecordPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
