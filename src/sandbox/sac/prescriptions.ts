// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pool } from 'pg'
import type { Demo, DemoPerson, DemoPrescription, DemoPrescriptionLine } from '../../shared/demo.ts'
import { holderOf } from './dispensers.ts'
import type { ProcessState } from './states.ts'
import { daysAfter, romeStamp } from './stamps.ts'

/** What the demo file does not need and a prescription of the real system may carry. */
export interface Extras {
  /** P specialist (default), F drugs. */
  kind?: 'P' | 'F'
  /** Time of issue, `HH:MM:SS`. */
  issuedTime?: string
  /** tipoRic: EE, UE, NA, ND, NX, NE or ST. */
  type?: string
  /** Subject insured abroad: the fiscal code is empty. */
  foreign?: { state: string; institution: string; person: string; card: string; birthDate: string; cardExpiry: string }
  /** Fiscal code of the substitute who prescribed for the titular doctor. */
  substitute?: string
  homeVisit?: boolean
  /** indicazionePrescr: S suggested by a specialist, H inpatient. */
  indication?: 'S' | 'H'
  /** testata1: structured pairs such as `PT=1234;` */
  header?: string
  /** Doctor's specialty code and structure. */
  specialty?: string
  structure?: string
  regionalNote?: string
  /** National exemption code, when the regional one differs. */
  nationalExemption?: string
  patientAddress?: string
  /** Delivered outside the national health service: stays in state 5 and every request is answered 5221. */
  outsideSsn?: boolean
}

export type Line = DemoPrescriptionLine & {
  note?: string
  conditions?: { noteNumber?: string; deliverability?: string; appropriateness?: string; pathology?: string }
}
export type Prescribed = Omit<DemoPrescription, 'lines'> & Extras & { lines: Line[] }

/** A prescription as the sandbox keeps it. */
export interface Stored {
  nre: string
  patientCode: string
  state: ProcessState
  holder: string | null
  takenAt: Date | null
  deliveredAt: Date | null
  content: Prescribed
  /** What the dispenser said when closing. */
  delivery: { quotaFissa: string; franchigia: string } | null
  dispenserCode: string | null
}

/** A specialist prescription not taken in charge lapses after 180 days. */
const lifeInDays = 180

export const tables = `
create table if not exists sac_key (name text primary key, private_key text not null, certificate text not null);
create table if not exists sac_prescription (
  nre text primary key,
  patient_code text not null,
  kind text not null check (kind in ('P', 'F')),
  state smallint not null check (state between 1 and 10),
  holder text,
  issued_on date not null,
  taken_at timestamptz,
  delivered_at timestamptz,
  content jsonb not null,
  delivery jsonb,
  dispenser_code text,
  check ((holder is not null) = (state in (5, 6, 7, 8, 9)))
);
create index if not exists sac_prescription_of_patient on sac_prescription (patient_code);
create index if not exists sac_prescription_of_holder on sac_prescription (holder, taken_at) where holder is not null;
`

const columns = `nre, patient_code as "patientCode", state, holder, taken_at as "takenAt", delivered_at as "deliveredAt",
  content, delivery, dispenser_code as "dispenserCode"`

/** 30 digits that begin with day and time, as the SAC proves an accepted operation. */
export function authenticationCode(now: Date): string {
  const [, year, month, day, hour, minute] = /(\d+)-(\d+)-(\d+) (\d+):(\d+)/.exec(romeStamp(now))!
  const tail = Array.from({ length: 18 }, () => Math.floor(Math.random() * 10)).join('')
  return `${day}${month}${year}${hour}${minute}${tail}`
}

export type Store = ReturnType<typeof createStore>

/** The prescriptions of the sandbox: every change is one statement, so that two dispensers can race for one. */
export function createStore(sql: Pool, now: () => Date) {
  const today = () => romeStamp(now()).slice(0, 10)

  async function one(text: string, values: unknown[]): Promise<Stored | undefined> {
    const { rows } = await sql.query<Stored>(text, values)
    return rows[0]
  }

  return {
    /** Keeps a prescription that a doctor sent; an NRE that is already used changes nothing and answers false. */
    async add(prescribed: Prescribed): Promise<boolean> {
      const { state, takenBy, kind = 'P' } = prescribed
      const held = state >= 5 && state <= 9
      const holder = held
        ? holderOf({ region: '150', asl: takenBy?.aslCode ?? '201', ssa: takenBy?.providerCode ?? '' })
        : null
      const { rowCount } = await sql.query(
        `insert into sac_prescription (nre, patient_code, kind, state, holder, issued_on, taken_at, delivered_at, content)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (nre) do nothing`,
        [
          prescribed.nre,
          prescribed.fiscalCode,
          kind,
          state,
          holder,
          prescribed.issuedOn,
          held ? now() : null,
          state === 8 ? now() : null,
          JSON.stringify(prescribed),
        ],
      )
      return rowCount === 1
    },

    find: (nre: string) => one(`select ${columns} from sac_prescription where nre = $1`, [nre]),

    /** Takes the exclusive lock, or finds it already ours; undefined when the prescription is not to be had. */
    take: (nre: string, patientCode: string, holder: string) =>
      one(
        `update sac_prescription
         set state = case when state = 3 then 5 else state end, holder = $3,
             taken_at = case when state = 3 then $4::timestamptz else taken_at end
         where nre = $1 and patient_code = $2 and not coalesce((content->>'outsideSsn')::boolean, false)
           and (state in (5, 9) and holder = $3 or state = 3 and issued_on >= $5::date)
         returning ${columns}`,
        [nre, patientCode, holder, now(), daysAfter(today(), -lifeInDays)],
      ),

    release: (nre: string, patientCode: string, holder: string) =>
      one(
        `update sac_prescription set state = 3, holder = null, taken_at = null, delivered_at = null, dispenser_code = null
         where nre = $1 and patient_code = $2 and holder = $3 and state in (5, 6, 9)
           and not coalesce((content->>'outsideSsn')::boolean, false)
         returning ${columns}`,
        [nre, patientCode, holder],
      ),

    deliver: (nre: string, patientCode: string, holder: string, delivery: object) =>
      one(
        `update sac_prescription set state = 8, delivered_at = $4, delivery = $5, dispenser_code = $6
         where nre = $1 and patient_code = $2 and holder = $3 and state in (5, 6, 9)
         returning ${columns}`,
        [nre, patientCode, holder, now(), JSON.stringify(delivery), authenticationCode(now())],
      ),

    reopen: (nre: string, patientCode: string, holder: string) =>
      one(
        `update sac_prescription set state = 9, delivered_at = null
         where nre = $1 and patient_code = $2 and holder = $3 and state = 8 returning ${columns}`,
        [nre, patientCode, holder],
      ),

    /** The doctor withdraws it: possible only while nobody has taken it. */
    withdraw: (nre: string) =>
      one(`update sac_prescription set state = 4 where nre = $1 and state = 3 returning ${columns}`, [nre]),

    /** Another provider takes it, by the door of the sandbox page and of injected races. */
    takeElsewhere: (nre: string, holder: string) =>
      one(
        `update sac_prescription set state = 5, holder = $2, taken_at = $3 where nre = $1 and state = 3 returning ${columns}`,
        [nre, holder, now()],
      ),

    /** The SAC marks as expired what nobody took in time. */
    expire: (nre: string) =>
      one(
        `update sac_prescription set state = 10 where nre = $1 and state = 3 and issued_on < $2::date returning ${columns}`,
        [nre, daysAfter(today(), -lifeInDays)],
      ),

    /** Prescriptions a dispenser took or delivered between two days, both included. */
    async list(holder: string, kind: 'P' | 'E', from: string, to: string, state: number | null): Promise<Stored[]> {
      const at = kind === 'P' ? 'taken_at' : 'delivered_at'
      const { rows } = await sql.query<Stored>(
        `select ${columns} from sac_prescription
         where holder = $1 and (${at} at time zone 'Europe/Rome')::date between $2 and $3 and ($4::int is null or state = $4)
         order by ${at}, nre limit 1000`,
        [holder, from, to, state],
      )
      return rows
    },

    async ofPeople(codes: readonly string[]): Promise<Stored[]> {
      const { rows } = await sql.query<Stored>(
        `select ${columns} from sac_prescription where patient_code = any($1) order by patient_code, state, issued_on desc, nre`,
        [codes],
      )
      return rows
    },
  }
}

/** Reads the demo region's hand-out and keeps what is new in it; asked again, it reads only a file that changed. */
export function createSeed(store: Store, dataDir: string) {
  const file = join(dataDir, 'demo.json')
  let seen = 0
  let people: readonly DemoPerson[] = []
  return async (): Promise<readonly DemoPerson[]> => {
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (!found || found.mtimeMs === seen) return people
    const demo = JSON.parse(await readFile(file, 'utf8')) as Demo // written by the generator of the demo region
    for (const prescription of demo.prescriptions) await store.add(prescription)
    people = demo.people
    seen = found.mtimeMs
    return people
  }
}
