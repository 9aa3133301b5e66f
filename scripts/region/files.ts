// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { parse as parseYaml } from 'yaml'

const dataFolder = resolve(import.meta.dirname, '../../data')

/** The rows of a list of `data/`, by column name. */
export function readList<Column extends string>(name: string): Record<Column, string>[] {
  return parseCsv(readFileSync(resolve(dataFolder, name)), { columns: true, skip_empty_lines: true })
}

/** A YAML file of a region's configuration folder. Its shape is given by the caller, who knows the file. */
export function readSettings<Shape>(regionFolder: string, name: string): Shape {
  return parseYaml(readFileSync(resolve(regionFolder, name), 'utf8')) as Shape
}

/** The bytes of the lists and settings, for a checksum. */
export function readBytes(regionFolder: string, lists: readonly string[], settings: readonly string[]): Buffer[] {
  return [
    ...lists.map((name) => readFileSync(resolve(dataFolder, name))),
    ...settings.map((name) => readFileSync(resolve(regionFolder, name))),
  ]
}
