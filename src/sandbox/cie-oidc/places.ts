// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { SandboxContext } from '../context.ts'
import type { KeyName } from './keys.ts'

export const tables = `
  create table if not exists cie_oidc_place (entity text primary key, superiors text[] not null);
  create table if not exists cie_oidc_withdrawn (issuer text, entity text, primary key (issuer, entity));`

/** Members of the trial federation: the trust anchor, two aggregators, the provider, and the relying party under test. */
export type Entity = 'ta' | 'sa' | 'sb' | 'op' | 'rp'

/** The keys of the federation of those the sandbox plays. */
export const federationKey: Record<Exclude<Entity, 'rp'>, KeyName> = {
  ta: 'anchor',
  sa: 'sa',
  sb: 'sb',
  op: 'op-federation',
}

/** Its entity ID. */
export const idOf = ({ url, platformUrl }: SandboxContext, entity: Entity): string =>
  entity === 'rp' ? `${platformUrl}/auth/cie-oidc` : `${url}/cie-oidc/${entity}`

const entities: readonly Entity[] = ['ta', 'sa', 'sb', 'op', 'rp']
export const entityOf = (context: SandboxContext, id: string): Entity | undefined =>
  entities.find((entity) => idOf(context, entity) === id)

export const isEntity = (name: unknown): name is Entity => entities.some((one) => one === name)

/** Those directly above an entity: the trust anchor, unless it was placed elsewhere. */
export async function superiorsOf({ sql }: SandboxContext, entity: Entity): Promise<Entity[]> {
  if (entity === 'ta') return []
  const { rows } = await sql.query<{ superiors: Entity[] }>('select superiors from cie_oidc_place where entity = $1', [
    entity,
  ])
  return rows[0]?.superiors ?? ['ta']
}

/** Places an entity below others; it stays there. */
export async function place({ sql }: SandboxContext, entity: Entity, superiors: readonly Entity[]): Promise<void> {
  await sql.query(
    `insert into cie_oidc_place (entity, superiors) values ($1, $2)
     on conflict (entity) do update set superiors = excluded.superiors`,
    [entity, superiors],
  )
}

export const statementType = 'entity-statement+jwt'
export const markType = 'trust-mark+jwt'

/** Trust marks are named by entity type and profile, below the trust anchor (specification, "Trust Mark Composition"). */
export const markId = (context: SandboxContext, type: 'openid_provider' | 'openid_relying_party'): string =>
  `${idOf(context, 'ta')}/${type}/public`

/** The trust mark that an entity needs; the others need none. */
export const markOf = (context: SandboxContext, entity: Entity): string | undefined =>
  entity === 'op'
    ? markId(context, 'openid_provider')
    : entity === 'rp'
      ? markId(context, 'openid_relying_party')
      : undefined

/** Who may issue each trust mark. */
export const markIssuers: readonly Exclude<Entity, 'rp'>[] = ['ta', 'sa']

/** Whether an issuer has taken back the trust mark that it gave an entity. */
export async function isWithdrawn({ sql }: SandboxContext, issuer: Entity, entity: Entity): Promise<boolean> {
  const { rowCount } = await sql.query('select from cie_oidc_withdrawn where issuer = $1 and entity = $2', [
    issuer,
    entity,
  ])
  return rowCount === 1
}

/** Takes a trust mark back, or gives it again. */
export async function setWithdrawn(
  { sql }: SandboxContext,
  issuer: Entity,
  entity: Entity,
  withdrawn: boolean,
): Promise<void> {
  await sql.query(
    withdrawn
      ? 'insert into cie_oidc_withdrawn (issuer, entity) values ($1, $2) on conflict do nothing'
      : 'delete from cie_oidc_withdrawn where issuer = $1 and entity = $2',
    [issuer, entity],
  )
}
