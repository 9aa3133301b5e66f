// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** The errors of RFC 6749, section 5.2. */
export type OauthCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'

/** A refusal of the endpoints under /oauth, answered as RFC 6749, section 5.2 wants it. */
export class OauthError extends Error {
  readonly code: OauthCode
  readonly status: 400 | 401
  constructor(code: OauthCode, description: string, status: 400 | 401 = 400) {
    super(description)
    this.code = code
    this.status = status
  }
}
