/**
 * Tests access pair by pair: every route in the server's document, with every kind of credential,
 * at servers that require no token and at one that does; CORS on the same routes; and the life of a
 * token.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Scope } from '../../src/core/access/access-token.ts'
import { addToken, revokeToken } from '../../src/organise/access-tokens.ts'
import { type Key, openElectionFile, rollOf, runCli, startServer, type TestServer, vote } from '../server.ts'

const AMEND = '/elections/{id}/extensions'
/** The answer of each guarded route to a valid credential, for a request that changes nothing. */
const GUARDED: Readonly<Record<string, { group: 'cast' | 'results' | 'amend'; good: number }>> = {
  'post /vote': { group: 'cast', good: 403 },
  'post /ballots': { group: 'cast', good: 200 },
  'post /elections/{id}/ballots': { group: 'cast', good: 403 },
  'post /elections/{id}/ballot-style': { group: 'cast', good: 403 },
  [`post ${AMEND}`]: { group: 'amend', good: 409 },
  ...Object.fromEntries(
    [
      'results',
      'results/history',
      'results/stream',
      'results.json',
      'results.csv',
      'results.cdf.json',
    ].flatMap((path) =>
      [`get /${path}`, `get /elections/{id}/${path}`].map((route) => [
        route,
        { group: 'results', good: 200 },
      ]),
    ),
  ),
}
/** Routes that any site's page may read. */
const READABLE = /^get (\/elections\/\{id\})?\/(results|results\/stream|results\.json|log\/.*)$/

let open: TestServer
let closed: TestServer
/** A server with low limits. */
let small: TestServer
let next = 0
const fresh = (server: TestServer): Key => server.keys[next++]!

before(async () => {
  const election = { definition: openElectionFile(), roll: rollOf(400) }
  const ends = { definition: openElectionFile({ closes_at: '2050-01-01T00:00:00Z' }), roll: rollOf(60) }
  const all = await Promise.all([
    startServer({ ...election, args: ['--trust-proxy', '--wrong-keys', '100000'] }),
    startServer({ ...election, args: ['--require-token', 'cast', 'results', '--metrics-port', '0'] }),
    startServer({ ...ends, args: ['--trust-proxy', '--wrong-keys', '3', '--import-seconds', '30'] }),
  ])
  ;[open, closed, small] = all
})
after(() => Promise.all([open?.stop(), closed?.stop(), small?.stop()]))

async function tokenFor(
  { dataDir }: Pick<TestServer, 'dataDir'>,
  scopes: string,
  { expiresAtMs = Date.parse('2099-01-01'), perSecond = 1_000 } = {},
): Promise<{ readonly id: string; readonly token: string }> {
  const wanted = { name: `A ${scopes}`, scopes: scopes.split(' ') as Scope[], expiresAtMs, perSecond }
  const { token, text } = await addToken({ dataDir }, wanted)
  return { id: token.id, token: text }
}

async function revoke({ dataDir }: Pick<TestServer, 'dataDir'>, id: string): Promise<void> {
  assert.equal(await revokeToken({ dataDir }, id), 'revoked')
}

const WRONG_KEY = { personal_id: 'nobody', guid: 'x' }
const BODIES: Readonly<Record<string, { readonly type?: string; readonly body: string }>> = {
  'post /vote': { body: JSON.stringify({ ...WRONG_KEY, candidate: 'ada' }) },
  'post /ballots': { type: 'application/x-ndjson', body: JSON.stringify({ ...WRONG_KEY, candidate: 'ada' }) },
  'post /elections/{id}/ballots': { body: JSON.stringify({ ...WRONG_KEY, contests: { mayor: ['ada'] } }) },
  'post /elections/{id}/ballot-style': { body: JSON.stringify(WRONG_KEY) },
  [`post ${AMEND}`]: { body: JSON.stringify({ closes_at: '2021-01-01T00:00:00Z' }) },
}

const pathOf = (route: string): string =>
  route
    .split(' ')[1]!
    .replace('{id}', 'test-election')
    .replace('*', 'checkpoint')
    .replace(/\{\w+\}/g, 'x')

async function ask(
  { url }: TestServer,
  route: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly code: string | undefined; readonly headers: Headers }> {
  const { type = 'application/json', body } = BODIES[route] ?? {}
  const leave = new AbortController()
  const answer = await fetch(url + pathOf(route), {
    method: route.split(' ')[0]!.toUpperCase(),
    headers: { ...(body && { 'content-type': type }), ...headers },
    ...(body && { body }),
    signal: leave.signal,
  })
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  const code = isProblem ? ((await answer.json()) as { code: string }).code : undefined
  if (!isProblem) leave.abort()
  return { status: answer.status, code, headers: answer.headers }
}

/** The routes that the server documents, and those that it does not. */
async function routesOf({ url }: TestServer): Promise<readonly string[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>
  }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'head')
      .map((method) => `${method} ${path}`),
  )
  assert.ok(described.length > 20, String(described.length))
  return [...described, 'get /', 'get /openapi.json', 'get /docs', 'get /verify', 'get /e/{id}']
}

const codeOf = async (answer: Response) => ((await answer.json()) as { code?: string }).code
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

for (const which of ['open', 'closed'] as const)
  test(`every route answers every credential as the table says: ${which}`, async () => {
    const server = which === 'open' ? open : closed
    const [cast, results, amend, all, gone] = await Promise.all([
      ...['cast', 'results', 'amend', 'cast results amend', 'cast results amend'].map((scope) =>
        tokenFor(server, scope),
      ),
    ])
    await revoke(server, gone!.id)
    const over = await tokenFor(server, 'cast results amend', { expiresAtMs: Date.now() })
    const last = all!.token.slice(-1)
    const credentials: Readonly<
      Record<string, { headers: Record<string, string>; scopes?: string; none?: true }>
    > = {
      none: { headers: {}, none: true },
      'of a proxy': { headers: { authorization: 'Basic dXNlcjpwYXNz' }, none: true },
      'of another program': { headers: bearer('eyJhbGciOiJub25lIn0.e30.'), none: true },
      'no such id': { headers: bearer(`elections_0000000000_${all!.token.slice(21)}`) },
      'another secret': { headers: bearer(all!.token.slice(0, -1) + (last === 'A' ? 'E' : 'A')) },
      expired: { headers: bearer(over.token) },
      revoked: { headers: bearer(gone!.token) },
      cast: { headers: bearer(cast!.token), scopes: 'cast' },
      results: { headers: bearer(results!.token), scopes: 'results' },
      amend: { headers: bearer(amend!.token), scopes: 'amend' },
      all: { headers: { authorization: `bearer  ${all!.token}` }, scopes: 'cast results amend' },
    }
    const routes = await routesOf(server)
    for (const route of Object.keys(GUARDED)) assert.ok(routes.includes(route), `there is no ${route}`)
    let pairs = 0
    for (const route of routes) {
      const guarded = GUARDED[route]
      const without = guarded === undefined ? (await ask(server, route)).status : 0
      for (const [name, { headers, scopes, none }] of Object.entries(credentials)) {
        const { status, code, headers: given } = await ask(server, route, headers)
        const place = `${route}, ${name}: ${status} ${code}`
        pairs++
        if (guarded === undefined) assert.equal(status, without, place)
        else if (none && (which === 'closed' || guarded.group === 'amend'))
          assert.equal(code, 'token-missing', place)
        else if (none) assert.equal(status, guarded.good, place)
        else if (scopes === undefined) assert.equal(code, 'token-invalid', place)
        else if (!scopes.split(' ').includes(guarded.group)) assert.equal(code, 'token-scope', place)
        else assert.equal(status, guarded.good, place)
        if (status === 401) assert.equal(given.get('www-authenticate'), 'Bearer', place)
      }
    }
    assert.ok(pairs > 250, String(pairs))
  })

test('over all routes, pages of other sites may read what is public, and nothing else', async () => {
  const elsewhere = { origin: 'https://elsewhere.example' }
  const all = await tokenFor(closed, 'cast results amend')
  for (const [server, more] of [
    [open, {}],
    [closed, bearer(all.token)],
  ] as const)
    for (const route of await routesOf(server)) {
      const { headers } = await ask(server, route, { ...elsewhere, ...more })
      const isReadable = READABLE.test(route) && !(server === closed && !route.includes('/log/'))
      assert.equal(headers.get('access-control-allow-origin'), isReadable ? '*' : null, route)
      for (const name of ['credentials', 'methods', 'headers'])
        assert.equal(headers.get(`access-control-allow-${name}`), null, route)
      const asked = await fetch(server.url + pathOf(route), {
        method: 'OPTIONS',
        headers: { ...elsewhere, 'access-control-request-method': 'POST' },
      })
      assert.ok([404, 405].includes(asked.status), `${route}: ${asked.status}`)
      assert.equal(asked.headers.get('access-control-allow-origin'), null, route)
    }
  for (const path of ['/results', '/results.json', '/results/history'])
    assert.match(
      (await fetch(closed.url + path, { headers: bearer(all.token) })).headers.get('cache-control')!,
      /^private/,
      path,
    )
})

test('if ballots require a token, a voter key alone casts none, and with a token it does', async () => {
  const { token, id } = await tokenFor(closed, 'cast')
  const key = fresh(closed)
  const refused = await vote(closed.url, key, 'ada')
  assert.deepEqual([refused.status, await codeOf(refused)], [401, 'token-missing'])
  assert.equal((await vote(closed.url, key, 'ada', bearer(token))).status, 201)
  assert.equal((await vote(closed.url, key, 'ada', bearer(token))).status, 409)
  await revoke(closed, id)
  assert.equal((await vote(closed.url, fresh(closed), 'ada', bearer(token))).status, 401)
})

test('each token has its own rate; clients without a token are not slowed down by it', async () => {
  const { token } = await tokenFor(open, 'cast', { perSecond: 1 / 60 })
  assert.equal((await vote(open.url, fresh(open), 'ada', bearer(token))).status, 201)
  const key = fresh(open)
  const refused = await vote(open.url, key, 'ada', bearer(token))
  assert.deepEqual([refused.status, await codeOf(refused)], [429, 'token-rate'])
  const waitS = Number(refused.headers.get('retry-after'))
  assert.ok(waitS > 30 && waitS <= 60, String(waitS))
  assert.equal((await vote(open.url, key, 'ada')).status, 201)
})

test('lines of an import beyond the rate are not read, and can be sent again', async () => {
  const server = small
  const { token } = await tokenFor(server, 'cast', { perSecond: 1 / 60 })
  const lines = server.keys
    .slice(0, 40)
    .map(({ personal_id, guid }) => JSON.stringify({ personal_id, guid, candidate: 'ada' }))
  const send = async (body: string) => {
    const answer = await fetch(`${server.url}/ballots`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...bearer(token) },
      body,
    })
    return (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }
  const [end, ...rest] = (await send(lines.join('\n'))).toReversed()
  // One request is one use of the rate, and the import's own request has used it. The next use is
  // possible only after the import's 30 seconds.
  assert.deepEqual([end.code, end.status, end.lines, rest.length], ['token-rate', 429, 0, 0])
  const free = await fetch(`${server.url}/ballots`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
  assert.equal((await free.text()).match(/"status":201/g)?.length, 40)
})

test('wrong keys from a machine count against its token, not against its address', async () => {
  const server = small
  const place = { 'x-forwarded-for': '203.0.113.9' }
  const { token } = await tokenFor(server, 'cast')
  const wrong = async (headers: Record<string, string>, i: number) =>
    codeOf(await vote(server.url, { personal_id: `W${i}`, guid: 'x' }, 'ada', headers))
  for (let i = 0; i < 47; i++) assert.equal(await wrong({ ...place, ...bearer(token) }, i), 'unknown-key')
  assert.equal(await wrong(place, 100), 'unknown-key')
  assert.equal(await wrong({ ...place, ...bearer(token) }, 101), 'unknown-key')
  assert.equal(await wrong({ ...place, ...bearer(token) }, 102), 'too-many-attempts')
  assert.equal(await wrong(place, 103), 'unknown-key')
  assert.equal((await vote(server.url, server.keys[50]!, 'ada', { ...place, ...bearer(token) })).status, 201)
})

test('amend extends voting by an entry in the public log, and allows nothing else', async () => {
  const server = small
  const { token } = await tokenFor(server, 'amend')
  const extend = async (closes_at: string, body: object = { closes_at }) => {
    const answer = await fetch(`${server.url}/elections/test-election/extensions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token) },
      body: JSON.stringify(body),
    })
    return { status: answer.status, value: (await answer.json()) as { code?: string; closes_at?: string } }
  }
  for (const [time, code] of [
    ['2049-12-31T00:00:00Z', 'not-extended'],
    ['2050-01-01T00:00:00Z', 'not-extended'],
    ['2050-02-30T00:00:00Z', 'malformed'],
    ['tomorrow', 'malformed'],
  ] as const)
    assert.equal((await extend(time)).value.code, code, time)
  const later = await extend('2051-01-01T00:00:00+01:00')
  assert.deepEqual(later, {
    status: 200,
    value: { election: 'test-election', closes_at: '2050-12-31T23:00:00.000Z' },
  })
  const file = (await (await fetch(`${server.url}/elections/test-election`)).json()) as { closes_at: string }
  assert.equal(Date.parse(file.closes_at), Date.parse('2050-12-31T23:00:00Z'))
  // A stolen token can add only few entries, which stay in the log.
  const codes = []
  for (let i = 0; i < 12; i++) codes.push((await extend(`20${60 + i}-01-01T00:00:00Z`)).value.code ?? 'ok')
  assert.ok(codes.filter((code) => code === 'ok').length <= 2, codes.join())
  assert.ok(codes.includes('token-rate'))
})

test('health and metrics on a separate port are not on the public one', async () => {
  for (const path of ['/metrics', '/healthz', '/readyz']) {
    assert.equal((await fetch(open.url + path)).status, 200, path)
    assert.equal((await fetch(closed.url + path)).status, 404, path)
  }
  const base = `http://127.0.0.1:${closed.metricsPort}`
  const metrics = await (await fetch(`${base}/metrics`)).text()
  assert.match(metrics, /^elections_token_requests_total\{outcome="token-missing"\} [1-9]/m)
  assert.match(metrics, /^elections_wrong_keys_tracked\{kind="address",state="held"\} 0$/m)
  assert.equal((await fetch(`${base}/healthz`)).status, 200)
  assert.deepEqual(await (await fetch(`${base}/readyz`)).json(), { status: 'ready' })
  for (const path of ['/', '/results', '/vote', '/elections', '/toString'])
    assert.equal((await fetch(base + path, { method: path === '/vote' ? 'POST' : 'GET' })).status, 404, path)
  assert.equal((await fetch(`${base}/metrics`, { method: 'POST' })).status, 405)
  // An invalid request ends only its own connection.
  const socket = connect(closed.metricsPort!, '127.0.0.1').end('rubbish\r\n\r\n')
  await new Promise((resolve) =>
    socket
      .on('close', resolve)
      .on('error', () => {})
      .resume(),
  )
  assert.equal((await fetch(`${base}/readyz`)).status, 200)
})

test('the command creates a working token, lists and revokes it; invalid options create none', async () => {
  const run = (...args: string[]) => runCli(['token', ...args, '--data', small.dataDir])
  const add = (changes: Partial<Record<'name' | 'scope' | 'expires' | 'rate', string>>) =>
    run(
      'add',
      ...Object.entries({ name: 'Kiosk 3', scope: 'cast', expires: '2098-12-31', rate: '20/s', ...changes })
        .filter(([, value]) => value !== '')
        .flatMap(([name, value]) => [`--${name}`, value]),
    )
  const wrong = await Promise.all([
    ...[{ name: '' }, { name: ' ' }, { scope: '' }, { scope: 'keys:import' }, { expires: '' }].map(add),
    ...[{ expires: '2020-01-01' }, { expires: '2098-02-30' }, { rate: '20' }, { rate: '0/s' }].map(add),
    ...[run('revoke', '0000000000'), run('revoke', '../x'), runCli(['token', 'list', '--data', small.dir])],
  ])
  for (const { code, stdout, stderr } of wrong) {
    assert.deepEqual([code, stdout], [2, ''], stderr)
    assert.equal(stderr.trim().split('\n').length, 1, stderr)
  }
  const made = await add({})
  assert.equal(made.code, 0, made.stderr)
  const [token = '', , told = ''] = made.stdout.split('\n')
  assert.match(told, /^Token [a-z0-9]{10} for "Kiosk 3": cast, 20\/s, until 209[89]-/)
  assert.equal((await vote(small.url, small.keys[55]!, 'ada', bearer(token))).status, 201)
  const id = token.slice(10, 20)
  assert.match((await run('list')).stdout, new RegExp(`^${id}  Kiosk 3: cast, 20/s, until`, 'm'))
  assert.equal((await run('revoke', id)).stdout, `Token ${id} is revoked.\n`)
  assert.equal((await vote(small.url, small.keys[56]!, 'ada', bearer(token))).status, 401)
})

/** A draft may have become a file meanwhile. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOENT', path)
    return Buffer.alloc(0)
  }
}

test('no token and no token’s secret is in the folder, the logger’s output, a metric or a list', async () => {
  const { token } = await tokenFor(open, 'cast results')
  const secret = token.slice(21)
  await vote(open.url, fresh(open), 'ada', bearer(token))
  await ask(open, 'get /results', bearer(`${token.slice(0, -1)}_`))
  const files = readdirSync(open.dataDir, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  )
  for (const file of files) assert.ok(!bytesOf(join(file.parentPath, file.name)).includes(secret), file.name)
  const stored = join(open.dataDir, 'access-tokens.json')
  assert.equal(statSync(stored).mode & 0o777, 0o600)
  const listed = await runCli(['token', 'list', '--data', open.dataDir, '--json'])
  const metrics = await (await fetch(`${open.url}/metrics`)).text()
  for (const text of [open.stderr(), listed.stdout, metrics]) {
    assert.ok(!text.includes(secret))
    assert.doesNotMatch(text, /sha256|elections_[a-z0-9]{10}_/)
  }
  assert.match(open.stderr(), /an access token was added/)
})
