// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  browserSupportsWebAuthn,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
} from '@simplewebauthn/browser'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import type { Account, NewPasskey } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'

type Passkey = Account['passkeys'][number]

/** The passkeys of the account, one card each; a new one is made here. */
export function Passkeys(props: { account: Account }) {
  const { words } = useLanguage()
  const text = words.account
  const [removing, setRemoving] = useState<Passkey>()
  const queries = useQueryClient()
  const toast = useToast()
  const remove = useMutation({
    mutationFn: (id: string) => ask(api.DELETE('/api/v1/account/passkeys/{id}', { params: { path: { id } } })),
    onSuccess: (account) => {
      queries.setQueryData(['account'], account)
      setRemoving(undefined)
      toast({ text: text.removed })
    },
  })
  return (
    <>
      <h2>{text.passkeys}</h2>
      <p>{text.passkeysText}</p>
      {props.account.passkeys.length === 0 && <p>{text.noPasskeys}</p>}
      {props.account.passkeys.map((passkey) => (
        <OnePasskey key={passkey.id} passkey={passkey} onRemove={() => setRemoving(passkey)} />
      ))}
      <Card level={3} title={text.addPasskey}>
        <AddPasskey />
      </Card>
      <Dialog
        open={removing !== undefined}
        title={removing ? text.removeTitle(removing.name) : ''}
        onClose={() => {
          setRemoving(undefined)
          remove.reset()
        }}
      >
        <p>{text.removeText}</p>
        {remove.error && <ProblemAlert error={remove.error} />}
        <div className="sf-actions">
          <Button look="danger" pending={remove.isPending} onClick={() => removing && remove.mutate(removing.id)}>
            {text.remove}
          </Button>
          <Button look="outline-primary" onClick={() => setRemoving(undefined)}>
            {text.keep}
          </Button>
        </div>
      </Dialog>
    </>
  )
}

function OnePasskey(props: { passkey: Passkey; onRemove: () => void }) {
  const { language, words } = useLanguage()
  const text = words.account
  const { passkey } = props
  const [name, setName] = useState<string>()
  const queries = useQueryClient()
  const toast = useToast()
  const rename = useMutation({
    mutationFn: (wanted: string) =>
      ask(api.PATCH('/api/v1/account/passkeys/{id}', { params: { path: { id: passkey.id } }, body: { name: wanted } })),
    onSuccess: (account) => {
      queries.setQueryData(['account'], account)
      setName(undefined)
      toast({ text: text.renamed })
    },
  })
  return (
    <Card
      level={3}
      title={passkey.name}
      aside={passkey.suspended ? undefined : passkey.synced && <Badge tone="neutral">{text.synced}</Badge>}
    >
      {passkey.suspended && <Alert tone="danger" title={text.suspended} />}
      <Facts
        facts={[
          [text.passkeyMade, dayAndTime(language, passkey.createdAt)],
          [text.passkeyUsed, passkey.lastUsedAt ? dayAndTime(language, passkey.lastUsedAt) : text.never],
        ]}
      />
      {name !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            rename.mutate(name.trim())
          }}
        >
          {rename.error && <ProblemAlert error={rename.error} />}
          <Field id={`name-${passkey.id}`} label={text.passkeyName} value={name} onChange={setName} maxLength={60} />
          <Button type="submit" pending={rename.isPending} pendingText={text.saving}>
            {text.save}
          </Button>
        </form>
      )}
      <div className="sf-actions">
        {name === undefined && (
          <Button look="outline-primary" onClick={() => setName(passkey.name)}>
            {text.rename}
            <span className="visually-hidden">: {passkey.name}</span>
          </Button>
        )}
        <Button look="outline-danger" onClick={props.onRemove}>
          {text.remove}
          <span className="visually-hidden">: {passkey.name}</span>
        </Button>
      </div>
    </Card>
  )
}

function AddPasskey() {
  const { words } = useLanguage()
  const text = words.account
  const [name, setName] = useState('')
  const queries = useQueryClient()
  const toast = useToast()
  const add = useMutation({
    mutationFn: async () => {
      const options = await ask(api.POST('/api/v1/account/passkeys/options'))
      const credential = await startRegistration({
        optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON, // made by the WebAuthn library
      })
      const body = { name: name.trim(), credential } as NewPasskey // the same JSON by another name
      return ask(api.POST('/api/v1/account/passkeys', { body }))
    },
    onSuccess: (account) => {
      queries.setQueryData(['account'], account)
      setName('')
      toast({ text: text.passkeyAdded })
    },
  })
  if (!browserSupportsWebAuthn()) return <p>{text.noPasskeySupport}</p>
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim()) add.mutate()
        else document.getElementById('passkeyName')?.focus()
      }}
    >
      {add.error instanceof Problem && <ProblemAlert error={add.error} />}
      {add.error && !(add.error instanceof Problem) && <Alert tone="warning" live title={text.passkeyNot} />}
      <Field
        id="passkeyName"
        label={text.passkeyName}
        hint={text.passkeyNameHint}
        value={name}
        onChange={setName}
        autoComplete="off"
        maxLength={60}
      />
      <Button type="submit" look="outline-primary" pending={add.isPending} pendingText={text.adding}>
        {text.addPasskey}
      </Button>
    </form>
  )
}
