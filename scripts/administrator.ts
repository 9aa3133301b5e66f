// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { parseArgs } from 'node:util'
import { enter } from '../src/server/access/roles/index.ts'
import { isFiscalCode } from '../src/shared/fiscal-code.ts'
import { connect, asSystem } from '../src/server/platform/database.ts'
import { romeDay } from '../src/server/platform/time.ts'
import { findOrganisationByCode } from '../src/server/registry/organisations/index.ts'
import { findPersonByFiscalCode } from '../src/server/registry/people/index.ts'

/**
 * Enters the first access administrator of an organisation:
 * `npm run administrator -- --fiscal-code CODE --organisation 150 --act "Resolution 1/2026"`. Uses DATABASE_URL.
 */
const { values } = parseArgs({
  options: {
    'fiscal-code': { type: 'string', default: '' },
    organisation: { type: 'string', default: '' },
    act: { type: 'string', default: '' },
  },
})

async function run(url: string): Promise<string> {
  const fiscalCode = values['fiscal-code'].toUpperCase()
  if (!isFiscalCode(fiscalCode)) throw new Error('--fiscal-code is not a fiscal code.')
  if (values.act.length < 3) throw new Error('--act is missing: the act that makes this person administrator.')
  const { db, close } = connect(url, { max: 1, onDrop: (error) => console.error(error.message) })
  try {
    return await asSystem(db, async (tx) => {
      const organisation = await findOrganisationByCode(tx, values.organisation)
      if (!organisation)
        throw new Error(`--organisation: the registry has none with the code "${values.organisation}".`)
      const person = await findPersonByFiscalCode(tx, fiscalCode)
      if (!person) throw new Error('The regional registry has no person with this fiscal code.')
      const now = new Date()
      const facts = { personId: person.id, role: 'administrator', organisationId: organisation.id } as const
      await enter(tx, { ...facts, from: romeDay(now), actReference: values.act, grantedBy: null }, now)
      return organisation.name
    })
  } finally {
    await close()
  }
}

const url = process.env['DATABASE_URL']
if (!url) {
  console.error('DATABASE_URL is not set: give the address of the database.')
  process.exit(1)
}
try {
  console.log(`Done: an access administrator of ${await run(url)}, from today. She chooses the role after signing in.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
