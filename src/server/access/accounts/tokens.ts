// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits for a cookie. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of a token. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const shared = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const

/** Holds the step between password and code. It is no session. */
export const halfCookie = '__Host-half'
export const halfLifetime = 600
export const halfCookieOptions = { ...shared, maxAge: halfLifetime } as const

/** Recognises a browser from which the owner of an account has signed in before. It opens nothing. */
export const deviceCookie = '__Host-device'
export const deviceCookieOptions = (days: number) => ({ ...shared, maxAge: days * 86_400 }) as const

/** Ties the challenge of a passkey to the browser that was given it. */
export const passkeyCookie = '__Host-passkey'
export const passkeyCookieOptions = { ...shared, maxAge: 600 } as const
