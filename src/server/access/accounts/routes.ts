// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Problem, type App } from '../../platform/http.ts'
import { perMinute } from '../../platform/limits.ts'
import type { Platform } from '../../platform/room.ts'
import { pause } from '../codes/index.ts'
import { StepUp } from '../sign-in/index.ts'
import { changePassword, closeAccount, confirmMobile, createAccount, findAccount, startMobile } from './accounts.ts'
import { accountsOf } from './context.ts'
import { letIn, visitorOf } from './page-routes.ts'
import * as passkeys from './passkeys.ts'
import { noAccount, passkeyRefused } from './refusals.ts'
import * as shapes from './schema.ts'
import { newToken, passkeyCookie, passkeyCookieOptions } from './tokens.ts'

const tags = ['access']
const account = { 200: shapes.Account, '4xx': Problem }

export function routes(app: App, platform: Platform): void {
  const accounts = () => accountsOf(platform)
  const rateLimit = perMinute(platform.config, 'SIGN_INS_PER_MINUTE', 600)

  app.get(
    '/api/v1/account',
    {
      schema: { operationId: 'getAccount', tags, summary: 'The account of the signed-in person', response: account },
    },
    async ({ actor }) => {
      const found = await findAccount(await accounts(), actor)
      if (!found) throw noAccount
      return found
    },
  )

  app.post(
    '/api/v1/account',
    {
      schema: {
        operationId: 'createAccount',
        tags,
        summary: 'Open an account, bound to the strong identity just shown',
        body: shapes.NewAccount,
        response: { 201: shapes.Account, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => reply.code(201).send(await createAccount(await accounts(), actor, body)),
  )

  app.delete(
    '/api/v1/account',
    {
      schema: {
        operationId: 'closeAccount',
        tags,
        summary: 'Close the account',
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async ({ actor }, reply) => {
      await closeAccount(await accounts(), actor)
      return reply.code(204).send(null)
    },
  )

  app.put(
    '/api/v1/account/password',
    {
      schema: {
        operationId: 'setAccountPassword',
        tags,
        summary: 'Choose another password',
        body: shapes.NewPassword,
        response: account,
      },
    },
    async ({ actor, body }) => changePassword(await accounts(), actor, body),
  )

  app.post(
    '/api/v1/account/mobile',
    {
      schema: {
        operationId: 'startAccountMobile',
        tags,
        summary: 'Send a code to the number that shall receive the codes',
        body: shapes.NewMobile,
        response: { 202: shapes.CodeSent, '4xx': Problem },
      },
    },
    async ({ actor, body }, reply) => {
      const started = await startMobile(await accounts(), actor, body.mobile)
      return reply.code(202).send({ ...started, resendAfterSeconds: pause })
    },
  )

  app.put(
    '/api/v1/account/mobile',
    {
      schema: {
        operationId: 'confirmAccountMobile',
        tags,
        summary: 'Confirm the number with the code that arrived',
        body: shapes.MobileCode,
        response: account,
      },
    },
    async ({ actor, body }) => confirmMobile(await accounts(), actor, body),
  )

  /** The value that ties a challenge to this browser; given when the browser has none. */
  const browserOf = (req: FastifyRequest, reply: FastifyReply): string => {
    const browser = req.cookies[passkeyCookie] ?? newToken()
    void reply.setCookie(passkeyCookie, browser, passkeyCookieOptions).header('cache-control', 'no-store')
    return browser
  }

  app.post(
    '/api/v1/account/passkeys/options',
    {
      schema: {
        operationId: 'startPasskey',
        tags,
        summary: 'What the browser needs to make a passkey',
        response: { 200: shapes.PasskeyOptions, '4xx': Problem },
      },
    },
    async (req, reply) => passkeys.startPasskey(await accounts(), req.actor, browserOf(req, reply)),
  )

  app.post(
    '/api/v1/account/passkeys',
    {
      schema: {
        operationId: 'addPasskey',
        tags,
        summary: 'Add the passkey that the browser made',
        body: shapes.NewPasskey,
        response: { 201: shapes.Account, '4xx': Problem },
      },
    },
    async (req, reply) => {
      const browser = req.cookies[passkeyCookie]
      if (browser === undefined) throw passkeyRefused
      const credential = req.body.credential as RegistrationResponseJSON // shape checked; the library checks the rest
      const { name } = req.body
      return reply.code(201).send(await passkeys.addPasskey(await accounts(), req.actor, browser, { name, credential }))
    },
  )

  app.patch(
    '/api/v1/account/passkeys/:id',
    {
      schema: {
        operationId: 'renamePasskey',
        tags,
        summary: 'Give a passkey another name',
        params: shapes.ById,
        body: shapes.PasskeyName,
        response: account,
      },
    },
    async ({ actor, params, body }) => passkeys.renamePasskey(await accounts(), actor, params.id, body.name),
  )

  app.delete(
    '/api/v1/account/passkeys/:id',
    {
      schema: {
        operationId: 'removePasskey',
        tags,
        summary: 'Remove a passkey',
        params: shapes.ById,
        response: account,
      },
    },
    async ({ actor, params }) => passkeys.removePasskey(await accounts(), actor, params.id),
  )

  app.post(
    '/api/v1/passkey-sign-ins/options',
    {
      config: { rateLimit },
      schema: {
        operationId: 'startPasskeySignIn',
        tags,
        summary: 'What the browser needs to sign in with a passkey',
        querystring: Type.Object({ stepUp: StepUp }, { title: 'PasskeySignInQuery' }),
        response: { 200: shapes.PasskeyOptions, '4xx': Problem },
      },
    },
    async (req, reply) =>
      passkeys.startPasskeySignIn(
        await accounts(),
        browserOf(req, reply),
        req.query.stepUp ? req.actor.personId : null,
      ),
  )

  app.post(
    '/api/v1/passkey-sign-ins',
    {
      config: { rateLimit },
      schema: {
        operationId: 'signInWithPasskey',
        tags,
        summary: 'Sign in with a passkey',
        body: shapes.PasskeyAnswer,
        response: { 204: Type.Null(), '4xx': Problem },
      },
    },
    async (req, reply) => {
      const room = await accounts()
      const browser = req.cookies[passkeyCookie]
      if (browser === undefined) throw passkeyRefused
      const answer = req.body as AuthenticationResponseJSON // shape checked; the library checks the rest
      const entered = await passkeys.finishPasskeySignIn(room, visitorOf(req), browser, answer)
      return letIn(reply, entered, room.config.knownDeviceDays).code(204).send(null)
    },
  )
}
