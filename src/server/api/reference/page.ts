// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

interface Schema {
  $ref?: string
  title?: string
  type?: string | string[]
  description?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  items?: Schema
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
}

interface Operation {
  operationId: string
  tags?: string[]
  summary?: string
  description?: string
  security?: unknown[]
  parameters?: { in: string; name: string; required?: boolean; description?: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description?: string; content?: Record<string, { schema: Schema }> }>
}

export interface Contract {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, Operation>>
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const html = (text: unknown): string => String(text).replaceAll(/[&<>"]/g, (character) => escapes[character]!)

function typeOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1)!
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.items) return `${typeOf(schema.items)}[]`
  return [schema.title && schema.properties ? schema.title : schema.type, schema.format && `(${schema.format})`]
    .filter(Boolean)
    .join(' ')
}

function fields(schema: Schema): string {
  const inner = schema.items ?? schema
  const properties = Object.entries(inner.properties ?? {})
  if (properties.length === 0) return `<p><code>${html(typeOf(schema))}</code> ${html(schema.description ?? '')}</p>`
  const required = new Set(inner.required)
  const rows = properties.map(
    ([name, field]) =>
      `<tr><th scope="row"><code>${html(name)}</code></th><td><code>${html(typeOf(field))}</code></td><td>${required.has(name) ? 'yes' : 'no'}</td><td>${html(field.description ?? '')}</td></tr>`,
  )
  return `<table><thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Required</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function section(path: string, method: string, operation: Operation): string {
  const parameters = operation.parameters ?? []
  const body = operation.requestBody && Object.values(operation.requestBody.content)[0]?.schema
  const answers = Object.entries(operation.responses).map(([status, response]) => {
    const schema = response.content && Object.values(response.content)[0]?.schema
    return `<h4>Answer ${html(status)}</h4>${schema ? fields(schema) : '<p>No content.</p>'}`
  })
  return `<details id="${html(operation.operationId)}"><summary><code>${method.toUpperCase()} ${html(path)}</code> ${html(operation.summary ?? '')}</summary>
<p>${html(operation.description ?? '')} ${operation.security?.length ? 'Needs a signed-in citizen.' : 'Open to everybody.'}</p>
${parameters.length > 0 ? `<h4>Parameters</h4>${fields({ properties: Object.fromEntries(parameters.map((p) => [`${p.name} (${p.in})`, { ...p.schema, ...(p.description && { description: p.description }) }])), required: parameters.filter((p) => p.required).map((p) => `${p.name} (${p.in})`) })}` : ''}
${body ? `<h4>Body</h4>${fields(body)}` : ''}${answers.join('')}</details>`
}

/** The contract as one readable page: no script, no third party, works offline and by keyboard. */
export function referencePage(contract: Contract): string {
  const byTag = new Map<string, string[]>()
  for (const [path, methods] of Object.entries(contract.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other'
      byTag.set(tag, [...(byTag.get(tag) ?? []), section(path, method, operation)])
    }
  }
  const tags = [...byTag.keys()].toSorted()
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API – ${html(contract.info.title)}</title><link rel="stylesheet" href="/api-docs.css"></head>
<body><main><h1>${html(contract.info.title)} API ${html(contract.info.version)}</h1>
<p>${html(contract.info.description ?? '')} The machine-readable contract is <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav aria-label="Sections"><ul>${tags.map((tag) => `<li><a href="#tag-${html(tag)}">${html(tag)}</a></li>`).join('')}</ul></nav>
${tags.map((tag) => `<section aria-labelledby="tag-${html(tag)}"><h2 id="tag-${html(tag)}">${html(tag)}</h2>${byTag.get(tag)!.join('\n')}</section>`).join('\n')}
</main></body></html>`
}

export const referenceStyle = `body{font:1rem/1.5 "Titillium Web",Verdana,sans-serif;color:#1a1a1a;margin:0}
main{max-width:70rem;margin:0 auto;padding:1rem}
a{color:#06c}h2{margin-top:2rem;text-transform:capitalize}
details{border:1px solid #5d7083;border-radius:4px;margin:.5rem 0;padding:.5rem .75rem}
summary{cursor:pointer;overflow-wrap:anywhere;min-height:24px}
:focus-visible{outline:3px solid #ff9900;outline-offset:2px}
table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #d9dadb}
code{font-family:ui-monospace,monospace;font-size:.9em}
nav ul{display:flex;flex-wrap:wrap;gap:1rem;padding:0;list-style:none}`
