// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

const Region = Type.Object(
  {
    code: Type.String({ pattern: '^[0-9]{3}$', description: 'Region code in health flows, 150 for Campania' }),
    name: Type.String(),
    owner: Type.String({ description: 'The administration that answers for the service' }),
    fiscalCode: Type.String({ pattern: '^[0-9]{11}$' }),
    ipaCode: Type.String({ description: 'Code in the index of public administrations' }),
    telephone: Type.String({ description: 'Booking centre, as people dial it' }),
    email: Type.String(),
    certifiedEmail: Type.String(),
    address: Type.String(),
  },
  { additionalProperties: false },
)
export type Region = Static<typeof Region>

const settings = {
  PORT: { fallback: '3000', help: 'Port of the website and the API' },
  SANDBOX_PORT: { fallback: '3001', help: 'Port of the national-systems sandbox' },
  DATA_DIR: { fallback: '.data', help: 'Folder of the embedded database, keys and demo data' },
  DATABASE_URL: { fallback: '', help: 'PostgreSQL 15 to 18; empty starts the embedded one' },
  REGION: { fallback: 'campania', help: 'Folder under config/ that describes the region' },
  REGION_SCALE: { fallback: '1:1000', help: 'Size of the generated region' },
  PUBLIC_URL: { fallback: '', help: 'Address people type; default http://localhost:PORT' },
  SANDBOX_URL: { fallback: '', help: 'Address of the sandbox; default http://localhost:SANDBOX_PORT' },
  READY_ALSO: { fallback: '', help: 'Addresses, with spaces between, that must answer 200 before the server is ready' },
  LOG_LEVEL: { fallback: 'info', help: 'fatal, error, warn, info, debug or silent' },
} as const

type Setting = keyof typeof settings

/** Everything the server is told from outside, read once at start. */
export interface Config {
  port: number
  sandboxPort: number
  dataDir: string
  databaseUrl: string
  regionScale: number
  publicUrl: string
  sandboxUrl: string
  readyAlso: string[]
  logLevel: string
  region: Region
  regionFolder: string
  /** The raw environment, for rooms that read their own settings (`national/*`), each with a default and a check. */
  env: Readonly<Record<string, string | undefined>>
}

/** A setting that cannot be used: the message says which, why and what to write. */
export class BadSetting extends Error {}

function port(name: Setting, value: string): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new BadSetting(`${name} is "${value}": write a port number from 1 to 65535 (${settings[name].help}).`)
  }
  return number
}

function scale(value: string): number {
  const match = /^1:([1-9][0-9]{0,5})$/.exec(value)
  if (!match) throw new BadSetting(`REGION_SCALE is "${value}": write 1:1 for the whole region or e.g. 1:1000.`)
  return Number(match[1])
}

function address(name: Setting, value: string): string {
  if (!URL.canParse(value)) throw new BadSetting(`${name} is "${value}": write an address such as https://example.org.`)
  return value.replace(/\/$/, '')
}

function readRegion(folder: string): Region {
  const file = resolve(folder, 'region.json')
  let found: unknown
  try {
    found = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new BadSetting(`REGION names a folder without a readable region.json: ${(error as Error).message}.`)
  }
  if (!Value.Check(Region, found)) {
    const [first] = Value.Errors(Region, found)
    throw new BadSetting(`${file}: ${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}.`)
  }
  return found
}

/** Reads the configuration from the environment and the region's folder; throws BadSetting with what to do. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = (name: Setting): string => env[name] || settings[name].fallback
  const serverPort = port('PORT', read('PORT'))
  const sandboxPort = port('SANDBOX_PORT', read('SANDBOX_PORT'))
  const regionFolder = resolve(import.meta.dirname, '../../../config', read('REGION'))
  return {
    port: serverPort,
    sandboxPort,
    dataDir: resolve(read('DATA_DIR')),
    databaseUrl: read('DATABASE_URL'),
    regionScale: scale(read('REGION_SCALE')),
    publicUrl: address('PUBLIC_URL', read('PUBLIC_URL') || `http://localhost:${serverPort}`),
    sandboxUrl: address('SANDBOX_URL', read('SANDBOX_URL') || `http://localhost:${sandboxPort}`),
    readyAlso: read('READY_ALSO')
      .split(' ')
      .filter((value) => value !== '')
      .map((value) => address('READY_ALSO', value)),
    logLevel: read('LOG_LEVEL'),
    region: readRegion(regionFolder),
    regionFolder,
    env,
  }
}
