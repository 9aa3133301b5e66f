// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { lookup as resolveName } from 'node:dns'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Networks that only insiders reach: an address given by a partner must never lead there (OWASP, SSRF prevention). */
const inside = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, bits, 'ipv4')
// Of IPv6 only the global unicast range is outside, without the prefixes that carry an IPv4 address or are for documents.
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  inside.addSubnet(network, bits, 'ipv6')

/** Whether an IP address lies on the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !inside.check(address, 'ipv4')
  return family === 6 && globalUnicast.check(address, 'ipv6') && !inside.check(address, 'ipv6')
}

/** The address could not be read, or may not be: the message says why, for the partner's list of errors. */
export class UnreadableAddress extends Error {}

/** Resolves a name and lets the connection go only to the public addresses found, so that nothing changes in between. */
const publicOnly: LookupFunction = (host, options, done) => {
  resolveName(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '')
    const first = found.find(({ address }) => isPublicAddress(address))
    if (!first || !found.every(({ address }) => isPublicAddress(address)))
      return done(new UnreadableAddress('the name leads into a private network'), '')
    return options.all ? done(null, [first]) : done(null, first.address, first.family)
  })
}

const most = 64 * 1024
const patience = 3_000

function allowed(address: string, anywhere: boolean): URL {
  if (!URL.canParse(address)) throw new UnreadableAddress('this is no address')
  const url = new URL(address)
  if (url.username || url.password) throw new UnreadableAddress('the address carries a password')
  if (anywhere) return url
  if (url.protocol !== 'https:') throw new UnreadableAddress('the address is not https')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !isPublicAddress(host)) throw new UnreadableAddress('the address is in a private network')
  return url
}

/**
 * Reads a JSON document from an address that somebody else chose: https only, public networks only, no redirects, at
 * most 64 kB within three seconds. `anywhere` lifts scheme and network, for addresses from our own configuration.
 *
 * @throws UnreadableAddress
 */
export async function readJson(
  address: string,
  options: { anywhere?: boolean; headers?: Record<string, string> } = {},
): Promise<unknown> {
  const { anywhere = false, headers = {} } = options
  const url = allowed(address, anywhere)
  const text = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string) => reject(new UnreadableAddress(reason))
    const send = url.protocol === 'https:' ? secureRequest : plainRequest
    const request = send(url, {
      headers: { accept: 'application/json', ...headers },
      signal: AbortSignal.timeout(patience),
      agent: false,
      ...(!anywhere && { lookup: publicOnly }),
    })
    request.on('error', (error) => (error instanceof UnreadableAddress ? reject(error) : fail('it does not answer')))
    request.on('response', (response) => {
      if (response.statusCode !== 200) {
        response.destroy()
        return fail(`it answers ${response.statusCode}`)
      }
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > most) return response.destroy(new UnreadableAddress('it sends more than 64 kB'))
        return parts.push(part)
      })
      response.on('error', (error) => fail(error.message))
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')))
    })
    request.end()
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableAddress('it sends no JSON')
  }
}
