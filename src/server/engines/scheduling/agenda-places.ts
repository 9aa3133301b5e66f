// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { rememberedById } from '../../platform/reference.ts'

/** Where an agenda is held, as an offer shows it. */
export interface AgendaPlace {
  locationId: string
  aslId: string
  place: string
  address: string
  municipality: string
  latitude: number
  longitude: number
  organisationId: string
  organisation: string
}

const statement = `
  select s.id, s.location_id as "locationId", s.asl_id as "aslId", p.name as place, p.address, m.name as municipality,
         s.latitude, s.longitude, s.organisation_id as "organisationId", g.name as organisation
  from scheduling.schedule s
  join registry.location p on p.id = s.location_id
  join registry.municipality m on m.istat_code = s.istat_code
  join registry.organisation g on g.id = s.organisation_id
  where s.id = any($1::uuid[])`

/** Runs a statement and gives its rows: over a transaction or over the pool alone. */
export type Run = <Row>(text: string, values: readonly unknown[]) => Promise<Row[]>

/** The places of these agendas by id. Every search shows some twenty, mostly the same, so a process remembers them. */
export const placesOfAgendas = rememberedById(async (run: Run, ids) => {
  const rows = await run<AgendaPlace & { id: string }>(statement, [ids])
  return rows.map(({ id, ...place }) => [id, place] as const)
})
