// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SignInAgain } from '../ui/sign-in-again.tsx'
import { publicAddresses } from './addresses.ts'
import { onAnswer } from './api.ts'
import { minutesAndSeconds } from './formats.ts'
import { useLanguage } from './language.tsx'
import { useToast } from '../ui/toast.tsx'
import { fetchSession } from './session.tsx'

const warnSeconds = 120

/** Two minutes before the idle session ends: a dialog with the time left and one button to stay. */
export function SessionWarning(props: { idleExpiresAt: string }) {
  const { language, words } = useLanguage()
  const queries = useQueryClient()
  const idleMs = useRef(0)
  const [answeredUntil, setAnsweredUntil] = useState(0)
  const [left, setLeft] = useState(Infinity)

  useEffect(() => {
    idleMs.current = Date.parse(props.idleExpiresAt) - Date.now()
  }, [props.idleExpiresAt])
  useEffect(() => onAnswer(() => setAnsweredUntil(Date.now() + idleMs.current)), [])
  useEffect(() => {
    const endsAt = Math.max(answeredUntil, Date.parse(props.idleExpiresAt))
    const timer = setInterval(() => setLeft(Math.ceil((endsAt - Date.now()) / 1000)), 1000)
    return () => clearInterval(timer)
  }, [answeredUntil, props.idleExpiresAt])

  const toast = useToast()
  const stay = () =>
    void queries.fetchQuery({ queryKey: ['session'], queryFn: fetchSession, staleTime: 0 }).catch(() => {
      const { title, next } = words.problem.of('web/offline', 0)
      toast({ text: `${title}. ${next}` })
    })
  if (left <= 0)
    return (
      <Dialog open title={words.session.ended} onClose={() => location.assign(publicAddresses.home[language])}>
        <p>{words.session.endedText}</p>
        <SignInAgain />
      </Dialog>
    )
  return (
    <Dialog open={left <= warnSeconds} title={words.session.endingTitle} onClose={stay}>
      <p>{words.session.ending(minutesAndSeconds(left))}</p>
      <Button onClick={stay}>{words.session.stay}</Button>
    </Dialog>
  )
}
