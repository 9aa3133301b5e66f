// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { app } from '../app/addresses.ts'
import type { Doctor } from '../app/contract.ts'
import { ButtonLink } from '../ui/button.tsx'
import { useDoctorName } from './doctor-card.tsx'
import type { Origin } from './search.tsx'
import { useDoctorWords } from './words.ts'

/** On to the page where a doctor is chosen; who is not signed in signs in on the way. */
export function ChooseLink(props: { doctor: Doctor; origin: Origin }) {
  const text = useDoctorWords().find
  const name = useDoctorName()
  const { doctor, origin } = props
  const full = doctor.availability === 'full'
  return (
    <>
      {full && <p className="form-text">{text.fullNote}</p>}
      <ButtonLink to={app.chooseDoctor(doctor.id)} state={origin} look={full ? 'outline-primary' : 'primary'}>
        {text.choose} <span className="visually-hidden">{name(doctor)}</span>
      </ButtonLink>
    </>
  )
}
