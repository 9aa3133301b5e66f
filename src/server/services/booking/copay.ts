// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { copayFor } from '../../engines/payments/index.ts'
import type { Tx } from '../../platform/database.ts'
import type { Text } from '../../platform/text.ts'
import type { Day } from '../../platform/time.ts'
import { exemptionCovers, getServices } from '../../registry/catalogues/index.ts'
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
 * patient holds it; income exemptions of the registry count even when the doctor did not write them. Computed again later,
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
  const counted = held.filter(
    (exemption) => exemption.covers === 'all' || exemption.code === prescription.content.exemption?.code,
  )
  for (const { code } of counted) {
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
