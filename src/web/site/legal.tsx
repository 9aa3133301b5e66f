// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { publicAddresses } from '../app/addresses.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Page } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import type { Part } from '../words/it/legal.ts'

function Parts(props: { parts: readonly Part[] }) {
  return props.parts.map((part) => (
    <section key={part.title}>
      <h2>{part.title}</h2>
      {part.text?.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {part.list && (
        <ul>
          {part.list.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  ))
}

function Updated() {
  const { language, words } = useLanguage()
  return <p className="form-text">{words.site.legal.updated(longDay(language, region.updatedOn))}</p>
}

function useCrumbs() {
  const { language, words } = useLanguage()
  return [{ to: publicAddresses.home[language], label: words.nav.home }]
}

export function Privacy() {
  const { words } = useLanguage()
  const text = words.site.legal.privacy
  return (
    <Page title={text.title} description={text.description} lead={text.lead} crumbs={useCrumbs()} narrow>
      <Parts parts={text.parts(region.owner.name, region.owner.address, region.dataProtectionOfficer)} />
      <Updated />
    </Page>
  )
}

export function Cookies() {
  const { words } = useLanguage()
  const text = words.site.legal.cookies
  return (
    <Page title={text.title} description={text.description} lead={text.lead} crumbs={useCrumbs()} narrow>
      <Table
        caption={text.caption}
        rows={text.rows}
        id={(row) => row[0]}
        columns={[0, 1, 2].map((at) => ({
          title: text.columns[at] ?? '',
          cell: (row: [string, string, string]) => row[at],
        }))}
      />
      <p>{text.none}</p>
      <Updated />
    </Page>
  )
}

export function Accessibility() {
  const { language, words } = useLanguage()
  const text = words.site.legal.accessibility
  return (
    <Page
      title={text.title}
      description={text.description}
      lead={text.lead(region.owner.name)}
      crumbs={useCrumbs()}
      narrow
    >
      <Parts parts={text.parts} />
      <h2>{text.feedbackTitle}</h2>
      <p>{text.feedback}</p>
      <p>
        <Link to={publicAddresses.barrier[language]}>{text.feedbackLink}</Link>
      </p>
      <h2>{text.enforcementTitle}</h2>
      <p>{text.enforcement}</p>
      <Updated />
    </Page>
  )
}

export function Legal() {
  const { words } = useLanguage()
  const text = words.site.legal.notes
  return (
    <Page title={text.title} description={text.description} crumbs={useCrumbs()} narrow>
      <Parts parts={text.parts(region.owner.name)} />
      <ul>
        <li>
          <a href="https://creativecommons.org/licenses/by/4.0/deed.it">{text.contentLicence}</a>
        </li>
        <li>
          <a href="https://www.gnu.org/licenses/agpl-3.0.html">{text.softwareLicence}</a>
        </li>
        <li>
          <a href={region.source}>{text.source}</a>
        </li>
      </ul>
      <p>
        {text.version}: {__VERSION__}
      </p>
      <Updated />
    </Page>
  )
}
