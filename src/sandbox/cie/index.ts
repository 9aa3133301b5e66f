// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { FastifyInstance } from 'fastify'
import type { SandboxContext } from '../context.ts'
import { identityProviders } from '../spid/index.ts'

/**
 * "Entra con CIE" in the national sandbox: one provider, as strict as the manual of the Ministry of the Interior where
 * it differs from SPID. It shares keys, people and tables with the SPID providers, which must be there first.
 */
export async function cieSandbox(app: FastifyInstance, context: SandboxContext): Promise<void> {
  identityProviders(app, context, 'cie')
}
