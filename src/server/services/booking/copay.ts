// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { copayFor } from '../../engines/payments/index.ts'
import type { Tx } from '../../platform/database.ts'
import type { Text } from '../../platform/text.ts'
import type { Day } from '../../platform/time.ts'
import { exemptionCovers, findExemption, getServices } from '../../registry/catalogues/index.ts'
import { exemptionsOf } from '../../registry/people/index.ts'
import type { StoredPrescription } from './prescriptions.ts'

/** The co-payment as stored on a booking: the rules of the day, so that it can be explained later. */
export interface CopaySnapshot {
  cents: number
  explanation: Text
  /** Day of the rules. */
  date: Day
  /** What the patient held when it was computed. */
  exemptions: string[]
}

/**
 * What the patient owes for these services by the rules of a day: tariffs of the lines no exemption covers, up to the cap
 * of the prescription, plus the shares. The exemption on the prescription counts only while the registry confirms that the
 * patient holds it, unless it is one the prescriber attests (early diagnosis, pregnancy); income exemptions of the registry count even when the doctor did not write them. Computed again later,
 * the exemptions held on `today` count besides those of the rules' day: one that merely ran out meanwhile still counts, one
 * that was revoked does not.
 */
export async function copayOf(
  tx: Tx,
  region: string,
  prescription: StoredPrescription,
  serviceIds: readonly string[],
  date: Day,
  today: Day = date,
): Promise<CopaySnapshot> {
  const current = await exemptionsOf(tx, prescription.patientId, today)
  const earlier = today === date ? [] : await exemptionsOf(tx, prescription.patientId, date)
  const held = [...new Map([...earlier, ...current].map((exemption) => [exemption.code, exemption])).values()]
  const codes = held.map((exemption) => exemption.code)
  const services = new Map((await getServices(tx, serviceIds, date)).map((service) => [service.id, service]))
  const covered = new Set<string>()
  const written = prescription.content.exemption?.code
  const counted = new Set(
    held.filter((exemption) => exemption.covers === 'all' || exemption.code === written).map(({ code }) => code),
  )
  if (written && (await isAttested(tx, written, date))) counted.add(written)
  for (const code of counted) {
    for (const [id, exempt] of await exemptionCovers(tx, code, serviceIds, date)) if (exempt) covered.add(id)
  }
  const copay = await copayFor(tx, {
    region,
    date,
    exemptions: codes,
    lines: serviceIds.map((id, i) => ({
      tariffCents: services.get(id)?.tariffCents ?? 0,
      quantity: prescription.lines[i]?.quantity ?? 1,
      exempt: covered.has(id),
    })),
  })
  return {
    cents: copay.cents,
    explanation: copay.explanation,
    date,
    exemptions: current.map((exemption) => exemption.code),
  }
}

/** Exemptions that no list of holders knows: the prescriber attests them on each prescription (L. 388/2000 art. 85; D.M. 10/09/1998). */
async function isAttested(tx: Tx, code: string, date: Day): Promise<boolean> {
  const family = (await findExemption(tx, code, date))?.family
  return family === 'prevention' || family === 'pregnancy'
}
