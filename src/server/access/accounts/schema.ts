// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'

const closed = { additionalProperties: false } as const
const instant = Type.String({ format: 'date-time' })
const typedPassword = Type.String({ minLength: 1, maxLength: 1000 })
const Name = Type.String({
  minLength: 1,
  maxLength: 60,
  description: 'To tell passkeys apart, e.g. the name of the device',
})

const Passkey = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    name: Type.String(),
    createdAt: instant,
    lastUsedAt: Type.Union([instant, Type.Null()]),
    synced: Type.Boolean({ description: 'Its maker keeps it on more than one device' }),
    suspended: Type.Boolean({ description: 'A copy was in use: it opens nothing any more' }),
  },
  { title: 'Passkey' },
)

export const Account = Type.Object(
  {
    userName: Type.String(),
    mobile: Type.Union([Type.String(), Type.Null()], {
      description: 'Where codes are sent, masked; null while none was verified: then the password opens nothing',
    }),
    passwordSetAt: instant,
    createdAt: instant,
    passkeys: Type.Array(Passkey),
  },
  { title: 'Account' },
)

export const NewAccount = Type.Object(
  { userName: Type.String({ minLength: 1, maxLength: 100 }), password: typedPassword },
  { title: 'NewAccount', ...closed },
)

export const NewPassword = Type.Object(
  {
    currentPassword: Type.Optional(typedPassword),
    password: typedPassword,
  },
  {
    title: 'NewPassword',
    description: 'Without the current password only for who has just signed in with SPID, CIE or CNS',
    ...closed,
  },
)

export const NewMobile = Type.Object(
  { mobile: Type.String({ minLength: 1, maxLength: 30 }) },
  { title: 'NewMobile', ...closed },
)

export const CodeSent = Type.Object(
  {
    transactionId: Type.String({ format: 'uuid' }),
    resendAfterSeconds: Type.Integer(),
  },
  { title: 'CodeSent' },
)

export const MobileCode = Type.Object(
  { transactionId: Type.String({ format: 'uuid' }), code: Type.String({ pattern: '^[0-9 ]{6,12}$' }) },
  { title: 'MobileCode', ...closed },
)

/** What the browser's authenticator said: read by the WebAuthn library, which checks every part of it. */
const base64url = Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength: 20_000 })
const id = Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 1400 })
const envelope = {
  id,
  rawId: id,
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(Type.String({ maxLength: 30 })),
  clientExtensionResults: Type.Object({}, { additionalProperties: true }),
}

const Registration = Type.Object(
  {
    ...envelope,
    response: Type.Object(
      {
        clientDataJSON: base64url,
        attestationObject: base64url,
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 30 }), { maxItems: 10 })),
      },
      { additionalProperties: true },
    ),
  },
  { title: 'PasskeyRegistration', description: 'RegistrationResponseJSON of WebAuthn level 3', ...closed },
)

export const NewPasskey = Type.Object({ name: Name, credential: Registration }, { title: 'NewPasskey', ...closed })
export const PasskeyName = Type.Object({ name: Name }, { title: 'PasskeyName', ...closed })

export const PasskeyAnswer = Type.Object(
  {
    ...envelope,
    response: Type.Object(
      {
        clientDataJSON: base64url,
        authenticatorData: base64url,
        signature: base64url,
        userHandle: Type.Optional(base64url),
      },
      { additionalProperties: true },
    ),
  },
  { title: 'PasskeyAnswer', description: 'AuthenticationResponseJSON of WebAuthn level 3', ...closed },
)

export const PasskeyOptions = Type.Object(
  {},
  { title: 'PasskeyOptions', description: 'Options in the JSON form of WebAuthn level 3', additionalProperties: true },
)

export const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })
