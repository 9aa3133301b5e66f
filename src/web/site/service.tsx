// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app, publicAddresses } from '../app/addresses.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { Rating } from '../ui/rating.tsx'
import { Table } from '../ui/table.tsx'
import { Telephone } from '../ui/telephone.tsx'

/** Card of the service, with the parts and marks that the national validator looks for (C.SI.1.3). */
export function Service() {
  const { language, words } = useLanguage()
  const text = words.site.service
  const part = text.sections
  const { bookingCentre } = region
  return (
    <Page
      title={text.title}
      description={text.description}
      crumbs={[{ to: publicAddresses.home[language], label: words.nav.home }]}
      narrow
    >
      <span className="visually-hidden" data-element="service-title">
        {text.title}
      </span>
      <p>
        <span data-element="service-status">
          <Badge tone="success">{text.status}</Badge>
        </span>
      </p>
      <p className="lead" data-element="service-description">
        {part.intro}
      </p>
      <p className="sf-actions">
        <span data-element="service-online-access">
          <ButtonLink to={app.book} icon="calendar">
            {text.start}
          </ButtonLink>
        </span>
        <small>{text.startNote}</small>
      </p>

      <h2>{part.whom.title}</h2>
      <div data-element="service-addressed">
        {part.whom.text.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>

      <h2>{part.how.title}</h2>
      <ol data-element="service-how-to">
        {part.how.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>

      <h2>{part.needed.title}</h2>
      <ul data-element="service-needed">
        {part.needed.list.map((thing) => (
          <li key={thing}>{thing}</li>
        ))}
      </ul>

      <h2>{part.achieved.title}</h2>
      <div data-element="service-achieved">
        {part.achieved.text.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>

      <h2>{part.times.title}</h2>
      <p data-element="service-calendar-text">{part.times.text}</p>
      <div data-element="service-calendar-list">
        <Table
          caption={part.times.caption}
          rows={part.times.rows}
          id={(row) => row[0]}
          columns={[0, 1, 2].map((at) => ({
            title: part.times.columns[at] ?? '',
            cell: (row: [string, string, string]) => row[at],
          }))}
        />
      </div>
      <p>{part.times.free}</p>

      <h2>{part.cost.title}</h2>
      <p data-element="service-cost">{part.cost.text}</p>

      <h2>{part.access.title}</h2>
      <p>
        <ButtonLink to={app.book} look="outline-primary">
          {text.start}
        </ButtonLink>
      </p>
      <h3 className="h5">{part.desk.title}</h3>
      <p data-element="service-booking-access">
        {part.desk.text(bookingCentre.telephone, bookingCentre.hours[language])}
      </p>

      <h2>{part.contacts.title}</h2>
      <p>
        <Link to={publicAddresses.help[language]} data-element="contacts">
          {words.site.help.title}
        </Link>
        {' · '}
        <Telephone number={bookingCentre.telephone} />
      </p>

      <h2>{part.topics.title}</h2>
      <ul className="sf-topics" data-element="service-topic">
        {part.topics.list.map((topic) => (
          <li key={topic}>{topic}</li>
        ))}
      </ul>
      <p className="form-text">{text.updated(longDay(language, region.updatedOn))}</p>
      <Rating about={`${language}/service`} kind="page" />
    </Page>
  )
}
