// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import PDFDocument from 'pdfkit'
import type { Language } from '../../platform/text.ts'
import { barPattern, qrSquares, type Code } from './codes.ts'

/**
 * Paper: a tagged PDF/A-2a written top to bottom (ISO 19005-2 level A; structure as ISO 14289-1 asks).
 * What is drawn through a `Sheet` gets its place in the structure tree; everything decorative is an artifact.
 */

type Document = PDFKit.PDFDocument
type Element = PDFKit.PDFStructureElement

export interface PaperOptions {
  title: string
  language: Language
  /** The administration that issues it: author of the document and first line of every page. */
  issuer: string
  /** Second line of the head: telephone and address of help. */
  help: string
  issuedAt: Date
  /** A code repeated in the foot of every page, e.g. the code of the booking. */
  reference: string
  /** Pages say which of how many they are; not where several papers are printed together. */
  numbered?: boolean
}

export interface TextOptions {
  bold?: boolean
  size?: number
  colour?: string
  /** Language of this text when it differs from that of the document: catalogue names stay Italian. */
  lang?: Language
}

/** A cell or a paragraph: text, with options where it needs some. */
export type Words = string | ({ text: string } & TextOptions)

export interface Sheet {
  /** A heading; the document opens with one of level 1 and skips no level. */
  heading(level: 1 | 2 | 3, words: Words): void
  paragraph(words: Words): void
  list(items: readonly Words[]): void
  /** A two-column table of names (row headers) and values; rows without a value are left out. */
  facts(rows: readonly (readonly [string, Words | undefined])[]): void
  /** A table with a header row. Columns take the given shares of the width. */
  table(heads: readonly string[], rows: readonly (readonly Words[])[], shares: readonly number[]): void
  /** A machine-readable code with its meaning for those who cannot see it, and its content as text below. */
  code(code: Code, alt: string, caption: string): void
  /** A code at the left with text beside it. */
  codeBeside(code: Code, alt: string, caption: string, write: () => void): void
  /** Something nobody should miss: a paragraph in a coloured box. */
  notice(words: Words): void
  gap(points: number): void
  /** Goes on at the top of a new page. */
  page(): void
  /** Whom a letter goes to, where the window of an envelope is. */
  address(lines: readonly string[]): void
}

const require = createRequire(import.meta.url)
/** What reads fonts for pdfkit; it comes without type definitions. */
const { create } = require('fontkit') as { create(bytes: Uint8Array): object }
const fontFolder = join(dirname(require.resolve('bootstrap-italia/package.json')), 'dist/fonts/Titillium_Web')
const font = (weight: string) =>
  create(readFileSync(join(fontFolder, `titillium-web-v10-latin-ext_latin-${weight}.ttf`)))
/** Read once: pdfkit takes them as they are, and each document only picks the signs it needs. */
const fonts = { plain: font('regular'), bold: font('600') }

const page = { width: 595.28, height: 841.89, margin: 48, head: 84, foot: 58 }
const width = page.width - 2 * page.margin
const colours = { text: '#17324d', accent: '#0055b3', line: '#b1b8c1', tint: '#eaf2fb', soft: '#455b71' }
const sizes = { 1: 21, 2: 14, 3: 11.5, body: 10.5 } as const

const words = {
  it: { page: (n: number, of: number) => `Pagina ${n} di ${of}` },
  en: { page: (n: number, of: number) => `Page ${n} of ${of}` },
} as const

/** What pdfkit takes for a figure; its type definitions do not know the box yet. */
interface FigureOptions {
  alt: string
  bbox: [number, number, number, number]
}

interface FontWithGlyphs {
  _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } }
}

/** Writes one document and gives its bytes. The same options and content always give the same bytes. */
export function paper(options: PaperOptions, write: (sheet: Sheet) => void): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: page.head, bottom: page.foot, left: page.margin, right: page.margin },
    pdfVersion: '1.7',
    subset: 'PDF/A-2a',
    tagged: true,
    lang: options.language === 'it' ? 'it-IT' : 'en-GB',
    displayTitle: true,
    bufferPages: true,
    font: null as unknown as string, // none but those registered below
    info: {
      Title: unmarked(options.title, options.language),
      Author: unmarked(options.issuer, options.language),
      Creator: 'Sinfonia',
      Producer: 'Sinfonia',
      CreationDate: options.issuedAt,
    },
  })
  doc.registerFont('plain', fonts.plain as Buffer)
  doc.registerFont('bold', fonts.bold as Buffer)
  const chunks: Buffer[] = []
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
  const root = doc.struct('Document')
  doc.addStructure(root)
  write(sheetOn(doc, root, options.language))
  root.end()
  frame(doc, options)
  doc.end()
  return done
}

/** Text for the metadata without the signs of markup: pdfkit writes them into the XMP as they are, which would break it. */
function unmarked(text: string, language: Language): string {
  return text
    .replaceAll('&', language === 'it' ? 'e' : 'and')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
}

/** Draws something that assistive technology must skip. */
function artifact(doc: Document, draw: () => void, kind: 'Layout' | 'Pagination' = 'Layout'): void {
  doc.markContent('Artifact', { type: kind })
  draw()
  doc.endMarkedContent()
}

/** Head and foot of every page, once all pages are known. */
function frame(doc: Document, options: PaperOptions): void {
  const { start, count } = doc.bufferedPageRange()
  for (let i = start; i < start + count; i += 1) {
    doc.switchToPage(i)
    doc.page.margins.bottom = 0 // or text in the foot would open a new page
    artifact(
      doc,
      () => {
        const line = { width, lineBreak: false, ellipsis: true }
        doc.rect(0, 0, page.width, 6).fill(colours.accent)
        doc
          .font('bold')
          .fontSize(12)
          .fillColor(colours.text)
          .text(printable(doc, options.issuer), page.margin, 26, line)
        doc.font('plain').fontSize(9).fillColor(colours.soft).text(printable(doc, options.help), page.margin, 43, line)
        doc
          .moveTo(page.margin, 62)
          .lineTo(page.width - page.margin, 62)
          .lineWidth(0.8)
          .stroke(colours.line)
        const y = page.height - 40
        doc
          .moveTo(page.margin, y - 8)
          .lineTo(page.width - page.margin, y - 8)
          .lineWidth(0.5)
          .stroke(colours.line)
        doc.fontSize(8.5).fillColor(colours.soft).text(options.reference, page.margin, y, { lineBreak: false })
        if (options.numbered === false) return
        const number = words[options.language].page(i - start + 1, count)
        doc.text(number, page.width - page.margin - doc.widthOfString(number), y, { lineBreak: false })
      },
      'Pagination',
    )
  }
}

/** The text with each character the font cannot draw replaced by its base letter, or by `?`: PDF/A forbids missing glyphs. */
function printable(doc: Document, text: string): string {
  const { font: glyphs } = (doc as unknown as FontWithGlyphs)._font // not in the type definitions; a test covers it
  const has = (character: string) => glyphs.hasGlyphForCodePoint(character.codePointAt(0)!)
  return Array.from(text.normalize('NFC').replaceAll(/[\t\r]/g, ' '))
    .map((character) => {
      if (character === '\n' || has(character)) return character
      if (/\s/.test(character)) return ' '
      const [base = '?'] = character.normalize('NFKD')
      return base !== character && has(base) ? base : '?'
    })
    .join('')
}

function sheetOn(doc: Document, root: Element, language: Language): Sheet {
  let left = page.margin
  let room = width

  const bottom = () => page.height - page.foot
  const read = (given: Words) => (typeof given === 'string' ? { text: given } : given)

  function use({ bold, size, colour }: TextOptions): void {
    doc
      .font(bold ? 'bold' : 'plain')
      .fontSize(size ?? sizes.body)
      .fillColor(colour ?? colours.text)
  }
  function heightOf(given: Words, inside: number): number {
    const { text, ...style } = read(given)
    use(style)
    return doc.heightOfString(printable(doc, text), { width: inside, lineGap: -1 })
  }
  /** Opens a new page when this much does not fit on the present one. */
  function need(height: number): void {
    if (doc.y + height > bottom() && doc.y > page.head + 1) doc.addPage()
  }
  function say(parent: Element, tag: string, given: Words, x: number, y: number, inside: number, scope?: string): void {
    const { text, ...style } = read(given)
    const lang = style.lang && style.lang !== language ? style.lang : undefined
    const element = doc.struct(tag, { ...(lang && { lang }), ...(scope && { scope }) }, [
      () => {
        use(style)
        doc.text(printable(doc, text), x, y, { width: inside, lineGap: -1 })
      },
    ])
    parent.add(element)
  }
  /** A part of the tree whose children are drawn while it is open. */
  function part(parent: Element, tag: string, fill: (element: Element) => void, options = {}): void {
    const element = doc.struct(tag, options)
    parent.add(element)
    fill(element)
    element.end()
  }
  function rule(y: number): void {
    artifact(doc, () =>
      doc
        .moveTo(left, y)
        .lineTo(left + room, y)
        .lineWidth(0.5)
        .stroke(colours.line),
    )
  }
  function cells(table: Element, tags: readonly string[], row: readonly Words[], widths: readonly number[]): void {
    const pad = 4
    const tallest = Math.max(...row.map((cell, i) => heightOf(cell, widths[i]! - 2 * pad)))
    need(tallest + 2 * pad)
    const top = doc.y
    part(table, 'TR', (tr) => {
      let x = left
      row.forEach((cell, i) => {
        const tag = tags[i]!
        const scope = tag === 'TH' ? (tags.every((t) => t === 'TH') ? 'Column' : 'Row') : undefined
        say(tr, tag, cell, x + pad, top + pad, widths[i]! - 2 * pad, scope)
        x += widths[i]!
      })
    })
    doc.y = top + tallest + 2 * pad
    rule(doc.y)
  }

  function drawCode(code: Code, x: number, y: number): { width: number; height: number } {
    if (code.kind === 'qr') {
      const { squares, size } = qrSquares(code.content)
      const module = code.width / size
      for (const [column, row, length] of squares) {
        doc.rect(x + column * module, y + row * module, length * module, module)
      }
      doc.fill('#000000')
      return { width: code.width, height: code.width }
    }
    const { bars, modules } = barPattern(code.content)
    const module = code.width / modules
    for (const [start, length] of bars) doc.rect(x + start * module, y, length * module, code.height)
    doc.fill('#000000')
    return { width: code.width, height: code.height }
  }
  function figure(code: Code, alt: string, caption: string): void {
    const height = code.kind === 'qr' ? code.width : code.height
    const label: Words = { text: caption, size: 9.5, bold: true }
    need(height + heightOf(label, room) + 6)
    const [x, y] = [left, doc.y]
    const box: FigureOptions = { alt, bbox: [x, y, x + code.width, y + height] }
    root.add(doc.struct('Figure', box, [() => void drawCode(code, x, y)]))
    doc.y = y + height + 3
    say(root, 'P', label, x, doc.y, room)
    doc.y += 4
  }

  const sheet: Sheet = {
    heading(level, given) {
      const style = {
        bold: true,
        size: sizes[level],
        colour: level === 2 ? colours.accent : colours.text,
        ...read(given),
      }
      if (level > 1) doc.y += level === 2 ? 10 : 6
      need(heightOf(style, room) + (level === 1 ? 20 : 60)) // never alone at the foot of a page
      say(root, `H${level}`, style, left, doc.y, room)
      doc.y += level === 1 ? 6 : 3
    },
    paragraph(given) {
      need(Math.min(heightOf(given, room), 200))
      say(root, 'P', given, left, doc.y, room)
      doc.y += 4
    },
    list(items) {
      part(root, 'L', (list) => {
        for (const item of items) {
          need(Math.min(heightOf(item, room - 14), 200))
          const top = doc.y
          part(list, 'LI', (entry) => {
            say(entry, 'Lbl', '•', left + 3, top, 10)
            say(entry, 'LBody', item, left + 14, top, room - 14)
          })
          doc.y += 2
        }
      })
      doc.y += 3
    },
    facts(rows) {
      const given = rows.filter((row): row is readonly [string, Words] => row[1] !== undefined)
      if (given.length === 0) return
      const first = Math.min(150, room * 0.4)
      rule(doc.y)
      part(root, 'Table', (table) => {
        for (const [name, value] of given) {
          cells(table, ['TH', 'TD'], [{ text: name, colour: colours.soft }, value], [first, room - first])
        }
      })
      doc.y += 6
    },
    table(heads, rows, shares) {
      const total = shares.reduce((sum, share) => sum + share, 0)
      const widths = shares.map((share) => (room * share) / total)
      const title = (text: string): Words => ({ text, bold: true, size: 9.5 })
      part(root, 'Table', (table) => {
        cells(
          table,
          heads.map(() => 'TH'),
          heads.map(title),
          widths,
        )
        for (const row of rows)
          cells(
            table,
            row.map(() => 'TD'),
            row,
            widths,
          )
      })
      doc.y += 6
    },
    code: figure,
    codeBeside(code, alt, caption, write) {
      need(code.width + 30)
      const startPage = doc.page
      const top = doc.y
      const [oldLeft, oldRoom] = [left, room]
      room = code.width
      figure(code, alt, caption)
      const low = doc.y
      left = oldLeft + code.width + 20
      room = oldRoom - code.width - 20
      doc.y = top
      write()
      if (doc.page === startPage) doc.y = Math.max(doc.y, low)
      left = oldLeft
      room = oldRoom
    },
    notice(given) {
      const pad = 9
      const height = heightOf(given, room - 2 * pad - 4) + 2 * pad
      need(height)
      const top = doc.y + 2
      artifact(doc, () => {
        doc.rect(left, top, room, height).fill(colours.tint)
        doc.rect(left, top, 4, height).fill(colours.accent)
      })
      say(root, 'P', given, left + pad + 4, top + pad, room - 2 * pad - 4)
      doc.y = top + height + 6
    },
    gap(points) {
      doc.y += points
    },
    page() {
      doc.addPage()
    },
    address(lines) {
      const half = room / 2
      say(root, 'P', { text: lines.join('\n'), size: 11.5 }, left + half, doc.y + 40, half)
      doc.y += 48
    },
  }
  return sheet
}
