// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { getGrant, type Grant } from '../../access/public-flows/index.ts'
import { masked } from '../../engines/notifications/index.ts'
import type { Actor } from '../../platform/actor.ts'
import { asSystem, type Tx } from '../../platform/database.ts'
import type { Platform } from '../../platform/room.ts'
import { romeDay } from '../../platform/time.ts'
import { adhere, findLive, invitation, inviteeOf, trace, withdraw, type Adhesion } from './adhesions.ts'
import { getCampaign, publicView, type Campaign } from './campaigns.ts'
import type { CardAdhesion, CardWish } from './schema.ts'

interface Shown extends Grant {
  campaign: Campaign
}

/**
 * Does something for the person a grant of a public flow speaks for. Whether she exists was said when the code was shown; here
 * it is said whether her age invites her, and nothing of her health (`seesHealth`).
 *
 * @throws Refusal `public-flows/grant-needed`
 */
function withGrant<T>(platform: Platform, { token, campaign }: CardWish, work: (tx: Tx, shown: Shown) => Promise<T>) {
  return asSystem(platform.db, async (tx) => {
    const grant = await getGrant(tx, token, campaign, platform.now())
    return work(tx, { ...grant, campaign: await getCampaign(tx, platform.config.region.code, campaign) })
  })
}

/** Whether her age invites her, and the adhesion there is. Who is not may have adhered for a reason of health: that is not said here. */
async function stateOf(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  { campaign, personId }: Shown,
): Promise<{ invited: boolean; live: Adhesion | undefined }> {
  const who = await inviteeOf(tx, platform, actor, personId)
  const invited = invitation(campaign, who, romeDay(platform.now())) !== undefined
  return { invited, live: invited ? await findLive(tx, personId, campaign.code) : undefined }
}

async function view(tx: Tx, platform: Platform, actor: Actor, shown: Shown): Promise<CardAdhesion> {
  const { campaign, mobile } = shown
  const { invited, live } = await stateOf(tx, platform, actor, shown)
  return {
    campaign: publicView(campaign, actor.language),
    state: live ? 'adhered' : invited ? 'open' : 'outside',
    otherwise: invited ? null : campaign.otherwise[actor.language],
    code: live?.code ?? null,
    madeAt: live?.madeAt.toISOString() ?? null,
    mobile: masked(mobile),
  }
}

/** How a person stands to the campaign. */
export const standing = (platform: Platform, actor: Actor, wish: CardWish): Promise<CardAdhesion> =>
  withGrant(platform, wish, async (tx, shown) => {
    await trace(tx, actor, 'READ', shown.personId)
    return view(tx, platform, actor, shown)
  })

/** Adheres, to be called at the number that was proved. Done already, it stays as it is. */
export const adhereWithCard = (
  platform: Platform,
  actor: Actor,
  wish: CardWish,
): Promise<{ made: boolean; adhesion: CardAdhesion }> =>
  withGrant(platform, wish, async (tx, shown) => {
    const { campaign, personId: patientId, mobile } = shown
    const contact = { channel: 'sms', address: mobile, recipientId: patientId, language: actor.language } as const
    const made = await adhere(tx, platform, actor, { campaign, patientId, contact, key: null })
    if (!made) await trace(tx, actor, 'READ', patientId)
    return { made: made !== undefined, adhesion: await view(tx, platform, actor, shown) }
  })

/** Withdraws what there is to withdraw. */
export const withdrawWithCard = (platform: Platform, actor: Actor, wish: CardWish): Promise<CardAdhesion> =>
  withGrant(platform, wish, async (tx, shown) => {
    await trace(tx, actor, 'READ', shown.personId)
    const { live } = await stateOf(tx, platform, actor, shown)
    if (live) await withdraw(tx, platform, actor, live)
    return view(tx, platform, actor, shown)
  })
