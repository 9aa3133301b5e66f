// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { PartnerCatalogue } from '../app/contract.ts'
import { Button } from '../ui/button.tsx'
import { ErrorSummary } from '../ui/error-summary.tsx'
import { Field, problemOf, RadioGroup, type FieldProblem } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { useToast } from '../ui/toast.tsx'
import { download, makeKey } from './keys.ts'
import { ScopeChoice } from './scope-choice.tsx'
import { usePartnerWords } from './words.ts'
import type { PartnerWords } from './words/it.ts'

type KeyWay = 'generate' | 'paste' | 'address'
interface Wish {
  name: string
  purpose: string
  contact: string
  way: KeyWay
  publicKey: string
  jwksUri: string
  scopes: readonly string[]
  reason: string
}
const empty: Wish = {
  name: '',
  purpose: '',
  contact: '',
  way: 'generate',
  publicKey: '',
  jwksUri: '',
  scopes: ['catalogue:read', 'availability:read'],
  reason: '',
}

/** Whether a pasted text is the private half of a pair, which must not leave the browser. */
export function isPrivateKey(pasted: string): boolean {
  return /PRIVATE KEY/.test(pasted) || /"(?:d|p|k)"\s*:/.test(pasted)
}

function problemsOf(wish: Wish, catalogue: PartnerCatalogue, text: PartnerWords['form']['wrong']): FieldProblem[] {
  const closed = catalogue.scopes.some(({ scope, open }) => !open && wish.scopes.includes(scope))
  const wrong = {
    name: wish.name.trim().length < 3 && text.name,
    purpose: wish.purpose.trim().length < 10 && text.purpose,
    contact: !/^[^@\s]+@[^@\s]+$/.test(wish.contact.trim()) && text.contact,
    publicKey:
      wish.way === 'paste' &&
      ((isPrivateKey(wish.publicKey) && text.private) || (wish.publicKey.trim() === '' && text.publicKey)),
    jwksUri: wish.way === 'address' && !wish.jwksUri.trim().startsWith('https://') && text.jwksUri,
    reason: closed && wish.reason.trim() === '' && text.reason,
  }
  return Object.entries(wrong).flatMap(([field, message]) => (message ? [{ field, message }] : []))
}

/** Registers a system. Keys made here: the private one goes into a file, only the public one is sent. */
export function Register(props: { catalogue: PartnerCatalogue }) {
  const words = usePartnerWords()
  const text = words.form
  const navigate = useNavigate()
  const queries = useQueryClient()
  const toast = useToast()
  const [wish, setWish] = useState(empty)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const set = (change: Partial<Wish>) => setWish((before) => ({ ...before, ...change }))

  const register = useMutation({
    async mutationFn() {
      const made = wish.way === 'generate' ? await makeKey() : undefined
      const key = made?.publicJwk ?? (wish.way === 'paste' ? wish.publicKey.trim() : undefined)
      const client = await ask(
        api.POST('/api/v1/partner-clients', {
          body: {
            name: wish.name.trim(),
            purpose: wish.purpose.trim(),
            contact: wish.contact.trim(),
            ...(key !== undefined && { key }),
            ...(wish.way === 'address' && { jwksUri: wish.jwksUri.trim() }),
            scopes: [...wish.scopes],
            ...(wish.reason.trim() && { reason: wish.reason.trim() }),
          },
        }),
      )
      const file = fileOf(client.name)
      if (made) download(file, made.privatePem)
      return { client, done: made ? words.keys.justAdded(file) : text.done }
    },
    onSuccess({ client, done }) {
      queries.setQueryData(['partner-clients', client.id], client)
      void queries.invalidateQueries({ queryKey: ['partner-clients'], exact: true })
      toast({ text: done })
      void navigate(app.partner(client.id))
    },
    onError(error) {
      if (!(error instanceof Problem)) return
      const field = { key: 'publicKey', jwksUri: 'jwksUri', name: 'name' }[String(error.members['field'])]
      if (field) setProblems([{ field, message: [error.title, error.detail].filter(Boolean).join(' ') }])
    },
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    const found = problemsOf(wish, props.catalogue, text.wrong)
    setProblems(found)
    if (found.length === 0) register.mutate()
  }
  const shown = register.error && problems.length === 0 ? register.error : undefined
  const field = (name: 'name' | 'purpose' | 'contact' | 'publicKey' | 'jwksUri') => ({
    id: name,
    value: wish[name],
    onChange: (value: string) => set({ [name]: value }),
    error: problemOf(problems, name),
  })
  return (
    <Page title={text.title} lead={text.lead} crumbs={[{ to: app.partners, label: words.title }]} narrow>
      <ErrorSummary problems={problems} />
      <form onSubmit={submit} noValidate>
        <Field {...field('name')} label={text.name} hint={text.nameHint} maxLength={100} />
        <Field {...field('purpose')} label={text.purpose} hint={text.purposeHint} rows={3} maxLength={1000} />
        <Field {...field('contact')} label={text.contact} hint={text.contactHint} type="email" maxLength={200} />
        <RadioGroup
          name="way"
          legend={text.key}
          value={wish.way}
          onChange={(way) => set({ way })}
          choices={[
            { value: 'generate', label: text.generate, note: text.generateNote },
            { value: 'paste', label: text.paste, note: text.pasteNote },
            { value: 'address', label: text.address, note: text.addressNote },
          ]}
        />
        {wish.way === 'paste' && <Field {...field('publicKey')} label={text.publicKey} rows={6} maxLength={8000} />}
        {wish.way === 'address' && <Field {...field('jwksUri')} label={text.jwksUri} maxLength={500} />}
        <ScopeChoice
          legend={text.scopes}
          scopes={props.catalogue.scopes}
          chosen={wish.scopes}
          onChange={(scopes) => set({ scopes })}
          reason={wish.reason}
          onReason={(reason) => set({ reason })}
          reasonError={problemOf(problems, 'reason')}
        />
        {/* Beside the button that was pressed: above this long form nobody would see it on a telephone. */}
        {shown && <ProblemAlert error={shown} />}
        <Button type="submit" pending={register.isPending} pendingText={text.sending}>
          {text.send}
        </Button>
      </form>
    </Page>
  )
}

/** A name for the file of a private key that tells whose it is. */
export function fileOf(name: string): string {
  const plain = name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()
    .slice(0, 40)
  return `${plain}-${new Date().toISOString().slice(0, 10)}.pem`
}
