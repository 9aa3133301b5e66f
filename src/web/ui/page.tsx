// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { createContext, use, useEffect, useRef, type ReactNode } from 'react'
import { Link, useLocation } from 'react-router'
import { useWords } from '../app/language.tsx'
import { region } from '../region.ts'
import { Icon } from './icon.tsx'

/** Filled by a page while it is rendered at build time, so that the HTML file has its title and description. */
export interface Head {
  title?: string
  description?: string | undefined
}
export const HeadContext = createContext<Head | undefined>(undefined)

export interface Crumb {
  to: string
  label: string
}

/** One page: document title, breadcrumb, the only h1. On arrival the h1 takes the focus and so is read aloud. */
export function Page(props: {
  title: string
  /** what stands before the service's name in the document title; default: the title */
  documentTitle?: string
  description?: string
  lead?: ReactNode
  crumbs?: readonly Crumb[]
  narrow?: boolean
  /** what stands above the title, e.g. the steps of a procedure */
  before?: ReactNode
  /** the part of a procedure that stays at one address; to come to another is to arrive at a page */
  stage?: string
  children?: ReactNode
}) {
  const words = useWords()
  const head = use(HeadContext)
  const h1 = useRef<HTMLHeadingElement>(null)
  const { pathname } = useLocation()
  const place = `${pathname} ${props.stage ?? ''}`
  const title = `${props.documentTitle ?? props.title} – ${region.serviceName}`
  if (head) Object.assign(head, { title, description: props.description })

  useEffect(() => {
    document.title = title
  }, [title])
  useEffect(() => {
    if (firstPlace === undefined || firstPlace === place) {
      firstPlace = place
      return
    }
    firstPlace = ''
    window.scrollTo(0, 0)
    h1.current?.focus({ preventScroll: true })
  }, [place])

  return (
    <main id="main" className="container sf-main">
      {props.crumbs && (
        <nav className="breadcrumb-container" aria-label={words.ui.breadcrumb}>
          <ol className="breadcrumb">
            {props.crumbs.map((crumb) => (
              <li key={crumb.to} className="breadcrumb-item">
                <Link to={crumb.to}>{crumb.label}</Link>
                <span className="separator" aria-hidden="true">
                  /
                </span>
              </li>
            ))}
            <li className="breadcrumb-item active" aria-current="page">
              {props.title}
            </li>
          </ol>
        </nav>
      )}
      <div className={props.narrow ? 'sf-narrow' : undefined}>
        {props.before}
        <h1 ref={h1} tabIndex={-1}>
          {props.title}
        </h1>
        {props.lead && <p className="lead">{props.lead}</p>}
        {props.children}
      </div>
    </main>
  )
}

/** The first page: arriving from outside, the browser itself announces it. */
let firstPlace: string | undefined

/** A page of the public site starts from home. */
export function BackLink(props: { to: string; children: ReactNode; state?: unknown }) {
  return (
    <Link to={props.to} state={props.state} className="sf-back">
      <Icon name="arrow-left" />
      <span>{props.children}</span>
    </Link>
  )
}
