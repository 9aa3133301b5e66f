// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { app, publicAddresses } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Page } from '../ui/page.tsx'
import { Rating } from '../ui/rating.tsx'
import { Telephone } from '../ui/telephone.tsx'

export function Home() {
  const { language, words } = useLanguage()
  const text = words.site.home
  const cards = [
    { ...text.cards.book, to: publicAddresses.service[language], icon: 'calendar' },
    { ...text.cards.appointments, to: app.appointments, icon: 'exchange-circle' },
    { ...text.cards.pay, to: app.payments, icon: 'card' },
    { ...text.cards.waiting, to: app.waiting, icon: 'clock' },
    { ...text.cards.doctor, to: publicAddresses.doctors[language], icon: 'user' },
    { ...text.cards.vaccination, to: publicAddresses.campaigns[language], icon: 'check-circle' },
  ] as const
  return (
    <Page title={text.title} description={text.description} lead={text.lead}>
      <p className="sf-actions">
        <ButtonLink to={app.book} icon="calendar">
          {text.start}
        </ButtonLink>
      </p>
      <section aria-labelledby="services">
        <h2 id="services">{text.services}</h2>
        <ul className="sf-grid">
          {cards.map((card) => (
            <li key={card.title} className="sf-card">
              <h3 className="h5">
                <Icon name={card.icon} /> {card.title}
              </h3>
              <p>{card.text}</p>
              <Link to={card.to}>{card.action}</Link>
            </li>
          ))}
        </ul>
      </section>
      <div className="sf-grid">
        <section className="sf-card">
          <h2 className="h5">{text.family}</h2>
          <p>{text.familyText}</p>
        </section>
        <section className="sf-card">
          <h2 className="h5">{text.helpTitle}</h2>
          <p>{text.help}</p>
          <p>
            <strong className="sf-phone">
              <Icon name="telephone" />
              <Telephone number={region.bookingCentre.telephone} />
            </strong>
          </p>
          <p>{region.bookingCentre.hours[language]}</p>
          <Link to={publicAddresses.help[language]}>{text.helpLink}</Link>
        </section>
        <section className="sf-card">
          <h2 className="h5">{text.languagesTitle}</h2>
          <p>{text.languages}</p>
        </section>
      </div>
      <Rating about={`${language}/home`} kind="page" />
    </Page>
  )
}
