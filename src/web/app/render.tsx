// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { renderToString } from 'react-dom/server'
import { StaticRouter } from 'react-router'
import { HeadContext, type Head } from '../ui/page.tsx'
import { words as english } from '../words/en.ts'
import { words as italian } from '../words/it.ts'
import { languages, publicAddresses, type Language, type PublicPage } from './addresses.ts'
import { publicPages } from './pages.tsx'
import { newQueryClient, Root } from './root.tsx'

export { languages, publicAddresses, publicPageAt, type Language, type PublicPage } from './addresses.ts'

const words = { it: italian, en: english }

/** Draws the page at one address as HTML, with what belongs in its head. Used by the build only. */
export async function render(address: string, language: Language): Promise<{ html: string; head: Head }> {
  const head: Head = {}
  await Promise.all(Object.values(publicPages).map((page) => page.load()))
  const html = renderToString(
    <HeadContext value={head}>
      <StaticRouter location={address}>
        <Root language={language} words={words[language]} queries={newQueryClient()} />
      </StaticRouter>
    </HeadContext>,
  )
  return { html, head }
}

/** Every public page in every language. */
export function everyPage(): { page: PublicPage; language: Language; address: string }[] {
  return (Object.keys(publicAddresses) as PublicPage[]).flatMap((page) =>
    languages.map((language) => ({ page, language, address: publicAddresses[page][language] })),
  )
}
