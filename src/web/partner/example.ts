// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** What the command-line example is about. */
export interface Example {
  tokenEndpoint: string
  clientId: string
  kid: string
  keyFile: string
}

/**
 * A script for bash, openssl and curl that signs an assertion with an RSA key, gets a token and reads three services of the
 * catalogue.
 */
export function shellExample({ tokenEndpoint, clientId, kid, keyFile }: Example): string {
  const origin = new URL(tokenEndpoint).origin
  return `#!/usr/bin/env bash
set -euo pipefail
KEY=${keyFile}
CLIENT=${clientId}
KID=${kid}
TOKEN_ENDPOINT=${tokenEndpoint}

b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
NOW=$(date +%s)
HEAD=$(printf '{"alg":"RS256","typ":"JWT","kid":"%s"}' "$KID" | b64)
BODY=$(printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%s,"exp":%s}' \\
  "$CLIENT" "$CLIENT" "$TOKEN_ENDPOINT" "$(openssl rand -hex 16)" "$NOW" "$((NOW + 60))" | b64)
SIGNATURE=$(printf '%s.%s' "$HEAD" "$BODY" | openssl dgst -sha256 -sign "$KEY" -binary | b64)

TOKEN=$(curl -sS --fail-with-body "$TOKEN_ENDPOINT" \\
  -d grant_type=client_credentials \\
  -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\
  -d "client_assertion=$HEAD.$BODY.$SIGNATURE" | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

curl -sS --fail-with-body "${origin}/api/partner/v1/services?limit=3" -H "Authorization: Bearer $TOKEN"
`
}
