// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { loadReference } from '../../../../scripts/region/reference.ts'
import { testApp } from '../../../../test/setup.ts'
import { asSystem } from '../../platform/database.ts'
import { chooseRule, computeCopay, copayFor, type CopayLine, type CopayRule } from './copay.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())
await loadReference(t.databaseUrl)

const aRule = (over: Partial<CopayRule> = {}): CopayRule => ({
  id: 'r',
  region: '150',
  exemptions: [],
  capCents: 3615,
  regionalShareCents: 0,
  nationalShareCents: 0,
  validFrom: '2002-01-01',
  validTo: null,
  act: 'test',
  ...over,
})
const line = (tariffCents: number, over: Partial<CopayLine> = {}): CopayLine => ({
  tariffCents,
  quantity: 1,
  exempt: false,
  ...over,
})
const day = '2026-03-02'

const table: [string, CopayLine[], Partial<CopayRule>, number][] = [
  ['below the cap the patient pays the tariffs', [line(2200), line(1160)], {}, 3360],
  ['above the cap the patient pays the cap', [line(2200), line(5165), line(2000)], {}, 3615],
  [
    'a service covered by the exemption does not count',
    [line(2200, { exempt: true }), line(1160), line(2000)],
    {},
    3160,
  ],
  ['a quantity multiplies the tariff', [line(1000, { quantity: 3 })], {}, 3000],
  ['shares come on top of the cap', [line(9000)], { regionalShareCents: 1000, nationalShareCents: 1000 }, 5615],
  ['who is exempt for everything pays no share', [line(2200, { exempt: true })], { regionalShareCents: 1000 }, 0],
  ['without a cap the tariffs are due in full', [line(9000)], { capCents: null }, 9000],
  ['services without a tariff cost nothing', [line(0)], { regionalShareCents: 1000 }, 0],
]
for (const [name, lines, rule, cents] of table) {
  test(name, () => assert.equal(computeCopay(aRule(rule), day, lines).cents, cents))
}

test('the explanation tells how the amount is made, in both languages', () => {
  const copay = computeCopay(aRule({ regionalShareCents: 1000 }), day, [
    line(2200),
    line(5165),
    line(900, { exempt: true }),
  ])
  assert.match(
    copay.explanation.it,
    /costano 73,65.€.*Una prestazione è coperta.*al massimo 36,15.€.*quota regionale di 10,00.€.*In tutto: 46,15.€/,
  )
  assert.match(
    copay.explanation.en,
    /cost €73\.65.*One service is covered.*at most €36\.15.*regional share of €10\.00.*In all: €46\.15/,
  )
  assert.match(computeCopay(aRule(), day, [line(1, { exempt: true })]).explanation.it, /^Non devi pagare/)
})

test('a tariff with fractions of a cent or a quantity of zero is a bug of the caller', () => {
  assert.throws(() => computeCopay(aRule(), day, [line(10.5)]), RangeError)
  assert.throws(() => computeCopay(aRule(), day, [line(10, { quantity: 0 })]), RangeError)
})

test('of the rules in force for the exemptions of the person the cheapest counts', () => {
  const all = aRule({ id: 'all', regionalShareCents: 1000 })
  const low = aRule({ id: 'low', exemptions: ['E00'], regionalShareCents: 200 })
  const none = aRule({ id: 'none', exemptions: ['E10', 'E11'] })
  const past = aRule({ id: 'past', exemptions: ['E00'], capCents: 100, validTo: '2020-12-31' })
  const chosen = (exemptions: string[]) => chooseRule([past, all, low, none], day, exemptions, [line(2000)])?.id
  assert.equal(chosen([]), 'all')
  assert.equal(chosen(['048']), 'all')
  assert.equal(chosen(['E00']), 'low')
  assert.equal(chosen(['E00', 'E11']), 'none')
  assert.equal(chooseRule([past], day, ['E00'], []), undefined)
})

test('the amount never exceeds cap plus shares and never falls when a service is added', () => {
  const anyLine = fc.record({
    tariffCents: fc.nat(20_000),
    quantity: fc.integer({ min: 1, max: 8 }),
    exempt: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 8 }), anyLine, fc.nat(2000), (lines, more, share) => {
      const rule = aRule({ regionalShareCents: share })
      const before = computeCopay(rule, day, lines).cents
      const after = computeCopay(rule, day, [...lines, more]).cents
      return after <= 3615 + share && after >= before && Number.isInteger(after)
    }),
  )
})

const history: [string, string[], number][] = [
  ['2009-05-04', [], 3615],
  ['2010-09-27', [], 4615],
  ['2011-07-17', [], 5615],
  ['2020-08-31', [], 5615],
  ['2020-09-01', [], 4615],
  ['2019-07-03', ['E11'], 5615],
  ['2019-07-04', ['E11'], 4615],
  ['2026-03-02', ['E11'], 3615],
  ['2026-03-02', ['E00'], 3815],
]
for (const [date, exemptions, cents] of history) {
  test(`in Campania on ${date} ${exemptions[0] ?? 'who has no exemption'} paid ${cents} cents at most`, async () => {
    const copay = await asSystem(t.db, (tx) => copayFor(tx, { region: '150', date, exemptions, lines: [line(9000)] }))
    assert.equal(copay.cents, cents)
    assert.ok(copay.rule.act.length > 10)
  })
}

test('a region without rules says so instead of charging nothing', async () => {
  const asking = asSystem(t.db, (tx) => copayFor(tx, { region: '999', date: day, exemptions: [], lines: [line(1)] }))
  await assert.rejects(asking, /no row for region 999/)
})

test('two rules for the same people cannot hold on the same day', async () => {
  const twice = t.owner.query(`insert into payments.copay_rule
    (id, region, code_set, cap_cents, regional_share_cents, national_share_cents, valid_from, act, verified)
    values (gen_random_uuid(), '150', '', 3615, 0, 0, '2026-01-01', 'again', false)`)
  await assert.rejects(twice, /copay_rule_no_overlap/)
})

test('the region’s hospitals and districts collect through the authority they belong to', async () => {
  const { rows } = await t.owner.query<{ kind: string; without: number; shared: number }>(
    `select o.kind, count(*) filter (where c.organisation_id is null)::int as without,
       count(*) filter (where c.fiscal_code = '99999' || p.code)::int as shared
     from registry.organisation o left join registry.organisation p on p.id = o.parent_id
     left join payments.creditor c on c.organisation_id = o.id group by o.kind`,
  )
  const of = (kind: string) => rows.find((row) => row.kind === kind)
  assert.equal(of('hospital')?.without, 0)
  assert.ok(of('hospital')!.shared > 0)
  assert.equal(of('accredited')?.without, 0)
  assert.equal(of('asl')?.without, 0)
})
