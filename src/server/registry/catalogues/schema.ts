// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type } from 'typebox'

export const ServiceSummary = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    code: Type.String({ description: 'Code in the regional catalogue' }),
    description: Type.String({ description: 'Official name' }),
    plain: Type.String({ description: 'What it is, in everyday words' }),
    kind: Type.Enum(['V', 'D', 'L', 'R', 'T'], {
      description: 'Visit, diagnostics, laboratory, rehabilitation, therapy',
    }),
    firstAccess: Type.Union([Type.Boolean(), Type.Null()], {
      description: 'True for a first visit, false for a follow-up, null when the prescription says which',
    }),
    minutes: Type.Integer({ description: 'Usual length' }),
    preparation: Type.Union([Type.String(), Type.Null()], { description: 'What to do before; null when nothing' }),
    bring: Type.Union([Type.String(), Type.Null()], { description: 'What to bring' }),
  },
  { title: 'ServiceSummary' },
)

export const ServiceList = Type.Object({ services: Type.Array(ServiceSummary) }, { title: 'ServiceList' })
