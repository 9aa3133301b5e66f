// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { aMobile, textsTo } from '../../../../test/accounts.ts'
import { aCampaign, aCardholder, aGrant, throughFlow } from '../../../../test/campaigns.ts'
import { aDelegation } from '../../../../test/delegations.ts'
import { aPerson, aslNapoli1, aslSalerno } from '../../../../test/region.ts'
import { aProfessional } from '../../../../test/roles.ts'
import { testApp, type SignedIn } from '../../../../test/setup.ts'
import { openSession } from '../../access/sessions/index.ts'
import { asSystem } from '../../platform/database.ts'
import { uuidv7 } from '../../platform/ids.ts'
import { addDays, romeDay } from '../../platform/time.ts'
import { mergePeople, unmerge } from '../../registry/linkage/index.ts'
import type { Adhesions, AdhesionView, CampaignCounts, CardAdhesion } from './schema.ts'

const t = await testApp()
after(() => t[Symbol.asyncDispose]())

const base = '/api/v1/vaccination'
const withCard = (what: '' | '/check' | '/withdraw', campaign: string, token: string, language = 'it') =>
  t.app.inject({
    method: 'POST',
    url: `${base}/card-adhesions${what}`,
    payload: { campaign, token },
    headers: { 'accept-language': language },
  })
const list = async (headers: SignedIn): Promise<Adhesions> =>
  (await t.app.inject({ url: `${base}/adhesions`, headers })).json()
const adheres = (
  headers: SignedIn,
  patientId: string,
  campaign: string,
  wish: { key?: string; contact?: string } = {},
) =>
  t.app.inject({
    method: 'POST',
    url: `${base}/adhesions`,
    headers: { ...headers, 'idempotency-key': wish.key ?? uuidv7() },
    payload: { patientId, campaign, contact: wish.contact ?? 'app' },
  })
const withdraws = (headers: SignedIn, id: string) =>
  t.app.inject({ method: 'POST', url: `${base}/adhesions/${id}/withdraw`, headers })

interface Row {
  cohort: string
  channel: string
  contact_address: string | null
  withdrawn_at: Date | null
}
const rowsOf = async (personId: string) =>
  (await t.owner.query<Row>('select * from vaccination.adhesion where patient_id = $1 order by made_at', [personId]))
    .rows
const eventsOf = async (personId: string) => {
  const { rows } = await t.owner.query<{ what: string }>(
    `select payload->>'what' as what from platform.event where name = 'vaccination.adhesion-changed'
     and payload->>'patientId' = $1 order by id`,
    [personId],
  )
  return rows.map(({ what }) => what)
}
const auditOf = async (personId: string) => {
  const { rows } = await t.owner.query<{ action: string }>(
    `select action from access.audit_entry where patient_id = $1 and object_type = 'adhesion' order by id`,
    [personId],
  )
  return rows.map(({ action }) => action)
}

test('fiscal code, health card and the code of the message: adhered, confirmed at that number, withdrawn the same way', async () => {
  const campaign = await aCampaign(t)
  const anna = await aCardholder(t)
  const mobile = aMobile()
  const grant = await throughFlow(t, { ...anna, purpose: campaign, mobile })
  assert.equal(grant.statusCode, 200, grant.body)
  const { token, next } = grant.json<{ token: string; next: string }>()
  assert.equal(next, `/adesioni-vaccinali/${campaign}`)

  const before = await withCard('/check', campaign, token)
  assert.deepEqual([before.statusCode, before.json<CardAdhesion>().state], [200, 'open'])
  assert.equal((await rowsOf(anna.id)).length, 0, 'looking changes nothing')

  const made = await withCard('', campaign, token)
  assert.equal(made.statusCode, 201, made.body)
  const adhesion = made.json<CardAdhesion>()
  assert.equal(adhesion.state, 'adhered')
  assert.equal(adhesion.mobile, `••• ${mobile.slice(-4)}`)
  assert.ok(!made.body.includes('Anna') && !made.body.includes(anna.code), 'the receipt names nobody')
  const again = await withCard('', campaign, token)
  assert.deepEqual([again.statusCode, again.json<CardAdhesion>().code], [200, adhesion.code])

  const [confirmation = ''] = await textsTo(t, mobile)
  assert.match(confirmation, new RegExp(`adesione ${adhesion.code} registrata`))
  assert.doesNotMatch(confirmation, /vaccin|influenza|zoster|prova|Anna/i)

  const withdrawn = await withCard('/withdraw', campaign, token)
  assert.deepEqual([withdrawn.statusCode, withdrawn.json<CardAdhesion>().state], [200, 'open'])
  assert.equal((await withCard('/withdraw', campaign, token)).statusCode, 200, 'a second time changes nothing')
  assert.match((await textsTo(t, mobile))[0] ?? '', new RegExp(`adesione ${adhesion.code} ritirata`))

  const [row] = await rowsOf(anna.id)
  assert.deepEqual(
    [row!.cohort, row!.channel, row!.contact_address],
    ['sixty', 'card', null],
    'the number is forgotten',
  )
  assert.deepEqual(await eventsOf(anna.id), ['made', 'withdrawn'])
  assert.deepEqual(
    (await auditOf(anna.id)).filter((action) => action !== 'READ'),
    ['CREATE', 'UPDATE'],
  )
  assert.equal((await withCard('', campaign, token)).statusCode, 201, 'one may adhere again')
})

test('with the card only the age counts: an exemption invites nobody there, and an adhesion for it is not shown', async () => {
  const campaign = await aCampaign(t)
  const ill = await aCardholder(t, { birthDate: '1980-05-05', exemptions: ['013'] })
  const well = await aCardholder(t, { birthDate: '1980-05-05' })
  const headers = await t.signIn(ill.id)
  const own = await list(headers)
  assert.deepEqual([own.byAgeOnly, own.people[0]!.invitedTo.includes(campaign)], [false, true])
  assert.equal((await adheres(headers, ill.id, campaign)).statusCode, 201)
  assert.equal((await rowsOf(ill.id))[0]!.cohort, 'at-risk')

  const answers: string[] = []
  for (const who of [ill, well]) {
    const token = await aGrant(t, who.id, campaign, '+393401112223')
    const state = await withCard('/check', campaign, token)
    assert.equal(state.json<CardAdhesion>().state, 'outside')
    assert.equal(state.json<CardAdhesion>().otherwise, 'Chiedi al medico.')
    const refused = await withCard('', campaign, token)
    assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [422, 'vaccination/not-invited'])
    const left = await withCard('/withdraw', campaign, token)
    answers.push(state.body, refused.body.replace(/urn:uuid:[^"]+/, ''), left.body)
  }
  assert.deepEqual(answers.slice(0, 3), answers.slice(3), 'the two are told the same, to the letter')
  assert.equal((await rowsOf(ill.id))[0]!.withdrawn_at, null)
})

test('no grant, somebody else’s campaign, a grant that is over and a campaign that closed: one answer, nothing done', async () => {
  const [campaign, other] = [await aCampaign(t), await aCampaign(t)]
  const anna = await aCardholder(t)
  const token = await aGrant(t, anna.id, campaign)
  const tries: [string, string][] = [
    [campaign, 'x'.repeat(43)],
    [other, token],
    ['mai-esistita', token],
  ]
  for (const what of ['', '/check', '/withdraw'] as const)
    for (const [wanted, shown] of tries) {
      const answer = await withCard(what, wanted, shown)
      assert.deepEqual(
        [answer.statusCode, answer.json<{ code: string }>().code],
        [401, 'public-flows/grant-needed'],
        `${what} ${wanted}`,
      )
    }
  t.setNow(new Date(t.platform.now().getTime() + 21 * 60_000))
  assert.equal((await withCard('', campaign, token)).statusCode, 401)
  assert.equal((await rowsOf(anna.id)).length, 0)
})

test('of two hundred clients who adhere for one person at once, one does; the others are told what there is', async () => {
  const campaign = await aCampaign(t)
  const anna = await aCardholder(t)
  const daughter = await aPerson(t)
  await aDelegation(t, anna, daughter, { services: ['VACCINATION'] })
  const tokens = await Promise.all(Array.from({ length: 100 }, () => aGrant(t, anna.id, campaign)))
  const [own, hers] = [await t.signIn(anna.id), await t.signIn(daughter.id)]
  const answers = await Promise.all([
    ...tokens.map((token) => withCard('', campaign, token)),
    ...Array.from({ length: 100 }, (_, n) => adheres(n % 2 ? own : hers, anna.id, campaign)),
  ])
  const count = (status: number) => answers.filter(({ statusCode }) => statusCode === status).length
  const limited = count(429)
  assert.equal(count(201), 1)
  assert.equal(count(200) + count(409) + limited, 199)
  assert.ok(count(200) >= 50, `${count(200)} with the card got the receipt`)
  for (const { statusCode, body } of answers) if (statusCode === 409) assert.match(body, /vaccination\/already-adhered/)
  const rows = await rowsOf(anna.id)
  assert.equal(rows.length, 1)
  assert.deepEqual(await eventsOf(anna.id), ['made'])
})

test('the database itself refuses a second live adhesion', async () => {
  const campaign = await aCampaign(t)
  const anna = await aCardholder(t)
  const insert = `insert into vaccination.adhesion (id, code, campaign, patient_id, cohort, asl_id, channel, made_at, contact_channel, language)
    values (gen_random_uuid(), gen_random_uuid()::text, $1, $2, 'sixty', $3, 'card', now(), 'app', 'it')`
  const all = await Promise.allSettled(
    Array.from({ length: 50 }, () => t.owner.query(insert, [campaign, anna.id, aslNapoli1])),
  )
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const one of all)
    if (one.status === 'rejected') assert.equal((one.reason as { constraint: string }).constraint, 'adhesion_live')
})

test('a mother adheres for herself and her child, at the contact she chose; the same key twice is one adhesion', async () => {
  const campaign = await aCampaign(t)
  const mobile = aMobile()
  const mother = await aPerson(t, { birthDate: '1956-03-03', mobile, email: `mamma${Date.now()}@posta.example` })
  const child = await aPerson(t, { givenName: 'Luca', birthDate: '2018-05-05', parent: mother.id, exemptions: ['013'] })
  const headers = await t.signIn(mother.id)
  const shown = await list(headers)
  assert.deepEqual(new Set(shown.people.map(({ id }) => id)), new Set([mother.id, child.id]))
  assert.ok(shown.people.every(({ invitedTo }) => invitedTo.includes(campaign)))
  assert.equal(shown.contacts.sms, `••• ${mobile.slice(-4)}`)

  const key = uuidv7()
  const twice = await Promise.all([1, 2].map(() => adheres(headers, child.id, campaign, { key, contact: 'sms' })))
  assert.deepEqual(
    twice.map(({ statusCode }) => statusCode),
    [201, 201],
  )
  const [one, same] = twice.map((answer) => answer.json<AdhesionView>())
  assert.deepEqual(one, same)
  assert.deepEqual(one!.contact, { channel: 'sms', address: `••• ${mobile.slice(-4)}` })
  assert.equal((await adheres(headers, child.id, campaign, { key, contact: 'sms' })).json<AdhesionView>().id, one!.id)
  const texts = await textsTo(t, mobile)
  assert.equal(texts.length, 1)
  assert.match(texts[0]!, new RegExp(`adesione ${one!.code} di Luca registrata`))

  const second = await adheres(headers, child.id, campaign)
  assert.deepEqual([second.statusCode, second.json<{ code: string }>().code], [409, 'vaccination/already-adhered'])
  assert.equal((await withdraws(headers, one!.id)).json<AdhesionView>().contact.address, null)
  const over = await withdraws(headers, one!.id)
  assert.deepEqual([over.statusCode, over.json<{ code: string }>().code], [409, 'vaccination/already-withdrawn'])
  const history = (await list(headers)).people.find(({ id }) => id === child.id)!.adhesions
  assert.equal(history.length, 1)
  assert.ok(history[0]!.withdrawnAt)
})

test('a stranger finds nothing, a delegate for something else neither; a delegate for vaccinations does', async () => {
  const campaign = await aCampaign(t)
  const anna = await aCardholder(t)
  const made = (await adheres(await t.signIn(anna.id), anna.id, campaign)).json<AdhesionView>()
  const [stranger, booker, delegate] = [await aPerson(t), await aPerson(t), await aPerson(t)]
  await aDelegation(t, anna, booker, { services: ['BOOKING'] })
  await aDelegation(t, anna, delegate, { services: ['VACCINATION'] })
  for (const who of [stranger, booker]) {
    const headers = await t.signIn(who.id)
    assert.ok(!(await list(headers)).people.some(({ id }) => id === anna.id))
    assert.equal((await adheres(headers, anna.id, campaign)).statusCode, 404)
    assert.equal((await withdraws(headers, made.id)).statusCode, 404)
  }
  assert.equal((await withdraws(await t.signIn(delegate.id), made.id)).statusCode, 200)
  assert.equal((await withdraws(await t.signIn(delegate.id), uuidv7())).statusCode, 404)
})

/** Headers of a session with an account of ours, which proves no identity for matters of health. */
async function accountSession(personId: string): Promise<SignedIn> {
  const facts = {
    personId,
    method: 'LOCAL',
    provider: 'local',
    level: 1,
    authenticatedAt: new Date(),
    language: 'it',
  } as const
  const session = await asSystem(t.db, (tx) => openSession(tx, t.platform.now(), facts))
  const { rows } = await t.owner.query<{ csrf_token: string }>('select csrf_token from access.session where id = $1', [
    session.id,
  ])
  return { cookie: `__Host-sid=${session.token}`, 'x-csrf-token': rows[0]!.csrf_token }
}

test('an account of ours adheres by age; what health invites to and what was adhered to for it, it does not see', async () => {
  const campaign = await aCampaign(t)
  const ill = await aPerson(t, { birthDate: '1980-05-05', exemptions: ['013'] })
  const old = await aPerson(t, { birthDate: '1950-05-05' })
  const strong = (await adheres(await t.signIn(ill.id), ill.id, campaign)).json<AdhesionView>()
  const [weak, weakOld] = [await accountSession(ill.id), await accountSession(old.id)]
  const shown = await list(weak)
  assert.deepEqual([shown.byAgeOnly, shown.people[0]!.invitedTo, shown.people[0]!.adhesions], [true, [], []])
  assert.equal((await adheres(weak, ill.id, campaign)).json<{ code: string }>().code, 'vaccination/not-invited')
  assert.equal((await withdraws(weak, strong.id)).statusCode, 404)
  assert.equal((await adheres(weakOld, old.id, campaign)).statusCode, 201)
  assert.equal((await list(weakOld)).people[0]!.adhesions.length, 1)
})

test('who is not invited, a contact that was not confirmed and a closed campaign are refused with what to do', async () => {
  const campaign = await aCampaign(t)
  const anna = await aCardholder(t)
  const young = await aPerson(t, { birthDate: '1990-05-05' })
  const headers = await t.signIn(anna.id)
  const refusals: [Promise<{ statusCode: number; body: string }>, number, string][] = [
    [adheres(await t.signIn(young.id), young.id, campaign), 422, 'vaccination/not-invited'],
    [adheres(headers, anna.id, campaign, { contact: 'sms' }), 422, 'vaccination/no-such-contact'],
    [adheres(headers, anna.id, 'mai-esistita'), 404, 'platform/not-found'],
    [adheres(headers, anna.id, campaign, { contact: 'pigeon' }), 400, 'platform/invalid-request'],
  ]
  for (const [answer, status, code] of refusals) {
    const { statusCode, body } = await answer
    const problem = JSON.parse(body) as { code: string; title: string; detail: string }
    assert.deepEqual([statusCode, problem.code], [status, code])
    assert.ok(problem.title && problem.detail)
  }
  const today = romeDay(t.platform.now())
  const closed = await aCampaign(t, { from: addDays(today, -9), until: addDays(today, -1) })
  const late = await adheres(headers, anna.id, closed)
  assert.deepEqual([late.statusCode, late.json<{ code: string }>().code], [409, 'vaccination/not-open'])
})

test('anybody reads the campaigns that are open today, in both languages', async () => {
  const today = romeDay(t.platform.now())
  const open = await aCampaign(t, { until: today })
  const over = await aCampaign(t, { from: addDays(today, -9), until: addDays(today, -1) })
  const coming = await aCampaign(t, { from: addDays(today, 1) })
  const answer = await t.app.inject({ url: `${base}/campaigns`, headers: { 'accept-language': 'en' } })
  const found = answer.json<{ campaigns: { code: string; about: string; until: string }[] }>().campaigns
  const codes = found.map(({ code }) => code)
  assert.deepEqual(
    [open, over, coming].map((code) => codes.includes(code)),
    [true, false, false],
  )
  assert.deepEqual(
    found.filter(({ code }) => code === open).map(({ about, until }) => [about, until]),
    [['For people of 60.', today]],
  )
})

test('an officer sees the figures of her authorities, as a page and as a table, and nobody’s data', async () => {
  const campaign = await aCampaign(t)
  const [napoli, salerno] = [await aCardholder(t), await aCardholder(t, { aslId: aslSalerno })]
  for (const who of [napoli, salerno]) await withCard('', campaign, await aGrant(t, who.id, campaign))
  const gone = await aCardholder(t)
  const token = await aGrant(t, gone.id, campaign)
  await withCard('', campaign, token)
  await withCard('/withdraw', campaign, token)
  // Two records of one person: nobody withdrew the adhesion that ends as double.
  const again = await aCardholder(t)
  await withCard('', campaign, await aGrant(t, again.id, campaign))
  const facts = { duplicateId: again.id, survivorId: napoli.id, by: null, reason: 'Stessa persona' }
  const merge = await asSystem(t.db, (tx) => mergePeople(tx, facts, t.platform.now()))
  const officer = await aProfessional(t, 'district-officer')
  const get = (url: string) => t.app.inject({ url, headers: { ...officer.headers, 'accept-language': 'it' } })
  const { campaigns } = (await get('/api/v1/office/campaigns')).json<CampaignCounts>()
  const { authorities } = campaigns.find(({ code }) => code === campaign)!
  assert.deepEqual(
    authorities.map(({ code, live, withCard: card, withdrawn }) => [code, live, card, withdrawn]),
    [['150204', 1, 1, 1]],
  )
  assert.deepEqual(
    (await rowsOf(again.id)).map(({ contact_address }) => contact_address),
    [null],
  )
  const table = await get('/api/v1/office/campaigns.csv')
  assert.match(table.headers['content-type'] as string, /^text\/csv/)
  assert.match(table.body, new RegExp(`"${campaign}";"Vaccino di prova \\d+";[^\n]*"150204";[^\n]*"1";"1";"1"\r\n`))
  const citizen = await t.app.inject({ url: '/api/v1/office/campaigns', headers: await t.signIn(napoli.id) })
  assert.equal(citizen.statusCode, 403)
  await asSystem(t.db, (tx) => unmerge(tx, merge, null, 'Due persone', t.platform.now()))
  const [live] = await rowsOf(again.id)
  assert.deepEqual([live!.withdrawn_at, typeof live!.contact_address], [null, 'string'])
})

test('every campaign of the region can be adhered to with the card on its first and last day', async () => {
  const { rows } = await t.owner.query<{
    code: string
    first: Date
    last: Date
    opens: Date
    closes: Date
    next: string
  }>(
    `select c.code, lower(c.open)::timestamp at time zone 'Europe/Rome' as first, upper(c.open)::timestamp at time zone 'Europe/Rome' as last,
            lower(p.valid) as opens, upper(p.valid) as closes, p.next
     from vaccination.campaign c join access.public_purpose p using (code) where c.act <> 'prova'`,
  )
  assert.ok(rows.length >= 3)
  for (const { code, first, last, opens, closes, next } of rows) {
    assert.deepEqual([opens, closes], [first, last], code)
    assert.equal(next, `/adesioni-vaccinali/${code}`)
  }
})
