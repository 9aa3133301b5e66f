// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { inflateSync } from 'node:zlib'

export interface ReadPdf {
  /** Dictionaries of the objects, without their streams. */
  objects: Map<number, string>
  catalog: string
  /** The XMP metadata. */
  xmp: string
  /** What a reader copies out, one line per drawn line, in drawing order; artifacts left out. */
  text: string
  /** What only the frame of the pages says. */
  artifacts: string
  /** Roles of the structure tree, each with its number of elements. */
  roles: Record<string, number>
  pages: number
}

/** Reads one of our own PDFs as far as tests need: objects, structure, and text through the embedded character maps. */
export function readPdf(bytes: Buffer): ReadPdf {
  const source = bytes.toString('latin1')
  const objects = new Map<number, string>()
  const streams = new Map<number, string>()
  for (const [, id, body] of source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const at = body!.indexOf('stream\n')
    const dictionary = at < 0 ? body! : body!.slice(0, at)
    objects.set(Number(id), dictionary)
    if (at < 0) continue
    const raw = Buffer.from(body!.slice(at + 7, body!.lastIndexOf('\nendstream')), 'latin1')
    streams.set(Number(id), (dictionary.includes('/FlateDecode') ? inflateSync(raw) : raw).toString('latin1'))
  }
  const all = [...objects.values()]
  const catalog = all.find((object) => object.includes('/Type /Catalog')) ?? ''
  const metadata = Number(/\/Metadata (\d+) 0 R/.exec(catalog)?.[1])
  const fonts = fontMaps(source, objects, streams)
  const shown = [...streams.values()].filter((stream) => stream.includes(' BDC')).map((stream) => lines(stream, fonts))
  const roles: Record<string, number> = {}
  for (const object of all) {
    const role = /^<<\n\/S \/(\w+)/.exec(object)?.[1]
    if (role && object.includes('/K')) roles[role] = (roles[role] ?? 0) + 1
  }
  return {
    objects,
    catalog,
    xmp: Buffer.from(streams.get(metadata) ?? '', 'latin1').toString('utf8'),
    text: shown.flatMap((page) => page.text).join('\n'),
    artifacts: shown.flatMap((page) => page.artifacts).join('\n'),
    roles,
    pages: all.filter((object) => /\/Type \/Page\b(?!s)/.test(object)).length,
  }
}

type Glyphs = Map<number, string>

function fontMaps(source: string, objects: Map<number, string>, streams: Map<number, string>): Map<string, Glyphs> {
  const maps = new Map<string, Glyphs>()
  for (const [, name, id] of source.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const unicode = Number(/\/ToUnicode (\d+) 0 R/.exec(objects.get(Number(id)) ?? '')?.[1])
    const glyphs: Glyphs = new Map()
    for (const [, first, list] of (streams.get(unicode) ?? '').matchAll(/<(\w+)> <\w+> \[([^\]]*)\]/g)) {
      const characters = [...list!.matchAll(/<([\w ]+)>/g)].map(([, hex]) =>
        Buffer.from(hex!.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
      )
      characters.forEach((character, i) => glyphs.set(Number.parseInt(first!, 16) + i, character))
    }
    maps.set(name!, glyphs)
  }
  return maps
}

function lines(stream: string, fonts: Map<string, Glyphs>): { text: string[]; artifacts: string[] } {
  const found = { text: [] as string[], artifacts: [] as string[] }
  let glyphs: Glyphs = new Map()
  let artifact = false
  for (const [token, opened, font, shown] of stream.matchAll(
    /\/(\w+) <<[^>]*>> BDC|\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*>|[^\]])*)\] TJ/g,
  )) {
    if (token.endsWith('BDC')) artifact = opened === 'Artifact'
    else if (font) glyphs = fonts.get(font) ?? new Map()
    else if (shown) {
      const hex = [...shown.matchAll(/<([0-9a-f]*)>/g)].map(([, part]) => part).join('')
      const text = (hex.match(/.{4}/g) ?? [])
        .map((glyph) => glyphs.get(Number.parseInt(glyph, 16)) ?? '\ufffd')
        .join('')
      found[artifact ? 'artifacts' : 'text'].push(text.replaceAll('\u00a0', ' '))
    }
  }
  return found
}
