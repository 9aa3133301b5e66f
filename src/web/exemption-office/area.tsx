// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Route, Routes } from 'react-router'
import { NotFound } from '../app/not-found.tsx'
import { CheckPage } from './check.tsx'
import { ChecksPage } from './checks.tsx'
import { DeclarationPage } from './declaration.tsx'
import { DiseasesPage } from './diseases.tsx'
import { ListsPage } from './lists.tsx'
import { ProrogationsPage } from './prorogations.tsx'
import { SearchPage } from './search.tsx'

/** The pages of district offices about exemptions. */
export function ExemptionOffice() {
  return (
    <Routes>
      <Route path="/" element={<SearchPage />} />
      <Route path="/dichiarazioni/:declarationId" element={<DeclarationPage />} />
      <Route path="/controlli" element={<ChecksPage />} />
      <Route path="/controlli/:checkId" element={<CheckPage />} />
      <Route path="/elenco" element={<ListsPage />} />
      <Route path="/malattie" element={<DiseasesPage />} />
      <Route path="/proroghe" element={<ProrogationsPage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
