// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { publicAddresses } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { Page } from '../ui/page.tsx'
import { Rating } from '../ui/rating.tsx'

export function Questions() {
  const { language, words } = useLanguage()
  const text = words.site.questions
  return (
    <Page
      title={text.title}
      description={text.description}
      lead={text.lead}
      crumbs={[{ to: publicAddresses.home[language], label: words.nav.home }]}
      narrow
    >
      {text.groups.map((group) => (
        <section key={group.title}>
          <h2>{group.title}</h2>
          {group.list.map((item) => (
            <details key={item.q} className="sf-details">
              <summary>{item.q}</summary>
              <p>{item.a}</p>
            </details>
          ))}
        </section>
      ))}
      <p>
        <Link to={publicAddresses.help[language]}>{words.site.help.title}</Link>
      </p>
      <Rating about={`${language}/questions`} kind="page" />
    </Page>
  )
}
