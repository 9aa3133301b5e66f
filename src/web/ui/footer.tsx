// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Link } from 'react-router'
import { publicAddresses } from '../app/addresses.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Icon } from './icon.tsx'
import { Telephone } from './telephone.tsx'

/** Owner, help (always in the same place: WCAG 3.2.6) and the links the law asks for on every page. */
export function Footer() {
  const { language, words } = useLanguage()
  const at = (page: keyof typeof publicAddresses) => publicAddresses[page][language]
  const { owner, bookingCentre } = region
  return (
    <footer className="it-footer" id="footer" tabIndex={-1}>
      <div className="it-footer-main">
        <div className="container sf-footer-columns">
          <section>
            <h2 className="h5">{owner.name}</h2>
            <address>
              {owner.address}
              <br />
              {words.footer.taxCode} {owner.taxCode}
              <br />
              PEC: <a href={`mailto:${owner.certifiedEmail}`}>{owner.certifiedEmail}</a>
            </address>
          </section>
          <section>
            <h2 className="h5">{words.footer.help}</h2>
            <p className="sf-phone">
              <Icon name="telephone" />
              <Telephone number={bookingCentre.telephone} />
            </p>
            <p>{bookingCentre.hours[language]}</p>
            <ul>
              <li>
                <Link to={at('help')} data-element="contacts">
                  {words.footer.contact}
                </Link>
              </li>
              <li>
                <Link to={at('questions')} data-element="faq">
                  {words.footer.questions}
                </Link>
              </li>
              <li>
                <Link to={at('service')} data-element="appointment-booking">
                  {words.footer.booking}
                </Link>
              </li>
              <li>
                <Link to={at('fault')} data-element="report-inefficiency">
                  {words.footer.fault}
                </Link>
              </li>
            </ul>
          </section>
          <section>
            <h2 className="h5">{words.footer.privacyTitle}</h2>
            <p>
              {words.footer.officer}{' '}
              <a href={`mailto:${region.dataProtectionOfficer}`}>{region.dataProtectionOfficer}</a>
            </p>
            <ul>
              <li>
                <a href={owner.transparency} lang="it">
                  Amministrazione trasparente
                </a>
              </li>
              <li>
                <a href={region.source}>{words.footer.source}</a>
              </li>
              <li>
                <a href="/api-docs">{words.footer.api}</a>
              </li>
            </ul>
          </section>
        </div>
      </div>
      <div className="it-footer-small-prints">
        <ul className="container sf-legal">
          <li>
            <Link to={at('accessibility')} data-element="accessibility-link" lang="it">
              Dichiarazione di accessibilità
            </Link>
          </li>
          <li>
            <Link to={at('privacy')} data-element="privacy-policy-link">
              {words.footer.privacy}
            </Link>
          </li>
          <li>
            <Link to={at('cookies')}>{words.footer.cookies}</Link>
          </li>
          <li>
            <Link to={at('legal')} data-element="legal-notes">
              {words.footer.legal}
            </Link>
          </li>
          <li>
            <Link to={at('map')}>{words.footer.map}</Link>
          </li>
          <li className="sf-version">{words.footer.version(__VERSION__)}</li>
        </ul>
      </div>
    </footer>
  )
}
