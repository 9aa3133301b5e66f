// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { FastifyInstance } from 'fastify'
import type { SandboxContext } from './context.ts'
import { cieSandbox } from './cie/index.ts'
import { cieOidcSandbox } from './cie-oidc/index.ts'
import { cnsSandbox } from './cns/index.ts'
import { inboxSandbox } from './inbox/index.ts'
import { pagopaSandbox } from './pagopa/index.ts'
import { pdndSandbox } from './pdnd/index.ts'
import { anaSandbox, anprSandbox } from './registries/index.ts'
import { sacSandbox } from './sac/index.ts'
import { spidSandbox } from './spid/index.ts'
import { tsSandbox } from './ts/index.ts'

/** Every national system the sandbox plays. */
export const systems: readonly ((app: FastifyInstance, context: SandboxContext) => Promise<void>)[] = [
  spidSandbox,
  cieSandbox,
  cieOidcSandbox,
  cnsSandbox,
  sacSandbox,
  pagopaSandbox,
  pdndSandbox,
  tsSandbox,
  anprSandbox,
  anaSandbox,
  inboxSandbox,
]
