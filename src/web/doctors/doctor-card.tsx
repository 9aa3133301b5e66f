// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ReactNode } from 'react'
import type { Doctor } from '../app/contract.ts'
import { distance, longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Icon } from '../ui/icon.tsx'
import { Telephone } from '../ui/telephone.tsx'
import { hoursInWords, languageName, listed } from './hours.ts'
import { useDoctorWords } from './words.ts'

const tones = { free: 'success', last: 'warning', full: 'neutral' } as const

/** "Dott.ssa Carla Rossi" */
export function useDoctorName(): (doctor: Pick<Doctor, 'sex' | 'givenName' | 'familyName'>) => string {
  const text = useDoctorWords()
  return ({ sex, givenName, familyName }) => text.named(sex, `${givenName} ${familyName}`)
}

/** Whether there are places, in words: never how many. */
export function AvailabilityBadge({ availability }: Pick<Doctor, 'availability'>) {
  const text = useDoctorWords()
  return <Badge tone={tones[availability]}>{text.availability[availability]}</Badge>
}

function Surgery(props: { surgery: Doctor['surgeries'][number]; away: ReactNode }) {
  const { language } = useLanguage()
  const text = useDoctorWords().doctor
  const { surgery } = props
  return (
    <div className="sf-surgery">
      <p>
        {surgery.address}, {surgery.postcode} {surgery.municipality}
      </p>
      <p className="form-text">
        {props.away}
        {surgery.stepFree ? text.stepFree : text.steps}
      </p>
      {surgery.hours.length === 0 ? (
        <p>{text.noHours}</p>
      ) : (
        <ul className="sf-hours" aria-label={text.hours}>
          {hoursInWords(language, surgery.hours).map(({ days, times }) => (
            <li key={times}>
              {days}: {times}
            </li>
          ))}
        </ul>
      )}
      {surgery.telephone && (
        <p>
          <Telephone number={surgery.telephone} />
        </p>
      )}
    </div>
  )
}

/** Where, when and how a doctor receives. `town` is where distances are measured from. */
export function DoctorFacts(props: {
  doctor: Doctor
  town?: string | undefined
  first?: Parameters<typeof Facts>[0]['facts']
}) {
  const { language } = useLanguage()
  const text = useDoctorWords().doctor
  const { doctor, town } = props
  const { distanceKm, surgeries, languages } = doctor
  const away = distanceKm !== null && town !== undefined && `${text.away(distance(language, distanceKm), town)} · `
  return (
    <Facts
      facts={[
        ...(props.first ?? []),
        ...surgeries.map(
          (surgery, index) =>
            [
              surgeries.length > 1 ? text.surgeryOf(index + 1) : text.surgery,
              <Surgery key={index} surgery={surgery} away={index === 0 && away} />,
            ] as const,
        ),
        [text.visits, text.receives[doctor.receives]],
        languages.length > 1 && [
          text.languages,
          listed(
            language,
            languages.map((code) => languageName(language, code)),
          ),
        ],
        doctor.telephone && [text.telephone, <Telephone key="telephone" number={doctor.telephone} />],
        doctor.email && [
          text.email,
          <a key="email" href={`mailto:${doctor.email}`}>
            {doctor.email}
          </a>,
        ],
      ]}
    />
  )
}

/** A doctor in a list. */
export function DoctorCard(props: { doctor: Doctor; town?: string | undefined; children?: ReactNode }) {
  const { language } = useLanguage()
  const text = useDoctorWords()
  const name = useDoctorName()
  const { doctor } = props
  return (
    <Card level={3} title={name(doctor)} aside={<AvailabilityBadge availability={doctor.availability} />}>
      <p>{text.kind[doctor.kind]}</p>
      {doctor.leavingOn && (
        <p className="sf-not-yet">
          <Icon name="warning-circle" />
          <span>{text.doctor.leaving(longDay(language, doctor.leavingOn))}</span>
        </p>
      )}
      <DoctorFacts doctor={doctor} town={props.town} />
      {props.children}
    </Card>
  )
}
