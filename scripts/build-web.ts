// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// Builds the web front end into dist/web: hashed files by Vite, the public pages as plain HTML that needs no script,
// the shell of the signed-in area, the service worker, and .br and .gz twins of every text file.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { promisify } from 'node:util'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')

// Started by another program, it ends with it.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()
const out = join(root, 'dist/web')
const ssr = join(root, 'dist/render')

/** What src/web/app/render.tsx exports once built. */
interface Renderer {
  publicAddresses: Record<string, Record<string, string>>
  everyPage(): { page: string; language: string; address: string }[]
  render(address: string, language: string): Promise<{ html: string; head: { title?: string; description?: string } }>
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(join(out, path)), { recursive: true })
  await writeFile(join(out, path), content)
}

type Manifest = Record<string, { file: string; css?: string[]; imports?: string[] }>

/** Draws every public page in every language, the page for unknown addresses and the one without network. */
async function writePages(template: string): Promise<void> {
  const { everyPage, publicAddresses, render } = (await import(pathToFileURL(join(ssr, 'render.js')).href)) as Renderer
  const fill = (html: string, title: string, head: string, language: string) =>
    template
      .replace('<html lang="it">', `<html lang="${language}">`)
      .replace(/<title>.*?<\/title>/, `<title>${escape(title)}</title>`)
      .replace('<!--head-->', head)
      .replace('<!--page-->', html)

  for (const { page, language, address } of everyPage()) {
    const { html, head } = await render(address, language)
    const links = Object.entries(publicAddresses[page] ?? {})
      .map(([other, href]) => `<link rel="alternate" hreflang="${other}" href="${href}" />`)
      .join('')
    const hidden = page === 'components' ? '<meta name="robots" content="noindex" />' : ''
    const description = head.description ? `<meta name="description" content="${escape(head.description)}" />` : ''
    const data = page === 'service' ? governmentService(head.title ?? '', head.description ?? '', language) : ''
    await write(
      join(address, 'index.html'),
      fill(html, head.title ?? '', description + links + hidden + data, language),
    )
  }
  const noIndex = '<meta name="robots" content="noindex" />'
  await write('app.html', fill('', 'Sinfonia', noIndex, 'it'))
  const missing = await render('/404', 'it')
  await write('404.html', fill(missing.html, missing.head.title ?? '', noIndex, 'it'))
}

/** What search engines read about the service (validator rule R.SI.1.1). */
function governmentService(name: string, description: string, language: string): string {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'GovernmentService',
    name,
    description,
    inLanguage: language,
    serviceType: 'Booking of visits and exams',
    audience: { '@type': 'Audience', audienceType: 'Citizens' },
  }
  return `<script type="application/ld+json" data-element="metatag">${JSON.stringify(data)}</script>`
}

async function files(folder = out): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Writes the service worker with the list of files to keep: code, styles, fonts and drawings, never data or pages. */
async function writeServiceWorker(): Promise<void> {
  const manifest = JSON.parse(await readFile(join(out, '.vite/manifest.json'), 'utf8')) as Manifest
  const scripts = Object.values(manifest).flatMap((chunk) => [chunk.file, ...(chunk.css ?? [])])
  const kept = [...new Set(scripts)].filter((file) => /\.(js|css|woff2|svg)$/.test(file)).map((file) => `/${file}`)
  kept.push('/icons/mark.svg', '/offline.html', '/offline.css')
  const source = await readFile(join(root, 'src/web/service-worker.js'), 'utf8')
  const version = createHash('sha256').update(kept.toSorted().join()).update(source).digest('hex').slice(0, 12)
  await write(
    'service-worker.js',
    source.replace("'%version%'", JSON.stringify(version)).replace("['%files%']", JSON.stringify(kept)),
  )
}

async function compress(): Promise<void> {
  const pack = { br: promisify(brotliCompress), gz: promisify(gzip) }
  for (const path of await files()) {
    if (!/\.(html|js|css|svg|json|webmanifest|wasm)$/.test(path) || path.includes('.vite')) continue
    const content = await readFile(path)
    const quality = {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }
    await writeFile(`${path}.br`, await pack.br(content, quality))
    await writeFile(`${path}.gz`, await pack.gz(content, { level: 9 }))
  }
}

await build({ root: join(root, 'src/web'), configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
await build({
  configFile: join(root, 'vite.config.ts'),
  logLevel: 'warn',
  build: { ssr: join(root, 'src/web/app/render.tsx'), outDir: ssr, manifest: false, copyPublicDir: false },
  ssr: { noExternal: true },
})
const template = await readFile(join(out, 'index.html'), 'utf8')
await writePages(template)
await writeServiceWorker()
await compress()
await rm(ssr, { recursive: true, force: true })
const count = (await files()).length
process.stdout.write(`The website is in ${relative(root, out)} (${count} files).\n`)
