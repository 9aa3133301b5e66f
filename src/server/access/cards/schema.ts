// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { Type } from 'typebox'
import { spidPurposes } from '../../../shared/saml-names.ts'

export const SignInWays = Type.Object(
  {
    cns: Type.Boolean({ description: 'A card can be shown: post to /auth/cns/start' }),
    professionalPurposes: Type.Array(Type.Enum([...spidPurposes]), {
      description: 'Uses of a professional SPID identity, to send as `purpose` to /auth/spid/start',
    }),
  },
  { title: 'SignInWays' },
)
