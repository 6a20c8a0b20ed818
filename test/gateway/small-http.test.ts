/**
 * Tests answers before any route: each is problem+json, or a page if a browser opens the address.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'

let server: TestServer
let next = 0
const freshKey = () => server.keys[next++]!

before(async () => {
  server = await startServer({ definition: openElectionFile(), roll: rollOf(200) })
})
after(() => server.stop())

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Sends bytes on one connection, at once or in pieces; returns all answers until it closes or has
 * `most` answers.
 */
function raw(bytes: string | readonly string[], most = 1): Promise<readonly Answer[]> {
  const { port, hostname } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    const done = () => {
      socket.destroy()
      resolve(answersIn(text))
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (answersIn(text).length >= most) done()
    })
    socket.on('close', done)
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? done() : reject(error),
    )
    for (const piece of [bytes].flat()) socket.write(piece)
  })
}

function answersIn(text: string): Answer[] {
  const answers: Answer[] = []
  let rest = text
  for (;;) {
    const head = /^HTTP\/1\.1 (\d+) [^\r]*\r\n([\s\S]*?)\r\n\r\n/.exec(rest)
    if (head === null) return answers
    const headers = Object.fromEntries(
      head[2]!.split('\r\n').map((line) => {
        const [name, ...value] = line.split(':')
        return [name!.toLowerCase(), value.join(':').trim()]
      }),
    )
    const end = head[0].length + Number(headers['content-length'] ?? 0)
    if (rest.length < end) return answers
    answers.push({ status: Number(head[1]), headers, body: rest.slice(head[0].length, end) })
    rest = rest.slice(end)
  }
}

function assertProblem({ status, headers, body }: Answer, expected: number, code: string): void {
  assert.equal(headers['content-type'], 'application/problem+json', body)
  const problem = JSON.parse(body) as { status: number; code: string; type: string }
  assert.deepEqual([status, problem.status, problem.code], [expected, expected, code])
  assert.equal(problem.type, `urn:digital-elections:refusal:${code}`)
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['x-content-type-options'], 'nosniff')
}

const HOST = 'host: x\r\n'
const NAVIGATES = 'accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n'
const JSON_TYPE = 'content-type: application/json\r\n'
const withBody = (path: string, body: string, headers = JSON_TYPE) =>
  `POST ${path} HTTP/1.1\r\n${HOST}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const voteOf = (key: { personal_id: string; guid: string }, more: object = { candidate: 'ada' }) =>
  JSON.stringify({ personal_id: key.personal_id, guid: key.guid, ...more })

for (const [what, request, status, code] of [
  ['a path that is not encoded', `GET /%E0%A4%A HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed'],
  [
    'a parameter that is too long',
    `GET /elections/${'x'.repeat(200)} HTTP/1.1\r\n${HOST}\r\n`,
    404,
    'not-found',
  ],
  ['no route', `GET /nowhere HTTP/1.1\r\n${HOST}\r\n`, 404, 'not-found'],
  ['an unknown asset', `GET /assets/x.js HTTP/1.1\r\n${HOST}\r\n`, 404, 'not-found'],
  ['unknown documentation', `GET /docs/static/x.js HTTP/1.1\r\n${HOST}\r\n`, 404, 'not-found'],
  ['headers of 20 KB', `GET / HTTP/1.1\r\n${HOST}x: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ['not HTTP', 'nonsense\r\n\r\n', 400, 'malformed'],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400, 'malformed'],
  ['an expectation', `GET /nowhere HTTP/1.1\r\n${HOST}expect: wonders\r\n\r\n`, 404, 'not-found'],
  ['a tunnel', `CONNECT x:443 HTTP/1.1\r\n${HOST}\r\n`, 405, 'method-not-allowed'],
  [
    'an upgrade',
    `GET /nowhere HTTP/1.1\r\n${HOST}connection: upgrade\r\nupgrade: websocket\r\n\r\n`,
    404,
    'not-found',
  ],
  ['a body for no route', withBody('/nowhere', '{'), 404, 'not-found'],
] as const)
  test(`problem+json for ${what}`, async () => {
    const [answer] = await raw(request)
    assertProblem(answer!, status, code)
  })

test('405 lists the methods of an address, also with parameters', async () => {
  const id = 'test-election'
  for (const [method, path, allow] of [
    ['PUT', '/vote', 'POST'],
    ['GET', '/vote', 'POST'],
    ['DELETE', `/elections/${id}/ballots`, 'POST'],
    ['PATCH', '/results', 'GET, HEAD'],
    ['OPTIONS', `/elections/${id}/log/checkpoint`, 'GET, HEAD'],
    ['POST', `/e/${id}`, 'GET, HEAD'],
    ['PUT', `/e/${id}/results?embed=mayor`, 'GET, HEAD'],
  ]) {
    const [answer] = await raw(`${method} ${path} HTTP/1.1\r\n${HOST}content-length: 0\r\n\r\n`)
    assertProblem(answer!, 405, 'method-not-allowed')
    assert.equal(answer!.headers.allow, allow, `${method} ${path}`)
  }
})

test('cookies of 12 KB are accepted', async () => {
  const [answer] = await raw(`GET / HTTP/1.1\r\n${HOST}cookie: a=${'b'.repeat(12_000)}\r\n\r\n`)
  assert.equal(answer!.status, 200)
})

test('a browser that opens a mistyped address gets a page', async () => {
  const big = `cookie: a=${'b'.repeat(20_000)}\r\n`
  for (const [path, status, more] of [
    ...['/E/test-election', '/e', '/e/test-election/x', '/nowhere', '/docs/x'].map((at) => [at, 404, '']),
    ['/e/nowhere/results', 404, ''],
    ['/e/test-election', 431, big],
    ['/%E0%A4%A', 400, ''],
    ['/vote', 405, ''],
  ] as [string, number, string][]) {
    const [answer] = await raw(`GET ${path} HTTP/1.1\r\n${HOST}${NAVIGATES}${more}\r\n`)
    assert.equal(answer!.status, status, path)
    assert.match(answer!.headers['content-type']!, /^text\/html/, path)
    assert.match(answer!.headers['content-security-policy']!, /^default-src 'none'/)
    for (const language of ['en', 'es', 'ar']) assert.ok(answer!.body.includes(`lang="${language}"`), path)
    const [other] = await raw(`GET ${path} HTTP/1.1\r\n${HOST}accept: */*\r\n${more}\r\n`)
    assert.equal(other!.headers['content-type'], 'application/problem+json', path)
    assert.equal(other!.status, status)
  }
})

test('a compressed body is refused with its own code', async () => {
  const { guid, personal_id } = freshKey()
  const body = gzipSync(voteOf({ guid, personal_id })).toString('latin1')
  for (const path of ['/vote', '/vote?x', '/ballots', '/elections/test-election/ballots', '/nowhere']) {
    const request =
      `POST ${path} HTTP/1.1\r\n${HOST}${JSON_TYPE}` +
      `content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    const [answer] = await raw(request)
    assertProblem(answer!, 415, 'compressed')
  }
})

test('a request without a body is refused, and nothing is logged', async () => {
  const logged = server.stderr().length
  for (const path of [
    ...['/vote', '/vote?x', '/ballots', '/elections/test-election/ballots'],
    '/elections/test-election/ballot-style',
  ])
    for (const [headers, status, code] of [
      ['', 415, 'not-json'],
      ['content-length: 0\r\n', 415, 'not-json'],
      ['content-length: 0\r\ncontent-type: text/plain\r\n', 415, 'not-json'],
      [`content-length: 0\r\n${JSON_TYPE}`, 400, 'malformed'],
      [`transfer-encoding: chunked\r\n${JSON_TYPE}`, 400, 'malformed'],
    ] as const) {
      const end = headers.startsWith('transfer') ? '0\r\n\r\n' : ''
      const [answer] = await raw(`POST ${path} HTTP/1.1\r\n${HOST}${headers}\r\n${end}`)
      assertProblem(
        answer!,
        path === '/ballots' && code === 'malformed' ? answer!.status : status,
        answer!.status === status ? code : 'not-json',
      )
    }
  assert.equal(server.stderr().length, logged)
})

test('other sites may read results, stream and log, and nothing else', async () => {
  const id = 'test-election'
  const allowed = async (path: string) => {
    const abort = new AbortController()
    const answer = await fetch(server.url + path, {
      headers: { origin: 'https://x.example' },
      signal: abort.signal,
    })
    abort.abort()
    return answer.headers.get('access-control-allow-origin')
  }
  for (const path of ['/results', '/results/stream', '/results.json', '/log/checkpoint', '/log/nothing'])
    for (const prefix of ['', `/elections/${id}`])
      assert.equal(await allowed(prefix + path), '*', prefix + path)
  for (const path of [
    ...['/', `/e/${id}`, '/verify', '/elections', `/elections/${id}`, '/metrics', '/healthz', '/results.csv'],
    ...['/results/history', '/nowhere', '/vote', '/openapi.json', `/elections/${id}/ballot-style`],
  ])
    assert.equal(await allowed(path), null, path)
})

test('a vote pipelined behind an answer that ends the connection is not cast', async () => {
  const refused = [
    withBody('/vote', '{}', 'content-type: text/plain\r\n'),
    withBody('/vote', 'x'.repeat(5_000)),
    withBody('/vote?x', 'x'.repeat(5_000)),
    withBody('/elections/test-election/ballot-style', 'x'.repeat(3_000)),
    withBody('/nowhere', '{}'),
    withBody('/vote', '{}', 'content-encoding: br\r\n'),
    'GET /elections HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    'GET /elections HTTP/1.0\r\n\r\n',
    withBody('/vote', voteOf(freshKey()), `${JSON_TYPE}connection: close\r\n`),
  ]
  for (const first of refused) {
    const key = freshKey()
    const answers = await raw([first + withBody('/vote', voteOf(key))], 9)
    assert.equal(answers.length, 1, first.slice(0, 60))
    const again = await fetch(`${server.url}/vote`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: voteOf(key),
    })
    assert.equal(again.status, 201, first.slice(0, 60))
  }
})

test('requests pipelined behind any other answer are answered in order', async () => {
  const answers = await raw(
    [
      `GET /elections HTTP/1.1\r\n${HOST}\r\n`,
      withBody('/vote', voteOf(freshKey())),
      withBody('/vote?x', voteOf(freshKey())),
      withBody('/vote', '{}'),
      `GET /nowhere HTTP/1.1\r\n${HOST}\r\n`,
      withBody('/vote', voteOf(freshKey())),
    ].join(''),
    6,
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 201, 201, 400, 404, 201],
  )
})

test('at every address a body in both forms is refused, and a byte order mark ignored', async () => {
  const ask = async (path: string, body: string, type = 'application/json'): Promise<number> => {
    const answer = await fetch(server.url + path, { method: 'POST', headers: { 'content-type': type }, body })
    if (type === 'application/json') return answer.status
    return (JSON.parse((await answer.text()).split('\n')[0]!) as { status: number }).status
  }
  const general = '/elections/test-election/ballots'
  const ndjson = 'application/x-ndjson'
  const ways: readonly ((body: string) => Promise<number>)[] = [
    (body) => ask('/vote', body),
    (body) => ask('/vote?x', body),
    (body) => ask(general, body),
    (body) => ask(general, body, ndjson),
    (body) => ask('/ballots', body, ndjson),
  ]
  const key = freshKey()
  const both = [
    { candidate: 'ada', contests: { mayor: ['grace'] } },
    { candidate: 'ada', contests: {} },
    { candidate: 'ada', contests: null },
    { candidate: null, contests: { mayor: ['grace'] } },
    { candidate: 7, contests: { mayor: ['grace'] } },
  ]
  for (const form of both) for (const way of ways) assert.equal(await way(voteOf(key, form)), 400)
  const MARK = '\ufeff'
  for (const [i, way] of ways.entries()) {
    const form = i === 2 ? { contests: { mayor: ['ada'] } } : { candidate: 'ada' }
    assert.equal(await way(MARK + MARK + voteOf(key, form)), 400)
    assert.equal(await way(MARK + voteOf(freshKey(), form)), 201)
  }
  // Of duplicate members the last one counts, on every path.
  for (const [i, way] of ways.entries()) {
    const form = i === 2 ? '"contests":{"mayor":["ada"]}' : '"candidate":"ada"'
    const { personal_id, guid } = freshKey()
    const body = `{"personal_id":"nobody","guid":"x",${form},"personal_id":"${personal_id}","guid":"${guid}"}`
    assert.equal(await way(body), 201)
  }
})
