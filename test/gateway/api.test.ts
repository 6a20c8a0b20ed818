/**
 * The published description of the API is true: it names every route and no other, and what a
 * server answers, to good requests and bad ones, is what it says.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { compiler, type Documented, documentedBy, documentedPath } from '../documented.ts'
import { openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'

const ID = 'test-election'
const folder = mkdtempSync(join(tmpdir(), 'elections-routes-'))
const ROUTES_FILE = join(folder, 'routes')
let server: TestServer
let api: Documented
let next = 0
const freshKey = () => {
  const { personal_id, guid } = server.keys[next++]!
  return { personal_id, guid }
}

before(async () => {
  server = await startServer({
    definition: openElectionFile(),
    roll: rollOf(400),
    env: { ROUTES_FILE, NODE_OPTIONS: `--import=${new URL('../recorded-routes.ts', import.meta.url).href}` },
  })
  api = await documentedBy(server.url)
})
after(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  api.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** Routes that the server has, as `METHOD /path/{}`, with the names in their queries. */
function registered(): ReadonlyMap<string, readonly string[]> {
  const lines = readFileSync(ROUTES_FILE, 'utf8').trimEnd().split('\n')
  const byHand = globSync('src/gateway/*.ts', { cwd: join(import.meta.dirname, '../..') }).flatMap((path) =>
    [
      ...readFileSync(join(import.meta.dirname, '../..', path), 'utf8').matchAll(
        /request\.url === '([^']+)' && request\.method === '([A-Z]+)'/g,
      ),
    ].map(([, url, method]) => `${method} ${url}`),
  )
  assert.ok(byHand.includes('POST /vote'), 'the hot path')
  // HEAD goes with GET, and files of the reference page with it.
  return new Map(
    [...lines, ...byHand]
      .filter((line) => !/^(HEAD|OPTIONS) |^\w+ \/docs\/./.test(line))
      .map((line) => {
        const [method, path = '', query = ''] = line.split(' ')
        const bare = path.replace(/(?<=.)\/$/, '').replaceAll(/:\w+/g, '{}')
        return [`${method} ${bare}`, query.split(',').filter((name) => name !== '')]
      }),
  )
}

test('every route is documented, and nothing else is', () => {
  const documented = Object.entries(api.document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '{}')}`),
  )
  const routes = registered()
  assert.ok(routes.size > 25, `${routes.size} routes`)
  const isOf = (route: string) => (line: string) =>
    route.endsWith('*') ? line.startsWith(route.slice(0, -1)) : line === route
  for (const route of routes.keys()) assert.ok(documented.some(isOf(route)), `${route} is not documented`)
  for (const line of documented)
    assert.ok(
      [...routes.keys()].some((route) => isOf(route)(line)),
      `${line} is documented, and is no route`,
    )
})

test('what routes read of a query is documented, and nothing else is', () => {
  for (const [route, query] of registered()) {
    const [method = '', path = ''] = route.split(' ')
    const found = documentedPath(Object.keys(api.document.paths), path.replaceAll('{}', 'x'))
    if (path.endsWith('*') || found === undefined) continue
    const { parameters = [] } = api.document.paths[found]![method.toLowerCase()] as {
      parameters?: readonly { in?: string; name?: string }[]
    }
    const documented = parameters.filter((each) => each.in === 'query').map(({ name }) => name)
    // What a page's own script reads of its address the server leaves to it.
    if (!route.startsWith('GET /e/') && route !== 'GET /')
      assert.deepEqual(documented.sort(), query.toSorted(), route)
  }
})

test('ballots and their refusals are as documented', async () => {
  const key = freshKey()
  const retry = { 'idempotency-key': 'one' }
  assert.equal((await post('/vote', { ...key, candidate: 'ada' }, retry)).status, 201)
  assert.equal((await post('/vote', { ...key, candidate: 'ada' }, retry)).status, 201)
  const ballots = `/elections/${ID}/ballots`
  assert.equal((await post(ballots, { ...freshKey(), contests: { mayor: ['ada'] } })).status, 201)
  const style = `/elections/${ID}/ballot-style`
  assert.equal((await post(style, freshKey())).status, 200)
  const unknown = { personal_id: 'nobody', guid: '7b0e6f3c-8f0c-4d53-9c55-2d1a3c2f5f0e' }
  for (const [path, body, status] of [
    ['/vote', { ...key, candidate: 'grace' }, 409],
    ['/vote', { ...unknown, candidate: 'ada' }, 403],
    ['/vote', { ...freshKey(), candidate: 'nobody' }, 422],
    ['/vote', '{', 400],
    ['/vote', `"${'x'.repeat(5_000)}"`, 413],
    [ballots, { ...key, contests: { mayor: ['ada'] } }, 409],
    [ballots, { ...freshKey(), contests: { mayor: ['ada', 'grace'] } }, 422],
    [ballots, { ...freshKey(), contests: { nothing: ['ada'] } }, 422],
    [ballots, { ...freshKey(), contests: { mayor: 4711 } }, 400],
    [style, key, 409],
    [style, unknown, 403],
    ['/elections/none/ballots', { ...freshKey(), contests: {} }, 404],
  ] as const)
    assert.equal((await post(path, body)).status, status, `${path} ${JSON.stringify(body).slice(0, 200)}`)
  const text = { 'content-type': 'text/plain' }
  for (const path of ['/vote', ballots, '/ballots', style]) {
    assert.equal((await post(path, 'x', text)).status, 415)
    assert.equal((await post(path, '{}', { 'content-encoding': 'br' })).status, 415)
  }
})

test('lines of ballots and what ends them are as documented', async () => {
  const ndjson = { 'content-type': 'application/x-ndjson' }
  const good = JSON.stringify({ ...freshKey(), candidate: 'ada', idempotency_key: 'x' })
  const lines = [good, good, '{}', 'x', JSON.stringify({ ...freshKey(), contests: { mayor: ['alan'] } })]
  for (const path of [`/elections/${ID}/ballots?receipts=full`, '/ballots', '/ballots?receipts=trackers']) {
    const answer = await post(path, `${lines.join('\n')}\n`, ndjson)
    assert.equal(answer.status, 200)
    assert.equal((await answer.text()).trim().split('\n').length, lines.length)
  }
  const ended = await (await post('/ballots', 'x\n'.repeat(200), ndjson)).text()
  assert.match(ended, /"ended":true,.*"no-ballots"/)
  assert.equal((await post('/ballots?receipts=many', good, ndjson)).status, 400)
})

test('what is read is as documented, whole and unchanged, and so is what is not there', async () => {
  const statusOf = async (path: string, headers: Readonly<Record<string, string>> = {}) =>
    (await api.fetch(path, { headers })).status
  const size = await untilLogged()
  const { tracker } = (await (await post('/vote', { ...freshKey(), candidate: 'ada' })).json()) as {
    tracker: string
  }
  const files = ['checkpoint', 'genesis.json', 'definition.json', 'districts.json', `tile/0/000.p/${size}`]
  const paths = ['/results', '/results/history', '/results.json', '/results.csv', '/results.cdf.json']
  for (const base of ['', `/elections/${ID}`])
    for (const path of [...paths, ...files.map((file) => `/log/${file}`)]) {
      const first = await api.fetch(base + path)
      assert.equal(first.status, 200, base + path)
      const etag = first.headers.get('etag')!
      // A count that changed meanwhile is another one.
      assert.ok([200, 304].includes(await statusOf(base + path, { 'if-none-match': etag })))
      assert.equal((await api.fetch(base + path, { method: 'HEAD' })).status, 200)
    }
  assert.ok([200, 404].includes(await statusOf(`/log/proof/${tracker}`)))
  for (const path of ['/elections', `/elections/${ID}`, '/healthz', '/readyz', '/metrics', '/openapi.json'])
    assert.equal(await statusOf(path), 200, path)
  for (const path of [
    '/',
    '/verify',
    `/e/${ID}`,
    `/e/${ID}/verify`,
    `/e/${ID}/results`,
    '/docs',
    `/e/${ID}/preview.png`,
  ])
    assert.equal(await statusOf(path), 200, path)
  for (const path of [
    ...['/e/none', '/e/none/results', '/e/none/verify', '/assets/none.js', `/e/${ID}/pictures/00`],
    ...['/elections/none', '/elections/none/results', '/log/checkpoint.witnessed', '/log/certification.json'],
    ...['/log/certification.pdf', '/log/tile/0/999', '/log/tile/5/x001/000', `/log/proof/${'A'.repeat(43)}`],
    ...[`/elections/${'x'.repeat(200)}`, '/log/tile/entries/x001/000.p/3'],
  ]) {
    assert.equal(await statusOf(path), 404, path)
    assert.equal(await statusOf(path, { accept: 'text/html' }), 404, path)
  }
  assert.equal(await statusOf(`/results/stream?last=${'1'.repeat(50)}`), 400)
  assert.equal((await api.fetch('/results', { method: 'DELETE' })).status, 405)
})

for (const [what, path, kinds] of [
  ['whole snapshots', '/results/stream', { '': 'Snapshot', beat: 'Pulse' }],
  ['deltas', '/results/stream?deltas=1', { '': 'Snapshot', beat: 'Pulse', delta: 'Delta' }],
] as const)
  test(`events of the stream of ${what} are as documented`, async () => {
    const schemas = compiler(api.document)
    const { schemas: named = {} } = api.document.components
    const isEvent = schemas.of(named.ResultsEvent!)
    const stop = new AbortController()
    const response = await api.fetch(path, { signal: stop.signal })
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    const seen = new Set<string>()
    for await (const fields of eventsOf(response)) {
      assert.ok(isEvent(fields), `${JSON.stringify(fields)}: ${schemas.words(isEvent)}`)
      const kind = fields.event ?? ''
      const validate = schemas.of(named[(kinds as Readonly<Record<string, string>>)[kind]!]!)
      assert.ok(validate(JSON.parse(fields.data!)), `${fields.data}: ${schemas.words(validate)}`)
      seen.add(kind)
      if (seen.size === Object.keys(kinds).length) break
      if (kind === 'beat') await post('/vote', { ...freshKey(), candidate: 'ada' })
    }
    stop.abort()
  })

/** The events of a stream, by their fields. */
async function* eventsOf(response: Response): AsyncGenerator<Readonly<Record<string, string>>> {
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop()!
    for (const event of events.filter((each) => !each.startsWith('retry:')))
      yield Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]))
  }
}

test('an answer that is not documented is found', () => {
  const headers = new Headers({ 'content-type': 'application/json' })
  const of = (path: string, status: number, value: unknown) =>
    api.check({ method: 'GET', path, status, headers, body: new TextEncoder().encode(JSON.stringify(value)) })
  assert.equal(of('/readyz', 200, { status: 'ready' }), undefined)
  assert.match(of('/readyz', 200, { status: 'ready', more: 1 })!, /additional properties/)
  assert.match(of('/readyz', 200, { status: 'almost' })!, /constant/)
  assert.match(of('/readyz', 418, {})!, /is not documented/)
  assert.match(of('/nowhere', 200, {})!, /not documented/)
  assert.equal(documentedPath(['/e/{id}', '/e/all'], '/e/all'), '/e/all')
})

/** Casts enough for a count to tell of. @returns how many leaves the log then has */
async function untilLogged(): Promise<number> {
  const line = (i: number) => JSON.stringify({ ...freshKey(), candidate: ['ada', 'grace', 'alan'][i % 3] })
  const body = Array.from({ length: 100 }, (_, i) => line(i)).join('\n')
  await post('/ballots', body, { 'content-type': 'application/x-ndjson' })
  for (;;) {
    const { log } = (await (await api.fetch('/results')).json()) as {
      log: null | { size: number; behind: number }
    }
    if (log?.behind === 0 && log.size > 100) return log.size
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('each curl command of docs/api.md does what it says', async (t) => {
  if (spawnSync('curl', ['--version']).status !== 0) return t.skip('needs curl')
  const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const commands = [...text.matchAll(/^ {4}(curl .*)$/gm)].map(([, command]) => command!)
  assert.ok(commands.length >= 8)
  const { tracker } = (await (await post('/vote', { ...freshKey(), candidate: 'ada' })).json()) as {
    tracker: string
  }
  const statuses: string[] = []
  for (const command of commands) {
    const { personal_id, guid } = freshKey()
    const here = command
      .replace('https://vote.example.org', server.url)
      .replace('town-2026', ID)
      .replace(/"personal_id":"\w+","guid":"[\w-]+"/, `"personal_id":"${personal_id}","guid":"${guid}"`)
      .replace(/proof\/[\w-]+/, `proof/${tracker}`)
      .replace('curl ', "curl -o /dev/null -w '%{http_code}' ")
    const child = spawn('sh', ['-c', here], { stdio: ['ignore', 'pipe', 'ignore'] })
    let status = ''
    child.stdout.on('data', (chunk) => {
      status += chunk
    })
    await once(child, 'close')
    statuses.push(status)
  }
  // The proof's ballot may not be in the log yet, which is said.
  const expected = ['201', '201', '200', '200', '200', '200', statuses[6]!, '200']
  assert.deepEqual(statuses, expected)
  assert.match(statuses[6]!, /^(200|404)$/)
})
