// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { randomBytes } from 'node:crypto'
import { bearer, nameFormat, ns, spidClass, status, type SpidLevel } from '../../shared/saml-names.ts'
import { signElement, type Key } from './signing.ts'
import { piece, type Piece } from './xml-tree.ts'

/** What an answer is about: the request it answers and the person who proved who they are. */
export type Answer = {
  provider: string
  /** Whether Issuers carry their Format: those of SPID must, that of CIE's Response does not. */
  issuerFormat: boolean
  requestId: string
  requestIssuedAt: string
  consumerUrl: string
  audience: string
  level: SpidLevel
  attributes: ReadonlyMap<string, string>
  now: Date
}

const attributeTypes: Record<string, string> = { dateOfBirth: 'xs:date', expirationDate: 'xs:date' }

export function newId(): string {
  return `_${randomBytes(16).toString('hex')}`
}

/** A moment in whole seconds, as the real providers write it. */
export function instant(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`
}

/** The answer to a successful login as a piece of XML, not yet signed. */
export function successPiece(answer: Answer): Piece {
  const response = envelope(answer)
  response.children.push(piece('samlp:Status', {}, piece('samlp:StatusCode', { Value: status.success })))
  response.children.push(assertionPiece(answer))
  return response
}

function envelope(answer: Answer): Piece {
  return piece(
    'samlp:Response',
    {
      'xmlns:samlp': ns.protocol,
      'xmlns:saml': ns.assertion,
      ID: newId(),
      Version: '2.0',
      IssueInstant: instant(answer.now),
      InResponseTo: answer.requestId,
      Destination: answer.consumerUrl,
    },
    piece('saml:Issuer', answer.issuerFormat ? { Format: nameFormat.entity } : {}, answer.provider),
  )
}

function assertionPiece(answer: Answer): Piece {
  const end = instant(new Date(answer.now.getTime() + 300_000))
  const attributes = [...answer.attributes].map(([name, value]) =>
    piece(
      'saml:Attribute',
      { Name: name, NameFormat: nameFormat.basic },
      piece('saml:AttributeValue', { 'xsi:type': attributeTypes[name] ?? 'xs:string' }, value),
    ),
  )
  return piece(
    'saml:Assertion',
    {
      'xmlns:saml': ns.assertion,
      'xmlns:xs': 'http://www.w3.org/2001/XMLSchema',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      ID: newId(),
      Version: '2.0',
      IssueInstant: instant(answer.now),
    },
    piece('saml:Issuer', { Format: nameFormat.entity }, answer.provider),
    piece(
      'saml:Subject',
      {},
      piece('saml:NameID', { Format: nameFormat.transient, NameQualifier: answer.provider }, newId()),
      piece(
        'saml:SubjectConfirmation',
        { Method: bearer },
        piece('saml:SubjectConfirmationData', {
          Recipient: answer.consumerUrl,
          InResponseTo: answer.requestId,
          NotOnOrAfter: end,
        }),
      ),
    ),
    piece(
      'saml:Conditions',
      { NotBefore: answer.requestIssuedAt, NotOnOrAfter: end },
      piece('saml:AudienceRestriction', {}, piece('saml:Audience', {}, answer.audience)),
    ),
    piece(
      'saml:AuthnStatement',
      // Only a level 1 login opens a session at the provider's, so only there is an index to give.
      { AuthnInstant: instant(answer.now), ...(answer.level === 1 ? { SessionIndex: newId() } : {}) },
      piece('saml:AuthnContext', {}, piece('saml:AuthnContextClassRef', {}, spidClass[answer.level])),
    ),
    piece('saml:AttributeStatement', {}, ...attributes),
  )
}

/** Signs the Assertion and then the Response around it. */
export function signBoth(xml: string, key: Key): string {
  return signElement(signElement(xml, 'Assertion', key), 'Response', key)
}

const errorStatus: Record<number, [top: string, sub?: string]> = {
  8: [status.requester],
  9: [status.versionMismatch],
  11: [status.requester],
  12: [status.requester, status.noAuthnContext],
  13: [status.requester, status.requestDenied],
  14: [status.requester, status.requestUnsupported],
  15: [status.requester, status.noPassive],
  16: [status.requester, status.requestUnsupported],
  17: [status.requester, status.requestUnsupported],
  18: [status.requester, status.requestUnsupported],
}

/** An answer that says no: `ErrorCode nrNN` of the SPID table, in a signed Response without Assertion. */
export function refusalPiece(
  answer: Omit<Answer, 'attributes' | 'audience' | 'level' | 'requestIssuedAt'>,
  error: number,
): Piece {
  const response = envelope({ ...answer, attributes: new Map(), audience: '', level: 1, requestIssuedAt: '' })
  const [top, sub] = errorStatus[error] ?? [status.responder, status.authnFailed]
  const code = piece('samlp:StatusCode', { Value: top })
  if (sub) code.children.push(piece('samlp:StatusCode', { Value: sub }))
  const message = `ErrorCode nr${String(error).padStart(2, '0')}`
  response.children.push(piece('samlp:Status', {}, code, piece('samlp:StatusMessage', {}, message)))
  return response
}
