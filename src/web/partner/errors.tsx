// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PartnerClient } from '../app/contract.ts'
import { clock, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Card } from '../ui/card.tsx'
import { Table } from '../ui/table.tsx'
import { usePartnerWords } from './words.ts'

/** What to do about an error: the advice whose code the error's begins with. */
export function adviceFor(code: string | null, advice: Readonly<Record<string, string>>): string {
  const found = Object.keys(advice).find((known) => code?.startsWith(known))
  return (found && advice[found]) ?? advice['other'] ?? ''
}

/** The last errors of a system, each with what to do and the code to give to the help desk. */
export function Errors(props: { errors: PartnerClient['errors'] }) {
  const { language } = useLanguage()
  const text = usePartnerWords().errors
  return (
    <Card title={text.title}>
      {props.errors.length === 0 ? (
        <p>{text.none}</p>
      ) : (
        <Table
          caption={text.caption}
          rows={props.errors}
          id={(error) => error.requestId}
          columns={[
            { title: text.at, cell: (error) => `${shortDay(language, error.at)}, ${clock(language, error.at)}` },
            {
              title: text.call,
              cell: (error) => (
                <code>
                  {error.method} {error.route}
                </code>
              ),
            },
            {
              title: text.what,
              cell: (error) => (
                <>
                  {error.status} <code>{error.code}</code>
                </>
              ),
            },
            { title: text.next, cell: (error) => adviceFor(error.code, text.advice) },
            { title: text.id, cell: (error) => <code>{error.requestId}</code> },
          ]}
        />
      )}
    </Card>
  )
}
