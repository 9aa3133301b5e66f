// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { Type, type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()])
const Instant = Type.String({ format: 'date-time' })
const Day = Type.String({ format: 'date' })
const Count = Type.Integer({ minimum: 0 })
const Contact = Type.Enum(['sms', 'email', 'app'], { description: 'app: messages in the personal area only' })
const CampaignCode = Type.String({ minLength: 1, maxLength: 60, description: 'Of a campaign, e.g. influenza-2026-27' })

export const Id = Type.String({ format: 'uuid' })

const campaign = {
  code: Type.String(),
  title: Type.String({ description: 'This and the other texts are in the language of the request' }),
  about: Type.String({ description: 'What it is and for whom, in plain words' }),
  after: Type.String({ description: 'What follows an adhesion' }),
  from: Type.String({ format: 'date', description: 'First day on which one can adhere' }),
  until: Type.String({ format: 'date', description: 'Last day on which one can adhere' }),
}
export const Campaign = Type.Object(campaign, { title: 'Campaign' })
export const Campaigns = Type.Object({ campaigns: Type.Array(Campaign) }, { title: 'Campaigns' })

export const CardWish = Type.Object(
  {
    campaign: CampaignCode,
    token: Type.String({ minLength: 20, maxLength: 100, description: 'What the public flow gave at its end' }),
  },
  { title: 'CardAdhesionWish', ...closed },
)
export type CardWish = Static<typeof CardWish>

export const CardAdhesion = Type.Object(
  {
    campaign: Campaign,
    state: Type.Enum(['open', 'adhered', 'outside'], {
      description: 'outside: her age does not invite her; whether her health does is not said here',
    }),
    otherwise: OrNull(Type.String({ description: 'What to do for whoever is outside' })),
    code: OrNull(Type.String({ description: 'Of the adhesion, to read out on the telephone' })),
    madeAt: OrNull(Instant),
    mobile: Type.String({ description: 'Masked: the number that was proved' }),
  },
  { title: 'CardAdhesion' },
)
export type CardAdhesion = Static<typeof CardAdhesion>

export const NewAdhesion = Type.Object(
  {
    patientId: Type.String({ format: 'uuid', description: 'Who adheres: oneself, a child, who delegated' }),
    campaign: CampaignCode,
    contact: Contact,
  },
  { title: 'NewAdhesion', ...closed },
)
export type NewAdhesion = Static<typeof NewAdhesion>

export const AdhesionView = Type.Object(
  {
    id: Id,
    code: Type.String(),
    campaign: Type.String(),
    title: Type.String({ description: 'Of the campaign' }),
    channel: Type.Enum(['card', 'area'], { description: 'With the health card, or signed in' }),
    contact: Type.Object({ channel: Contact, address: OrNull(Type.String({ description: 'Masked' })) }),
    madeAt: Instant,
    withdrawnAt: OrNull(Instant),
  },
  { title: 'Adhesion' },
)
export type AdhesionView = Static<typeof AdhesionView>

export const Adhesions = Type.Object(
  {
    campaigns: Type.Array(
      Type.Object({ ...campaign, otherwise: Type.String({ description: 'What to do for whoever is not invited' }) }),
      { description: 'Open today' },
    ),
    people: Type.Array(
      Type.Object({
        id: Id,
        givenName: Type.String(),
        familyName: Type.String(),
        invitedTo: Type.Array(Type.String(), { description: 'Codes of open campaigns' }),
        adhesions: Type.Array(AdhesionView, { description: 'The latest first' }),
      }),
    ),
    contacts: Type.Object(
      { sms: OrNull(Type.String()), email: OrNull(Type.String()) },
      { description: 'Masked: the confirmed addresses of who is signed in' },
    ),
    byAgeOnly: Type.Boolean({
      description: 'Invitations for reasons of health are left out: they need SPID, CIE or CNS of level 2',
    }),
  },
  { title: 'Adhesions' },
)
export type Adhesions = Static<typeof Adhesions>

export const CampaignCounts = Type.Object(
  {
    campaigns: Type.Array(
      Type.Object({
        code: Type.String(),
        title: Type.String(),
        from: Day,
        until: Day,
        authorities: Type.Array(
          Type.Object({
            code: Type.String(),
            name: Type.String(),
            live: Type.Integer({ minimum: 0, description: 'Adhesions that were not withdrawn' }),
            withCard: Type.Integer({ minimum: 0, description: 'Of these, made with the health card' }),
            withdrawn: Count,
          }),
        ),
      }),
    ),
  },
  { title: 'CampaignCounts' },
)
export type CampaignCounts = Static<typeof CampaignCounts>
