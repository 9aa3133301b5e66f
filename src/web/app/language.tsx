// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import type { Words } from '../words/it.ts'
import { languagesAt, type Language } from './addresses.ts'

const sources: Record<Language, () => Promise<{ words: Words }>> = {
  it: () => import('../words/it.ts'),
  en: () => import('../words/en.ts'),
}

/** Fetches the dictionary of one language. */
export async function loadWords(language: Language): Promise<Words> {
  return (await sources[language]()).words
}

const cookie = 'lang'

const kept = () => /(?:^|; )lang=(it|en)/.exec(document.cookie)?.[1]

/**
 * The language of the page one arrives at. A public address says it, and what was chosen before gives way, so that the
 * server answers in it too; elsewhere it is the one chosen before in this browser, else the first one of the browser that
 * we speak, else Italian.
 */
export function arrivalLanguage(path: string): Language {
  const ofAddress = languagesAt(path)?.language
  const chosen = kept()
  if (ofAddress) {
    if (chosen && chosen !== ofAddress) remember(ofAddress)
    return ofAddress
  }
  const wanted = chosen ?? navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'it' || tag === 'en')
  return wanted === 'en' ? 'en' : 'it'
}

function remember(language: Language): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  document.cookie = `${cookie}=${language}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
}

interface Speech {
  language: Language
  words: Words
  setLanguage: (language: Language) => void
}

const Context = createContext<Speech | undefined>(undefined)

/** Gives every page its words. A public page speaks the language of its address, the signed-in area the chosen one. */
export function LanguageProvider(props: { language: Language; words: Words; children: ReactNode }) {
  const [speech, setSpeech] = useState({ language: props.language, words: props.words })
  const { pathname } = useLocation()

  const setLanguage = useCallback((language: Language) => {
    remember(language)
    void loadWords(language).then((words) => setSpeech({ language, words }))
  }, [])

  const ofAddress = languagesAt(pathname)?.language
  useEffect(() => {
    if (ofAddress && ofAddress !== speech.language) setLanguage(ofAddress)
  }, [ofAddress, speech.language, setLanguage])

  useEffect(() => {
    document.documentElement.lang = speech.language
  }, [speech.language])

  const value = useMemo(() => ({ ...speech, setLanguage }), [speech, setLanguage])
  return <Context value={value}>{props.children}</Context>
}

export function useLanguage(): Speech {
  const speech = use(Context)
  if (!speech) throw new Error('A page outside LanguageProvider has no words')
  return speech
}

export function useWords(): Words {
  return useLanguage().words
}
