// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string }
const region = process.env.REGION ?? 'campania'

/** The web front end. `scripts/build-web.ts` builds it and writes the public pages as plain HTML. */
export default defineConfig({
  root: at('src/web'),
  publicDir: at('src/web/static'),
  plugins: [react()],
  define: { __VERSION__: JSON.stringify(version) },
  resolve: {
    alias: [
      { find: /^.*\/config\/campania\/web\.json$/, replacement: at(`config/${region}/web.json`) },
      { find: '@titillium', replacement: at('node_modules/bootstrap-italia/dist/fonts/Titillium_Web') },
      { find: 'bootstrap-italia-scss', replacement: at('node_modules/bootstrap-italia/src/scss') },
    ],
  },
  css: {
    preprocessorOptions: {
      scss: { quietDeps: true, silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'] },
    },
  },
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
})
