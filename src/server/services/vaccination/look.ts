// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { masked } from '../../engines/notifications/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { withActor, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { contactsOf, getPersons } from '../../registry/people/index.ts'
import {
  adhesionsOf,
  invitation,
  inviteeOf,
  mayShow,
  seesHealth,
  trace,
  type Adhesion,
  type Contact,
} from './adhesions.ts'
import { campaignsOf, isOpen, publicView, type Campaign } from './campaigns.ts'
import type { Adhesions, AdhesionView } from './schema.ts'

/** Campaigns that are open today, as anybody may read them. */
export const openCampaigns = ({ db, config, now }: Platform, actor: Actor) =>
  withActor(db, actor, async (tx) => {
    const today = romeDay(now())
    const open = (await campaignsOf(tx, config.region.code)).filter((one) => isOpen(one, today))
    return open.map((one) => publicView(one, actor.language))
  })

/** For each of the people one may act for: which open campaigns invite her, and her adhesions; noted in the trail of each. */
export function listAdhesions(platform: Platform, actor: Actor): Promise<Adhesions> {
  const { db, config, now } = platform
  return withActor(db, actor, async (tx) => {
    const today = romeDay(now())
    const campaigns = await campaignsOf(tx, config.region.code)
    const open = campaigns.filter((one) => isOpen(one, today))
    const adhesions = await adhesionsOf(tx, actor.patients)
    const people: Adhesions['people'] = []
    for (const { id, givenName, familyName } of await getPersons(tx, actor.patients)) {
      const who = await inviteeOf(tx, platform, actor, id)
      const shown = new Set(campaigns.filter((one) => mayShow(actor, one, who, today)).map(({ code }) => code))
      people.push({
        id,
        givenName,
        familyName,
        invitedTo: open.filter((one) => invitation(one, who, today)).map(({ code }) => code),
        adhesions: adhesions
          .filter((one) => one.patientId === id && shown.has(one.campaign))
          .map((one) => viewOf(one, campaigns, actor)),
      })
      await trace(tx, actor, 'SEARCH', id)
    }
    const { sms, email } = await ownContacts(tx, platform, actor)
    return {
      campaigns: open.map((one) => ({
        ...publicView(one, actor.language),
        otherwise: one.otherwise[actor.language],
      })),
      people,
      contacts: { sms: sms && masked(sms), email: email && masked(email) },
      byAgeOnly: !seesHealth(actor),
    }
  })
}

/** An adhesion as the person sees it. */
export function viewOf(one: Adhesion, campaigns: readonly Campaign[], { language }: Actor): AdhesionView {
  const { id, code, campaign, channel, contactChannel, contactAddress, madeAt, withdrawnAt } = one
  return {
    id,
    code,
    campaign,
    title: campaigns.find((candidate) => candidate.code === campaign)?.title[language] ?? campaign,
    channel,
    contact: { channel: contactChannel, address: contactAddress && masked(contactAddress) },
    madeAt: madeAt.toISOString(),
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
  }
}

/** The confirmed addresses of who acts: a parent or delegate is called in the place of the person. */
export async function ownContacts(
  tx: Tx,
  { now }: Platform,
  { personId }: Actor,
): Promise<Pick<Contact, 'language'> & { sms: string | null; email: string | null }> {
  const { mobile, email, language } = await contactsOf(tx, personId!, romeDay(now())) // routes for citizens have one
  return { language, sms: mobile?.verified ? mobile.value : null, email: email?.verified ? email.value : null }
}
