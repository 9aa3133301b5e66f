// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Actor } from '../../../platform/actor.ts'
import { asSystem, type Tx } from '../../../platform/database.ts'
import type { Platform } from '../../../platform/room.ts'
import { romeDay } from '../../../platform/time.ts'
import { authoritiesFor, organisationsUnder, type Organisation } from '../../../registry/organisations/index.ts'
import { codeRulesOn } from '../settings.ts'
import type { Office } from './schema.ts'

/** The health authorities whose declarations an officer works on. */
export const authoritiesOf = (tx: Tx, actor: Actor): Promise<Organisation[]> =>
  actor.role ? authoritiesFor(tx, actor.role.organisationId) : Promise.resolve([])

export const authorityIdsOf = async (tx: Tx, actor: Actor): Promise<string[]> =>
  (await authoritiesOf(tx, actor)).map(({ id }) => id)

/** What an officer chooses from: her authorities, their districts, the codes. */
export const officeOf = (platform: Platform, actor: Actor): Promise<Office> =>
  asSystem(platform.db, async (tx) => {
    const authorities = await authoritiesOf(tx, actor)
    const districts: Organisation[] = []
    for (const { id } of authorities)
      districts.push(...(await organisationsUnder(tx, id)).filter(({ kind }) => kind === 'district'))
    const rules = await codeRulesOn(tx, platform.config.region.code, romeDay(platform.now()))
    const named = ({ id, name }: Organisation) => ({ id, name })
    return {
      authorities: authorities.map(named),
      districts: districts.map(named),
      codes: rules.map(({ code }) => code).toSorted(),
    }
  })
