// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask, Problem } from '../app/api.ts'
import type { LetterBatch } from '../app/contract.ts'
import { dayAndTime } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Button, FileLink } from '../ui/button.tsx'
import { Badge, Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ProfessionalPage } from '../ui/professional-page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { useOfficeWords } from './words.ts'

/** Letters to people whom no other way reaches: made into files, printed, posted. */
export function OfficeLetters() {
  const text = useOfficeWords().letters
  return (
    <ProfessionalPage title={text.title} lead={text.lead}>
      <Letters />
    </ProfessionalPage>
  )
}

/** While files are being made the figures are asked for again and again. */
const everyMs = 2_000

function Letters() {
  const words = useOfficeWords()
  const text = words.letters
  const queries = useQueryClient()
  const toast = useToast()
  const letters = useQuery({
    queryKey: ['letters'],
    queryFn: () => ask(api.GET('/api/v1/office/letters')),
    refetchInterval: ({ state }) =>
      state.data?.batches.some(({ printed, letters: all }) => printed < all) ? everyMs : false,
  })
  const make = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/office/letter-batches')),
    onSuccess: async () => {
      toast({ text: text.made })
      await queries.invalidateQueries({ queryKey: ['letters'] })
    },
  })
  if (letters.error instanceof Problem && letters.error.code === 'access/role-required')
    return (
      <Alert tone="warning" title={words.wrongRole.title}>
        <p>{words.wrongRole.next}</p>
      </Alert>
    )
  if (letters.error) return <ProblemAlert error={letters.error} onRetry={() => void letters.refetch()} />
  if (!letters.data) return <Skeleton lines={5} />
  const { waiting, batches } = letters.data
  return (
    <>
      <p role="status">
        <strong>{text.waiting(waiting)}</strong>
      </p>
      {make.error && <ProblemAlert error={make.error} />}
      {waiting > 0 && (
        <Button pending={make.isPending} onClick={() => make.mutate()}>
          {text.make}
        </Button>
      )}
      <h2>{text.batches}</h2>
      {batches.length === 0 && <p>{text.none}</p>}
      {batches.map((batch) => (
        <Batch key={batch.id} batch={batch} />
      ))}
    </>
  )
}

function Batch({ batch }: { batch: LetterBatch }) {
  const { language } = useLanguage()
  const text = useOfficeWords().letters
  const [asking, setAsking] = useState(false)
  const { printed, letters, files, postedAt } = batch
  const ready = printed === letters
  const state = postedAt ? 'posted' : ready ? 'ready' : 'making'
  const tones = { posted: 'neutral', ready: 'success', making: 'warning' } as const
  const made = dayAndTime(language, batch.madeAt)
  return (
    <Card level={3} title={text.batch(made)} aside={<Badge tone={tones[state]}>{text.states[state]}</Badge>}>
      <Facts
        facts={[
          [
            text.progress,
            <>
              <progress className="sf-meter" max={letters} value={printed} aria-label={text.progress} />{' '}
              {text.done(printed, letters)}
            </>,
          ],
          postedAt !== null && [text.posted, dayAndTime(language, postedAt)],
        ]}
      />
      {files.length > 0 && (
        <ul className="sf-actions list-unstyled" aria-label={text.files}>
          {files.map((file) => (
            <li key={file.number}>
              <FileLink href={`/api/v1/office/letter-batches/${batch.id}/files/${file.number}`}>
                {text.file(file.number, file.letters)}
              </FileLink>
            </li>
          ))}
        </ul>
      )}
      {state === 'ready' && (
        <Button look="outline-primary" onClick={() => setAsking(true)}>
          {text.post} <span className="visually-hidden">({text.batch(made)})</span>
        </Button>
      )}
      <Dialog open={asking} title={text.post} onClose={() => setAsking(false)}>
        <Post id={batch.id} onClose={() => setAsking(false)} />
      </Dialog>
    </Card>
  )
}

function Post({ id, onClose }: { id: string; onClose: () => void }) {
  const words = useOfficeWords()
  const queries = useQueryClient()
  const toast = useToast()
  const post = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/office/letter-batches/{id}/posted', { params: { path: { id } } })),
    onSuccess: async () => {
      toast({ text: words.letters.noted })
      await queries.invalidateQueries({ queryKey: ['letters'] })
      onClose()
    },
  })
  return (
    <>
      <p>{words.letters.postAsk}</p>
      {post.error && <ProblemAlert error={post.error} />}
      <div className="sf-actions">
        <Button pending={post.isPending} onClick={() => post.mutate()}>
          {words.letters.post}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {words.form.cancel}
        </Button>
      </div>
    </>
  )
}
