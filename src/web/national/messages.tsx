// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../app/api.ts'
import type { NationalMessage, NationalMessages } from '../app/contract.ts'
import { clock, dayAndTime, shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge } from '../ui/card.tsx'
import { Select } from '../ui/field.tsx'
import { Table } from '../ui/table.tsx'
import { sources } from './differences.tsx'
import { Answered, Frame, Pages, useFilter, usePageNumber } from './frame.tsx'
import { ReasonDialog } from './reason.tsx'
import { useNationalWords } from './words.ts'

const states = ['applied', 'waiting', 'error', 'set-aside', 'replayed'] as const
const sorts = ['newest', 'oldest'] as const
const tones = { applied: 'success', waiting: 'info', error: 'danger', 'set-aside': 'neutral' } as const

type Action = NationalMessage['actions'][number]

/** Messages that came from national registries, with what became of each and what to do. */
export function MessagesPage() {
  const words = useNationalWords()
  const text = words.messages
  const queries = useQueryClient()
  const [state, chooseState] = useFilter('state', states)
  const [source, chooseSource] = useFilter('source', sources)
  const [sort = 'newest', chooseSort] = useFilter('sort', sorts)
  const [page, turn] = usePageNumber()
  const [asked, setAsked] = useState<{ message: NationalMessage; action: Action }>()
  const filter = { sort, ...(state && { state }), ...(source && { source }) }
  const query = useQuery({
    queryKey: ['national-messages', filter, page],
    queryFn: () => ask(api.GET('/api/v1/office/national-messages', { params: { query: { ...filter, page } } })),
  })
  const act = useMutation({
    mutationFn: ({ id, action, note }: { id: string; action: Action; note: string }) =>
      ask(
        api.POST('/api/v1/office/national-messages/{id}/decision', {
          params: { path: { id } },
          body: { action, note },
        }),
      ),
    onSuccess: async () => {
      setAsked(undefined)
      for (const queryKey of [['national-messages'], ['national-differences']])
        await queries.invalidateQueries({ queryKey })
    },
  })
  return (
    <Frame title={text.title} lead={text.lead}>
      {act.isSuccess && <Alert tone="success" title={text.done} />}
      <Answered query={query}>
        {(found) => (
          <>
            <Feeds feeds={found.feeds} />
            <div className="sf-filter-row">
              <Select
                label={text.state}
                value={state ?? ''}
                onChange={chooseState}
                choices={[
                  { value: '', label: words.all },
                  ...states.map((value) => ({ value, label: text.states[value] })),
                ]}
              />
              <Select
                label={words.source}
                value={source ?? ''}
                onChange={chooseSource}
                choices={[
                  { value: '', label: words.all },
                  ...sources.map((value) => ({ value, label: words.sources[value] })),
                ]}
              />
              <Select
                label={words.sort}
                value={sort}
                onChange={chooseSort}
                choices={sorts.map((value) => ({ value, label: words.sorts[value] }))}
              />
            </div>
            <p role="status">{found.items.length === 0 ? text.none : text.total(found.total)}</p>
            {found.items.length > 0 && (
              <Messages items={found.items} onAct={(message, action) => setAsked({ message, action })} />
            )}
            <Pages page={page} more={found.more} turn={turn} />
            {found.items.length > 0 && (
              <p>
                <a
                  className="btn btn-outline-primary"
                  href={`/api/v1/office/national-messages.csv?${new URLSearchParams(filter).toString()}`}
                  download
                >
                  {words.export}
                </a>
              </p>
            )}
          </>
        )}
      </Answered>
      <ReasonDialog
        open={asked !== undefined}
        title={asked ? text.confirm[asked.action] : ''}
        label={text.reason}
        confirm={asked ? text.actions[asked.action] : ''}
        cancel={text.cancel}
        busy={act.isPending}
        error={act.error}
        onClose={() => setAsked(undefined)}
        onConfirm={(note) => asked && act.mutate({ id: asked.message.id, action: asked.action, note })}
      />
    </Frame>
  )
}

function Feeds({ feeds }: Pick<NationalMessages, 'feeds'>) {
  const words = useNationalWords()
  const { messages: text } = words
  const { language } = useLanguage()
  if (feeds.length === 0) return null
  return (
    <>
      <h2 className="h5">{text.feeds}</h2>
      <ul>
        {feeds.map(({ source, answeredAt, problem }) => (
          <li key={source}>
            {answeredAt
              ? text.read(words.sources[source], dayAndTime(language, answeredAt))
              : text.never(words.sources[source])}
            {problem && <strong> – {text.problems[problem]}</strong>}
          </li>
        ))}
      </ul>
    </>
  )
}

function Messages(props: { items: NationalMessage[]; onAct: (message: NationalMessage, action: Action) => void }) {
  const words = useNationalWords()
  const { messages: text } = words
  const { language } = useLanguage()
  const person = ({ person: of }: NationalMessage) =>
    of ? words.born(`${of.familyName} ${of.givenName}`, shortDay(language, of.birthDate)) : words.empty
  return (
    <Table
      caption={text.title}
      rows={props.items}
      id={(row) => row.id}
      columns={[
        {
          title: text.columns.what,
          cell: (row) => (
            <>
              <strong>{row.kind ? words.kinds[row.kind] : text.unreadable}</strong>
              <br />
              <small>
                {words.sources[row.source]}
                {row.on && `, ${shortDay(language, row.on)}`}
              </small>
            </>
          ),
        },
        {
          title: text.columns.person,
          cell: (row) => (
            <>
              {person(row)}
              {row.person && !row.person.id && <small> ({text.unknown})</small>}
            </>
          ),
        },
        {
          title: text.columns.received,
          cell: (row) => `${shortDay(language, row.receivedAt)}, ${clock(language, row.receivedAt)}`,
        },
        { title: text.columns.fate, cell: (row) => <Fate message={row} /> },
        {
          title: text.columns.action,
          cell: (row) =>
            row.actions.length === 0 ? (
              '–'
            ) : (
              <div className="sf-row-actions">
                {row.actions.map((action) => (
                  <Button key={action} look="outline-primary" onClick={() => props.onAct(row, action)}>
                    {text.actions[action]}
                    <span className="visually-hidden"> {person(row)}</span>
                  </Button>
                ))}
              </div>
            ),
        },
      ]}
    />
  )
}

function Fate({ message }: { message: NationalMessage }) {
  const words = useNationalWords()
  const { messages: text } = words
  const parts = (result: 'written' | 'difference'): string =>
    message.outcome
      .filter((one) => one.result === result)
      .map(({ part }) => words.parts[part as keyof typeof words.parts] ?? part)
      .join(', ')
  const lines = [
    message.problem && message.state === 'error' && text.why[message.problem],
    message.state === 'waiting' && (message.missing === null ? text.waitsForOther : text.waitsFor(message.missing)),
    parts('written') && text.written(parts('written')),
    parts('difference') && text.difference(parts('difference')),
    message.state === 'applied' && message.outcome.length === 0 && text.nothing,
    message.deliveries > 1 && text.replayed(message.deliveries),
    message.note,
  ].filter((line) => typeof line === 'string')
  return (
    <>
      <Badge tone={tones[message.state]}>{text.fates[message.state]}</Badge>
      {lines.map((line) => (
        <div key={line}>
          <small>{line}</small>
        </div>
      ))}
    </>
  )
}
