/**
 * Sends ten thousand odd requests, the same ones in every run: no request of a stranger makes the
 * server fail, log a line, or miss a later vote.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { type Key, openElectionFile, rollOf, startServer, vote } from '../server.ts'

const REQUESTS = 10_000
const AT_ONCE = 60
const SEED = 20_261_129
/**
 * A connection whose request may be incomplete waits for more: after this long without an answer,
 * nothing more is sent on it.
 */
const QUIET_MS = 100
/** The same for requests with complete ends, whose connections the server closes. */
const COMPLETE_QUIET_MS = 20_000
const MOST_LOG_BYTES = 2_000

/** mulberry32 */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const METHODS = [
  ...[
    'GET',
    'POST',
    'POST',
    'POST',
    'HEAD',
    'PUT',
    'DELETE',
    'OPTIONS',
    'PATCH',
    'TRACE',
    'CONNECT',
    'QUERY',
  ],
]
/** Methods that the parser refuses, so that such a request is the last of its connection. */
const WILD_METHODS = ['PROPFIND', 'get', 'G\0T', 'X'.repeat(300), '', 'CONNECT']
const ID = 'test-election'
const PATHS = [
  ...['/vote', '/vote', '/vote', '/vote?x', '/ballots', '/ballots?receipts=full', `/elections/${ID}/ballots`],
  ...[
    `/elections/${ID}/ballots`,
    `/elections/${ID}/ballot-style`,
    '/ballots?receipts=9',
    '/elections/x/ballots',
  ],
  ...[
    '/',
    '/results',
    '/elections',
    '/e',
    '/E/x',
    `/e/${ID}`,
    '/verify',
    '/e/constructor',
    '/results/history',
  ],
  ...[
    '/results.json',
    '/results.csv',
    '/results.cdf.json',
    '/log/checkpoint',
    '/log/tile/0/000',
    '/log/proof/x',
  ],
  ...['/log/../keys/log-key', '/log/%2e%2e/election.db', '/%', '/%E0%A4%A', '//', '/e/%00/results'],
  ...[
    '/healthz',
    '/readyz',
    '/metrics',
    '/docs',
    '/docs/json',
    '/docs/static/%00',
    '/openapi.json',
    '/assets/..%2f',
  ],
  ...['http://x/vote', `/${'a'.repeat(9_000)}`, `/?${'q=1&'.repeat(500)}`, '/__proto__', '/constructor'],
  ...['/elections/__proto__/log/checkpoint', '/elections/constructor', '/results?last=x'],
]
const WILD_PATHS = ['/\\', '*', '/#x', '', 'vote', '/vote\t', '/\u00ff', '/ x']

const HEADERS = [
  ...['content-type: application/x-ndjson', 'content-type: application/x-ndjson', 'content-type: text/plain'],
  ...[
    'content-type:',
    'content-type: application/json;charset=latin1',
    'content-type: ;',
    'content-type: a/b/c',
  ],
  ...['accept: text/html', 'accept-encoding: gzip;q=x, br', 'accept-version: 9', 'cookie: \u00ff\u00fe'],
  ...[
    'idempotency-key: a',
    'idempotency-key: ',
    `idempotency-key: ${'k'.repeat(200)}`,
    'expect: x',
    'te: trailers',
  ],
  ...[
    'upgrade: h2c',
    'content-encoding: gzip',
    'content-encoding: identity',
    'if-none-match: *',
    'range: bytes=9-1',
  ],
  ...['if-none-match: "\\', 'x-forwarded-for: 1, , [::', 'host: other', 'origin: null', 'last-event-id: x'],
]
const WILD_HEADERS = [
  ...[
    'connection: close',
    'connection: upgrade, x',
    'expect: 100-continue',
    'x y: z',
    ': empty',
    ' folded',
    'host:',
  ],
  ...[`x: ${'y'.repeat(17_000)}`, 'transfer-encoding: x', 'content-length: 5, 5'],
]

/** @param wild whether the parser may refuse it, or its end may be missing */
function odd(random: () => number, keys: readonly Key[], wild: boolean): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const method = wild && random() < 0.3 ? pick(WILD_METHODS) : pick(METHODS)
  const body = bodyOf(random, pick(keys))
  const lines = Array.from({ length: Math.max(0, Math.floor(random() * 5) - 2) }, () => pick(HEADERS))
  lines.push(random() < 0.97 ? 'host: x' : 'x: no host')
  if (!lines.some((line) => line.startsWith('content-type'))) lines.push('content-type: application/json')
  if (wild && random() < 0.5) lines.push(pick(WILD_HEADERS))
  let sent = body
  const isChunked = random() < 0.3
  if (wild && random() < 0.3) lines.push(`content-length: ${pick(['-1', '1e3', '9'.repeat(20), '7', 'x'])}`)
  else if (method !== 'POST' && random() < 0.9) sent = ''
  else if (isChunked) {
    lines.push('transfer-encoding: chunked')
    sent = chunked(random, body, wild)
  } else lines.push(`content-length: ${body.length}`)
  const version =
    wild && random() < 0.3 ? pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'HTP/1.1', '']) : 'HTTP/1.1'
  const end = wild && random() < 0.1 ? pick(['\n', '\r', '']) : '\r\n'
  const isUsual = random() < (method === 'POST' ? 0.8 : 0.1)
  const path = isUsual ? pick(PATHS.slice(0, 9)) : pick(wild ? WILD_PATHS : PATHS)
  return `${method} ${path} ${version}\r\n${lines.map((line) => line + end).join('')}\r\n${sent}`
}

function bodyOf(random: () => number, key: Key): string {
  const { personal_id, guid } = key
  const bodies = [
    () => JSON.stringify({ personal_id, guid: 'x', candidate: 'ada' }),
    () => JSON.stringify({ personal_id, guid: 'x', contests: {} }),
    () => '',
    () => JSON.stringify({ personal_id, guid, candidate: 'ada' }),
    () => JSON.stringify({ personal_id, guid, contests: { mayor: ['grace'] } }),
    () => JSON.stringify({ personal_id, guid, candidate: 'ada', contests: {} }),
    () => JSON.stringify({ personal_id, guid: null, candidate: { toString: 1 } }),
    () => `${JSON.stringify({ personal_id, guid, candidate: 'ada' })}\n\n{\n1\nnull\n`,
    () => '{"__proto__":{"x":1},"constructor":{"prototype":1},"personal_id":"a","guid":"b","candidate":"c"}',
    () => '['.repeat(2_000),
    () => `{"personal_id":"${'\\ud800'.repeat(20)}","guid":"\\u0000","candidate":"\\ufeff"}`,
    () => '\u00ef\u00bb\u00bf{}',
    () => '\n'.repeat(3_000),
    () => '{\n'.repeat(200),
    () => 'null',
    () => Array.from({ length: 200 }, () => String.fromCharCode(Math.floor(random() * 256))).join(''),
    () => 'x'.repeat(Math.floor(random() * 70_000)),
  ]
  return bodies[Math.floor(random() * bodies.length)]!()
}

function chunked(random: () => number, body: string, wild: boolean): string {
  const broken = wild ? random() : 1
  if (broken < 0.1) return 'zz\r\nx\r\n0\r\n\r\n'
  if (broken < 0.2) return `${body.length.toString(16)};${'e=1;'.repeat(5_000)}\r\n${body}\r\n0\r\n\r\n`
  const half = body.slice(0, Math.floor(body.length / 2))
  const pieces = [half, body.slice(half.length)].filter((piece) => piece !== '')
  const sent = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')
  return broken < 0.3 ? sent : `${sent}0\r\n${broken < 0.4 ? 'trailer: x\r\n' : ''}\r\n`
}

/** Sends bytes on one connection and resolves to the statuses received until it closes. */
function statusesOf(url: string, bytes: string, quietMs: number): Promise<readonly number[]> {
  const { port, hostname } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setTimeout(quietMs, () => (socket.writableEnded ? socket.destroy() : socket.end()))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () =>
      resolve([...text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)].map(([, status]) => Number(status))),
    )
    socket.write(bytes, 'latin1')
  })
}

test('ten thousand odd requests neither fail the server nor are logged, and votes go on', async (t) => {
  const server = await startServer({ definition: openElectionFile(), roll: rollOf(200) })
  t.after(() => server.stop())
  const [last, ...keys] = server.keys
  const logged = server.stderr().length
  const counts = new Map<number, number>()
  const client = async (number: number) => {
    // Its requests do not depend on when the other clients get their answers.
    const random = chance(SEED + number)
    for (let sent = 0; sent < REQUESTS / AT_ONCE; ) {
      const many = 1 + Math.floor(random() * 4)
      sent += many
      const isLastWild = random() < 0.3
      const requests = Array.from({ length: many }, (_, i) => odd(random, keys, isLastWild && i === many - 1))
      const closing = 'GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
      const statuses = await statusesOf(
        server.url,
        requests.join('') + closing,
        isLastWild ? QUIET_MS : COMPLETE_QUIET_MS,
      )
      for (const status of statuses) {
        assert.ok(status < 500, `${status} for ${JSON.stringify(requests).slice(0, 2_000)}`)
        counts.set(status, (counts.get(status) ?? 0) + 1)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => client(number)))
  const answered = [...counts.values()].reduce((sum, times) => sum + times, 0)
  assert.ok(answered > REQUESTS / 2, `only ${answered} were answered`)
  const seen = [...counts].map(([status, times]) => `${times} × ${status}`).join(', ')
  t.diagnostic(seen)
  for (const status of [200, 201, 400, 403, 404, 405, 409, 413, 415, 431])
    assert.ok(counts.has(status), `the requests are not odd enough: no ${status} among ${seen}`)
  const added = server.stderr().slice(logged)
  assert.ok(added.length <= MOST_LOG_BYTES, added.slice(0, 2_000))
  assert.equal((await vote(server.url, last!, 'ada')).status, 201)
  const health = (await (await fetch(`${server.url}/healthz`)).json()) as { status: string }
  assert.equal(health.status, 'ok')
})
