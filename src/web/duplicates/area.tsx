// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Route, Routes } from 'react-router'
import { NotFound } from '../app/not-found.tsx'
import { CasePage } from './case.tsx'
import { HistoryPage } from './history.tsx'
import { ListPage } from './list.tsx'

/** The pages of district offices about people who are in the registry twice. */
export function Duplicates() {
  return (
    <Routes>
      <Route path="/" element={<ListPage />} />
      <Route path="/unioni" element={<HistoryPage />} />
      <Route path="/:caseId" element={<CasePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
