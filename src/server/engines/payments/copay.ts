// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { sql } from 'kysely'
import { tables, type Tx } from '../../platform/database.ts'
import { remembered } from '../../platform/reference.ts'
import type { Text } from '../../platform/text.ts'
import type { Day } from '../../platform/time.ts'

/**
 * Co-payment (ticket) of one specialist prescription. Base: L. 537/1993 art. 8 c. 15 (the patient pays the tariffs up to
 * a cap per prescription); regions add shares. Every amount is a dated row of payments.copay_rule, none is in the code.
 */
export interface CopayLine {
  tariffCents: number
  quantity: number
  /** True when the exemption on the prescription covers this service. */
  exempt: boolean
}

export interface CopayRule {
  id: string
  region: string
  /** Exemption codes the row is for; empty means everybody else. */
  exemptions: readonly string[]
  /** Most that the tariffs of one prescription can cost; null when there is no cap. */
  capCents: number | null
  regionalShareCents: number
  nationalShareCents: number
  validFrom: Day
  /** Last day, included; null while in force. */
  validTo: Day | null
  act: string
}

/** What is due and why; kept whole on the booking, so that it can be explained and recomputed years later. */
export interface Copay {
  cents: number
  date: Day
  rule: CopayRule
  lines: readonly CopayLine[]
  /** Tariffs of the lines that are not exempt. */
  baseCents: number
  /** What the cap took away. */
  cappedCents: number
  regionalShareCents: number
  nationalShareCents: number
  explanation: Text
}

const euro = { style: 'currency', currency: 'EUR' } as const
const formats = { it: new Intl.NumberFormat('it-IT', euro), en: new Intl.NumberFormat('en-IE', euro) }
const euros = (cents: number, language: 'it' | 'en'): string => formats[language].format(cents / 100)

function checkLine(line: CopayLine): void {
  const sound = Number.isSafeInteger(line.tariffCents) && line.tariffCents >= 0 && Number.isInteger(line.quantity)
  if (!sound || line.quantity < 1)
    throw new RangeError('a line needs a tariff in whole cents and a quantity of 1 or more')
}

/** Applies one rule to the lines of one prescription. Pure: the same input gives the same answer for ever. */
export function computeCopay(rule: CopayRule, date: Day, lines: readonly CopayLine[]): Copay {
  lines.forEach(checkLine)
  const baseCents = lines
    .filter((line) => !line.exempt)
    .reduce((sum, line) => sum + line.tariffCents * line.quantity, 0)
  const owedOfBase = rule.capCents === null ? baseCents : Math.min(baseCents, rule.capCents)
  const free = baseCents === 0
  const regionalShareCents = free ? 0 : rule.regionalShareCents
  const nationalShareCents = free ? 0 : rule.nationalShareCents
  const part = {
    cents: owedOfBase + regionalShareCents + nationalShareCents,
    date,
    rule,
    lines,
    baseCents,
    cappedCents: baseCents - owedOfBase,
    regionalShareCents,
    nationalShareCents,
  }
  return { ...part, explanation: { it: explain(part, 'it'), en: explain(part, 'en') } }
}

function explain(copay: Omit<Copay, 'explanation'>, language: 'it' | 'en'): string {
  const it = language === 'it'
  const money = (cents: number) => euros(cents, language)
  const exemptLines = copay.lines.filter((line) => line.exempt).length
  if (copay.baseCents === 0) {
    if (exemptLines === 0) return it ? 'Non c’è niente da pagare.' : 'There is nothing to pay.'
    return it
      ? 'Non devi pagare: la tua esenzione copre tutte le prestazioni della ricetta.'
      : 'You pay nothing: your exemption covers every service on the prescription.'
  }
  const sentences: string[] = []
  sentences.push(
    it
      ? `Le prestazioni costano ${money(copay.baseCents)} secondo il tariffario.`
      : `The services cost ${money(copay.baseCents)} by the official tariff.`,
  )
  if (exemptLines > 0) {
    sentences.push(
      it
        ? `${exemptLines === 1 ? 'Una prestazione è coperta' : `${exemptLines} prestazioni sono coperte`} dalla tua esenzione.`
        : `${exemptLines === 1 ? 'One service is' : `${exemptLines} services are`} covered by your exemption.`,
    )
  }
  if (copay.cappedCents > 0) {
    const cap = money(copay.baseCents - copay.cappedCents)
    sentences.push(it ? `Per una ricetta paghi al massimo ${cap}.` : `For one prescription you pay at most ${cap}.`)
  }
  if (copay.regionalShareCents > 0) {
    const share = money(copay.regionalShareCents)
    sentences.push(it ? `Si aggiunge la quota regionale di ${share}.` : `The regional share of ${share} is added.`)
  }
  if (copay.nationalShareCents > 0) {
    const share = money(copay.nationalShareCents)
    sentences.push(it ? `Si aggiunge la quota nazionale di ${share}.` : `The national share of ${share} is added.`)
  }
  sentences.push(it ? `In tutto: ${money(copay.cents)}.` : `In all: ${money(copay.cents)}.`)
  return sentences.join(' ')
}

/**
 * The rule that counts: of those written for one of the person's exemptions the cheapest for the person,
 * otherwise the one for everybody. Undefined when none is in force on the date.
 */
export function chooseRule(
  rules: readonly CopayRule[],
  date: Day,
  exemptions: readonly string[],
  lines: readonly CopayLine[],
): CopayRule | undefined {
  const inForce = rules.filter((rule) => rule.validFrom <= date && (rule.validTo === null || date <= rule.validTo))
  const special = inForce
    .filter((rule) => rule.exemptions.some((code) => exemptions.includes(code)))
    .toSorted((a, b) => computeCopay(a, date, lines).cents - computeCopay(b, date, lines).cents)
  return special[0] ?? inForce.find((rule) => rule.exemptions.length === 0)
}

export interface CopayQuestion {
  /** Region code in health flows, from the configuration. */
  region: string
  /** The date the rules are read for. */
  date: Day
  lines: readonly CopayLine[]
  /** Exemption codes the person holds on that date. */
  exemptions: readonly string[]
}

const rulesOn = remembered(async (tx: Tx, region: string, date: Day): Promise<CopayRule[]> => {
  const rows = await tables<'payments'>(tx)
    .selectFrom('payments.copayRule')
    .select([
      'id',
      'region',
      'codeSet',
      'capCents',
      'regionalShareCents',
      'nationalShareCents',
      'act',
      'validFrom',
      'validTo',
    ])
    .where('region', '=', region)
    .where('validFrom', '<=', date)
    .where((eb) => eb.or([eb('validTo', 'is', null), eb('validTo', '>=', sql<string>`${date}::date`)]))
    .execute()
  return rows.map(({ codeSet, ...row }) => ({ ...row, exemptions: codeSet === '' ? [] : codeSet.split(' ') }))
})

/** The co-payment of one prescription by the rules in force on a date. Throws when the region has no rule for it. */
export async function copayFor(tx: Tx, { region, date, lines, exemptions }: CopayQuestion): Promise<Copay> {
  const rules = await rulesOn(tx, region, date)
  const rule = chooseRule(rules, date, exemptions, lines)
  if (!rule) throw new Error(`payments.copay_rule has no row for region ${region} on ${date}`)
  return computeCopay(rule, date, lines)
}
