// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Problem } from '../app/api.ts'
import type { PartnerClient } from '../app/contract.ts'
import { Alert } from '../ui/alert.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { FieldError, RadioGroup } from '../ui/field.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { shellExample } from './example.ts'
import { assertionOf, readPrivateKey } from './keys.ts'
import { fileOf } from './register.tsx'
import { usePartnerWords } from './words.ts'

/** What a trial found: how far it came and what the service said last. */
interface Trial {
  step: 'token' | 'call'
  ok: boolean
  answer: string
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

async function send(address: string, init: RequestInit): Promise<{ ok: boolean; body: Record<string, unknown> }> {
  let answer
  try {
    answer = await fetch(address, { ...init, credentials: 'omit' })
  } catch {
    throw new Problem({ code: 'web/offline' }, 0)
  }
  return { ok: answer.ok, body: (await answer.json()) as Record<string, unknown> }
}

/** A token and one call, both real: the catalogue if it may be read, else the client's own usage. */
async function tryOut(clientId: string, kid: string, tokenEndpoint: string, pem: string): Promise<Trial | undefined> {
  const signer = await readPrivateKey(pem)
  if (!signer) return undefined
  const assertion = await assertionOf(signer, clientId, kid, tokenEndpoint)
  const form = { grant_type: 'client_credentials', client_assertion_type: assertionType, client_assertion: assertion }
  const given = await send(new URL(tokenEndpoint).pathname, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token: token } = given.body
  if (!given.ok || typeof token !== 'string')
    return { step: 'token', ok: false, answer: JSON.stringify(given.body, null, 2) }
  const call = await send('/api/partner/v1/usage', { headers: { authorization: `Bearer ${token}` } })
  const { days: _days, ...shown } = call.body
  return { step: 'call', ok: call.ok, answer: JSON.stringify(shown, null, 2) }
}

/** Tries the real interface with a key that stays in this browser, and shows how to do the same from a command line. */
export function TryIt(props: { client: PartnerClient; tokenEndpoint: string }) {
  const text = usePartnerWords().tryIt
  const { id, keys, name } = props.client
  const [kid, setKid] = useState(keys.at(-1)?.kid ?? '')
  const [file, setFile] = useState<File>()
  const [wrong, setWrong] = useState(false)
  const toast = useToast()
  const trial = useMutation({
    mutationFn: async (pem: File) => tryOut(id, kid, props.tokenEndpoint, await pem.text()),
    onSuccess: (found) => setWrong(!found),
  })
  const example = shellExample({ tokenEndpoint: props.tokenEndpoint, clientId: id, kid, keyFile: fileOf(name) })
  function submit(event: FormEvent) {
    event.preventDefault()
    setWrong(!file)
    if (file) trial.mutate(file)
  }
  const copy = () =>
    void navigator.clipboard.writeText(example).then(
      () => toast({ text: text.copied }),
      () => toast({ text: text.notCopied }),
    )
  return (
    <Card title={text.title}>
      <p>{text.text}</p>
      <form onSubmit={submit} noValidate>
        {keys.length > 1 && (
          <RadioGroup
            name="kid"
            legend={text.kid}
            value={kid}
            onChange={setKid}
            choices={keys.map((key) => ({ value: key.kid, label: <code>{key.kid}</code> }))}
          />
        )}
        <div className="sf-field">
          <label htmlFor="key-file" className="form-label">
            {text.file}
          </label>
          {wrong && <FieldError id="key-file-error">{text.unreadable}</FieldError>}
          <input
            id="key-file"
            type="file"
            accept=".pem,.key"
            className="form-control"
            aria-invalid={wrong || undefined}
            aria-describedby={wrong ? 'key-file-error' : undefined}
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </div>
        <Button type="submit" look="outline-primary" pending={trial.isPending} pendingText={text.running}>
          {text.run}
        </Button>
      </form>
      {trial.error && <ProblemAlert error={trial.error} />}
      {trial.data && (
        <Alert tone={trial.data.ok ? 'success' : 'danger'} live title={trial.data.ok ? text.call : text.failed}>
          <p>{text.answer}:</p>
          <pre className="sf-listing">{trial.data.answer}</pre>
        </Alert>
      )}
      <h3 className="h6">{text.curl}</h3>
      <p>{text.curlText}</p>
      <pre className="sf-listing">{example}</pre>
      <Button look="outline-primary" onClick={copy}>
        {text.copy}
      </Button>
    </Card>
  )
}
