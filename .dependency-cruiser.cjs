// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
// The floors of docs/architecture.md: a floor may use the floors below it, never above.

const server = '^src/server'
const floor = {
  platform: `${server}/platform/`,
  national: `${server}/national/`,
  registry: `${server}/registry/`,
  access: `${server}/access/`,
  engines: `${server}/engines/`,
  services: `${server}/services/`,
  insight: `${server}/insight/`,
  api: `${server}/api/`,
}
const order = ['platform', 'national', 'registry', 'access', 'engines', 'services', 'insight', 'api']

const upwards = order.slice(0, -1).map((name, i) => ({
  name: `${name}-uses-nothing-above`,
  severity: 'error',
  comment: `The ${name} floor may not use the floors above it.`,
  from: { path: floor[name] },
  to: { path: order.slice(i + 1).map((above) => floor[above]) },
}))

const neighbours = ['services', 'insight'].map((name) => ({
  name: `${name}-rooms-are-strangers`,
  severity: 'error',
  comment: 'Rooms of this floor speak to each other only by domain events.',
  from: { path: `${floor[name]}([^/]+)/` },
  to: { path: floor[name], pathNot: `${floor[name]}$1/` },
}))

const doors = ['national', 'registry', 'access', 'engines', 'services', 'insight'].map((name) => ({
  name: `${name}-front-door`,
  severity: 'error',
  comment: 'A room is entered by its index.ts only.',
  from: { path: '^src/', pathNot: `${floor[name]}([^/]+)/` },
  to: { path: `${floor[name]}[^/]+/`, pathNot: `${floor[name]}[^/]+/index\\.ts$` },
}))

const doorsBetween = ['national', 'registry', 'access', 'engines'].map((name) => ({
  name: `${name}-front-door-between-rooms`,
  severity: 'error',
  comment: 'Neighbours too enter by index.ts.',
  from: { path: `${floor[name]}([^/]+)/` },
  to: { path: `${floor[name]}[^/]+/`, pathNot: [`${floor[name]}$1/`, `${floor[name]}[^/]+/index\\.ts$`] },
}))

module.exports = {
  forbidden: [
    ...upwards,
    ...neighbours,
    ...doors,
    ...doorsBetween,
    {
      name: 'shared-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { path: '^(src/(server|web|sandbox)|db|scripts|bench|test)/' },
    },
    {
      name: 'sandbox-and-server-are-strangers',
      severity: 'error',
      comment: 'The sandbox is another party.',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/(server|web)/' },
    },
    {
      name: 'server-knows-no-sandbox',
      severity: 'error',
      from: { path: '^src/(server|web)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'web-speaks-http',
      severity: 'error',
      comment: 'Screens use the public API only.',
      from: { path: '^src/web/' },
      to: { path: '^(src/server|db|scripts)/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: [
          '\\.test\\.ts$',
          '\\.d\\.ts$',
          '(main|worker|sw|prerender|entry[^/]*)\\.tsx?$',
          'api\\.schema\\.ts$',
          'service-worker\\.js$',
        ],
      },
      to: {},
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?url$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
