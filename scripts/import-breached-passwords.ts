// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// Turns a list of breached passwords (lines SHA1:COUNT, as Have I Been Pwned publishes them) into the filter that
// BREACHED_PASSWORDS_FILE names: npm run passwords:import -- LIST FILTER [LEAST]

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { writeFilter } from '../src/server/access/accounts/breached.ts'

const [list, filter, least = '1'] = process.argv.slice(2)
if (!list || !filter || !/^[1-9]\d*$/.test(least)) {
  console.error('Use: npm run passwords:import -- LIST FILTER [LEAST]')
  console.error('LEAST leaves out passwords seen less often, e.g. 10. The filter takes 20 bits a password.')
  process.exit(2)
}
const lines = () => createInterface({ input: createReadStream(list), crlfDelay: Infinity })
const count = await writeFilter(filter, lines, Number(least))
console.log(`${count} passwords are in ${filter}.`)
