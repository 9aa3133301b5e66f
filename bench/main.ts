// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { run as audit } from './audit/index.ts'
import { run as booking } from './booking/index.ts'
import { run as linkage } from './linkage/index.ts'
import { run as partners } from './partners/index.ts'
import { run as registry } from './registry/index.ts'
import { run as signIn } from './sign-in/index.ts'

const benches: Record<string, (args: string[]) => Promise<object>> = {
  audit,
  booking,
  linkage,
  partners,
  registry,
  'sign-in': signIn,
}

const [name = '', ...args] = process.argv.slice(2)
const bench = benches[name]
if (!bench) {
  console.error(`Say which bench to run: npm run bench -- ${Object.keys(benches).join(' | ')}`)
  process.exit(1)
}
const result = await bench(args)
console.log(JSON.stringify({ bench: name, ...result }))
