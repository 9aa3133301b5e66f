// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { roleCodes, type Policy } from '../src/server/platform/policy.ts'
import type { Room } from '../src/server/platform/room.ts'

interface Contract {
  paths: Record<string, Record<string, { operationId: string }>>
}

const isRole = (subject: string) => (roleCodes as readonly string[]).includes(subject)

/** Who may, in words: the roles together when they are all of them. */
function who({ subjects, scope }: Policy): string {
  const roles = subjects.filter(isRole)
  const others = subjects.filter((subject) => !isRole(subject))
  const words = others.map((subject) => (subject === 'partner' && scope ? `partner with \`${scope}\`` : subject))
  return [...words, roles.length === roleCodes.length ? 'every role' : roles.join(', ')].filter(Boolean).join(', ')
}

function proof(policy: Policy): string {
  const { subjects, level = 2, freshMinutes } = policy
  if (['anyone', 'partner', 'machine'].some((open) => (subjects as readonly string[]).includes(open))) return ''
  return freshMinutes ? `${level}, within ${freshMinutes} minutes` : String(level)
}

/** Everybody else's data: what happens when the id of another person is given. */
function others({ subjects, service }: Policy): string {
  if (!subjects.includes('family')) return ''
  return `children and wards; delegators for ${service ?? 'any service'}; for anybody else as if there were nothing (404)`
}

/** The page of who may do what: every operation of the contract with its policy, room by room. */
export function accessMatrix(contract: object, rooms: readonly Room[]): string {
  const addresses = new Map(
    Object.entries((contract as Contract).paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [operationId, `${method.toUpperCase()} ${path}`]),
    ),
  )
  const parts = rooms.flatMap(({ name, policies = {} }) => {
    const rows = Object.entries(policies).map(([operation, policy]) =>
      [
        addresses.get(operation) ?? '(pages and protocol endpoints)',
        `${policy.action} ${policy.resource}`,
        policy.purpose,
        who(policy),
        proof(policy),
        others(policy),
      ].join(' | '),
    )
    if (rows.length === 0) return []
    const head = ['Route', 'Act', 'Purpose', 'Who', 'Level', 'For others'].join(' | ')
    return [`## ${name}`, '', `| ${head} |`, `|${' --- |'.repeat(6)}`, ...rows.map((row) => `| ${row} |`), '']
  })
  return [
    '# Who may do what',
    '',
    'Written by `npm run generate` from the `policy.ts` of each room; `test/architecture/access-matrix.test.ts` tries every',
    'route as every subject, `family-routes.test.ts` and `person-routes.test.ts` beside it every route about a person with her',
    'own, a child’s, a delegator’s and a stranger’s data. What is not listed is refused. *person*: a citizen for herself.',
    '*family*: a citizen for herself and those in the last column. *machine*: a national system that proves itself to the',
    'handler.',
    '',
    ...parts,
  ].join('\n')
}
