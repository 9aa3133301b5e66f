// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Type, type Static } from 'typebox'
import { spidPurposes } from '../../../shared/saml-names.ts'

export const ProvidersQuery = Type.Object(
  { scheme: Type.Optional(Type.Enum(['SPID', 'CIE'], { description: 'SPID when not given' })) },
  { title: 'IdentityProvidersQuery' },
)

export const IdentityProviderView = Type.Object(
  {
    entityId: Type.String({ description: 'To send as `idp` to /auth/spid/start or /auth/cie/start' }),
    name: Type.String(),
    logoUrl: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'IdentityProvider' },
)

/** Says that whoever is signed in confirms who she is: then only she may come back. Plain sign-ins leave it out or empty. */
export const StepUp = Type.Optional(Type.Enum(['yes', '']))

/** Forms come as text only; empty optional fields count as absent. */
export const StartForm = Type.Object(
  {
    /** May be left out where there is only one provider. */
    idp: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
    level: Type.Optional(Type.Enum(['1', '2', '3'])),
    binding: Type.Optional(Type.Enum(['post', 'redirect'])),
    returnTo: Type.Optional(Type.String({ maxLength: 2000 })),
    /** For a professional identity of SPID; the personal one when it is left out. */
    purpose: Type.Optional(Type.Enum([...spidPurposes])),
    stepUp: StepUp,
  },
  { title: 'SignInStart' },
)

export const LeaveForm = Type.Object(
  { returnTo: Type.Optional(Type.String({ maxLength: 2000 })) },
  { title: 'SignInLeave' },
)

export const AnswerForm = Type.Object(
  { SAMLResponse: Type.String({ minLength: 1 }), RelayState: Type.Optional(Type.String({ maxLength: 200 })) },
  { title: 'SignInAnswer' },
)

export const ConfirmForm = Type.Object(
  { token: Type.String({ minLength: 20, maxLength: 60 }) },
  { title: 'SignInConfirm' },
)

export const LogoutMessage = Type.Object(
  {
    SAMLRequest: Type.Optional(Type.String()),
    SAMLResponse: Type.Optional(Type.String()),
    RelayState: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { title: 'LogoutMessage' },
)
export type LogoutMessageFields = Static<typeof LogoutMessage>
