// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type FormEvent } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import type { PartnerClient } from '../app/contract.ts'
import { shortDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Table } from '../ui/table.tsx'
import { Confirm } from './confirm.tsx'
import { download, makeKey } from './keys.ts'
import { useChange } from './queries.ts'
import { fileOf, isPrivateKey } from './register.tsx'
import { usePartnerWords } from './words.ts'

type Key = PartnerClient['keys'][number]

/** The keys of a system, two at most, so that one can be replaced without a pause. */
export function Keys(props: { client: PartnerClient; own: boolean }) {
  const { language } = useLanguage()
  const text = usePartnerWords().keys
  const { id, keys, jwksUri } = props.client
  const [leaving, setLeaving] = useState<string>()
  const remove = useChange(
    (kid: string) => ask(api.DELETE('/api/v1/partner-clients/{id}/keys/{kid}', { params: { path: { id, kid } } })),
    (kid) => `${text.remove}: ${kid}`,
  )
  const mayRemove = props.own && (keys.length > 1 || jwksUri !== null)
  return (
    <Card title={text.title}>
      {props.own && <p>{text.text}</p>}
      {jwksUri && (
        <p>
          {text.address}: <code>{jwksUri}</code>
        </p>
      )}
      {keys.length > 0 && (
        <Table
          caption={text.caption}
          rows={keys}
          id={(key) => key.kid}
          columns={[
            { title: text.id, cell: (key: Key) => <code>{key.kid}</code> },
            { title: text.kind, cell: (key: Key) => key.kind },
            { title: text.added, cell: (key: Key) => shortDay(language, key.addedAt) },
            {
              title: text.used,
              cell: (key: Key) => (key.lastUsedAt ? shortDay(language, key.lastUsedAt) : text.never),
            },
            ...(mayRemove
              ? [
                  {
                    title: text.remove,
                    cell: (key: Key) => (
                      <Button look="link" onClick={() => setLeaving(key.kid)}>
                        {text.remove}
                        <span className="visually-hidden"> {text.removeOf(key.kid)}</span>
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {props.own && keys.length < 2 && <AddKey client={props.client} />}
      <Confirm
        open={leaving !== undefined}
        title={text.removeTitle}
        text={text.removeText}
        yes={text.removeYes}
        no={text.removeNo}
        pending={remove.isPending}
        error={remove.error}
        onYes={() => leaving !== undefined && remove.mutate(leaving, { onSuccess: () => setLeaving(undefined) })}
        onNo={() => setLeaving(undefined)}
      />
    </Card>
  )
}

/** A new key made here, or one that the partner has already. */
function AddKey(props: { client: PartnerClient }) {
  const words = usePartnerWords()
  const text = words.keys
  const { id, name } = props.client
  const [pasted, setPasted] = useState('')
  const [wrong, setWrong] = useState<string>()
  const add = useChange(
    async (key: string | undefined) => {
      const made = key === undefined ? await makeKey() : undefined
      const body = { key: made?.publicJwk ?? key ?? '' }
      const client = await ask(api.POST('/api/v1/partner-clients/{id}/keys', { params: { path: { id } }, body }))
      if (made) download(fileOf(name), made.privatePem)
      return client
    },
    (key) => (key === undefined ? text.justAdded(fileOf(name)) : words.form.done),
  )
  const refused = add.error instanceof Problem && add.error.members['field'] === 'key' ? add.error : undefined
  function submit(event: FormEvent) {
    event.preventDefault()
    const problem = isPrivateKey(pasted) ? words.form.wrong.private : undefined
    setWrong(problem ?? (pasted.trim() ? undefined : words.form.wrong.publicKey))
    if (!problem && pasted.trim()) add.mutate(pasted.trim(), { onSuccess: () => setPasted('') })
  }
  return (
    <>
      {add.error && !refused && <ProblemAlert error={add.error} />}
      <p>
        <Button
          look="outline-primary"
          pending={add.isPending}
          pendingText={text.adding}
          onClick={() => add.mutate(undefined)}
        >
          {text.add}
        </Button>
      </p>
      <details className="sf-details">
        <summary>{text.paste}</summary>
        <form onSubmit={submit} noValidate>
          <Field
            id="another-key"
            label={words.form.publicKey}
            rows={6}
            maxLength={8000}
            value={pasted}
            onChange={setPasted}
            error={wrong ?? (refused && [refused.title, refused.detail].filter(Boolean).join(' '))}
          />
          <Button type="submit" look="outline-primary" pending={add.isPending}>
            {text.pasteSend}
          </Button>
        </form>
      </details>
    </>
  )
}
