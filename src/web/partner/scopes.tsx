// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type FormEvent } from 'react'
import { api, ask } from '../app/api.ts'
import type { PartnerCatalogue, PartnerClient } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card } from '../ui/card.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'
import { Confirm } from './confirm.tsx'
import { useChange } from './queries.ts'
import { ScopeChoice } from './scope-choice.tsx'
import { usePartnerWords } from './words.ts'

type Scope = PartnerClient['scopes'][number]
export const tones = { asked: 'info', granted: 'success', refused: 'danger' } as const

/** What a system may read, what waits, what was refused and why. */
export function Scopes(props: { client: PartnerClient; catalogue: PartnerCatalogue; own: boolean }) {
  const { language } = useLanguage()
  const text = usePartnerWords().scopes
  const { id, scopes } = props.client
  const [leaving, setLeaving] = useState<string>()
  const drop = useChange(
    (scope: string) =>
      ask(api.DELETE('/api/v1/partner-clients/{id}/scopes/{scope}', { params: { path: { id, scope } } })),
    (scope) => `${text.drop}: ${scope}`,
  )
  const nameOf = (scope: string) => props.catalogue.scopes.find((one) => one.scope === scope)?.name[language] ?? scope
  const left = props.catalogue.scopes.filter(
    ({ scope }) => !scopes.some((one) => one.scope === scope && one.state !== 'refused'),
  )
  return (
    <Card title={text.title}>
      {scopes.length > 0 && (
        <Table
          caption={text.caption}
          rows={scopes}
          id={(scope) => scope.scope}
          columns={[
            {
              title: text.scope,
              cell: (scope: Scope) => (
                <>
                  {nameOf(scope.scope)} <code>{scope.scope}</code>
                </>
              ),
            },
            {
              title: text.state,
              cell: (scope: Scope) => <Badge tone={tones[scope.state]}>{text.states[scope.state]}</Badge>,
            },
            { title: text.answer, cell: (scope: Scope) => scope.answer ?? '–' },
            {
              title: text.drop,
              cell: (scope: Scope) => (
                <Button look="link" onClick={() => setLeaving(scope.scope)}>
                  {text.drop}
                  <span className="visually-hidden"> {text.dropOf(scope.scope)}</span>
                </Button>
              ),
            },
          ]}
        />
      )}
      {props.own && left.length > 0 && <AskScopes client={props.client} left={left} />}
      <Confirm
        open={leaving !== undefined}
        title={text.dropTitle}
        text={text.dropText}
        yes={text.dropYes}
        no={text.dropNo}
        pending={drop.isPending}
        error={drop.error}
        onYes={() => leaving !== undefined && drop.mutate(leaving, { onSuccess: () => setLeaving(undefined) })}
        onNo={() => setLeaving(undefined)}
      />
    </Card>
  )
}

function AskScopes(props: { client: PartnerClient; left: PartnerCatalogue['scopes'] }) {
  const words = usePartnerWords()
  const text = words.scopes
  const { id } = props.client
  const [wish, setWish] = useState<{ scopes: readonly string[]; reason: string }>({ scopes: [], reason: '' })
  const [wrong, setWrong] = useState<string>()
  const more = useChange(
    () =>
      ask(
        api.POST('/api/v1/partner-clients/{id}/scopes', {
          params: { path: { id } },
          body: { scopes: [...wish.scopes], ...(wish.reason.trim() && { reason: wish.reason.trim() }) },
        }),
      ),
    () => text.asked,
  )
  function submit(event: FormEvent) {
    event.preventDefault()
    const closed = props.left.some(({ scope, open }) => !open && wish.scopes.includes(scope))
    const problem = closed && !wish.reason.trim() ? words.form.wrong.reason : undefined
    setWrong(problem)
    if (!problem && wish.scopes.length > 0)
      more.mutate(undefined, { onSuccess: () => setWish({ scopes: [], reason: '' }) })
  }
  return (
    <form onSubmit={submit} noValidate>
      {more.error && <ProblemAlert error={more.error} />}
      <ScopeChoice
        legend={text.more}
        scopes={props.left}
        chosen={wish.scopes}
        onChange={(scopes) => setWish((before) => ({ ...before, scopes }))}
        reason={wish.reason}
        onReason={(reason) => setWish((before) => ({ ...before, reason }))}
        reasonError={wrong}
      />
      <Button type="submit" look="outline-primary" pending={more.isPending} pendingText={text.asking}>
        {text.ask}
      </Button>
    </form>
  )
}
