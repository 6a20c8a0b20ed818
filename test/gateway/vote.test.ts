/**
 * Voting over HTTP: tests every answer in docs/protocol.md, on the hot path and through the
 * framework.
 */
import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { logKeyOf, promised as promisedBy } from '../receipts.ts'
import { type Key, openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'

let server: TestServer
let next = 0
const freshKey = (): Key => server.keys[next++]!

before(async () => {
  server = await startServer({ definition: openElectionFile(), roll: rollOf(2_000) })
})
after(async () => {
  const { stderr, keys } = server
  await server.stop()
  // "No keys, no choices" (docs/invariants.md): these tests wrote no key and no choice to the
  // logger's output.
  for (const { guid } of keys) assert.ok(!stderr().includes(guid))
  for (const word of ['Ada Lovelace', 'candidate', '127.0.0.1"']) assert.ok(!stderr().includes(word), word)
})

interface Refusal {
  readonly type: string
  readonly status: number
  readonly code: string
}

async function refusal(answer: Response): Promise<Refusal> {
  assert.match(answer.headers.get('content-type')!, /^application\/problem\+json/)
  const body = (await answer.json()) as Refusal
  assert.equal(body.status, answer.status)
  assert.equal(body.type, `urn:digital-elections:refusal:${body.code}`)
  return body
}

const promised = (receipt: string) => promisedBy(receipt, logKeyOf(server.dataDir, 'test-election'))

/** The hot path, and the same route in the framework, which a query string selects. */
const PATHS = ['/vote', '/vote?framework']

const post = (path: string, body: string | Uint8Array, type: string | null = 'application/json', more = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...(type !== null && { 'content-type': type }), ...more },
    body: body as never,
  })
const bodyOf = (key: Key, candidate: string) =>
  JSON.stringify({ personal_id: key.personal_id, guid: key.guid, candidate })

for (const path of PATHS) {
  test(`${path}: 201 with a receipt, by name or by id, whatever else is in the body`, async () => {
    for (const candidate of ['Ada Lovelace', 'grace']) {
      const key = freshKey()
      const body = JSON.stringify({
        ...JSON.parse(bodyOf(key, candidate)),
        timestamp: 1,
        __proto__: { x: 1 },
      })
      const askedAt = Date.now() / 1000
      const answer = await post(path, body)
      assert.equal(answer.status, 201)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
      const answeredAt = Date.now() / 1000
      const text = await answer.text()
      assert.equal(text.length, Number(answer.headers.get('content-length')))
      assert.deepEqual(Object.keys(JSON.parse(text)), ['status', 'election', 'tracker', 'promise'])
      const { term } = promised(text)
      assert.ok(term.v === 1, JSON.stringify(term))
      const madeAt = term.publishBy - 600
      assert.ok(madeAt > askedAt - 1 && madeAt < answeredAt + 2, `${askedAt}: ${JSON.stringify(term)}`)
    }
  })

  test(`${path}: the same Idempotency-Key gets the same tracker, another one or none gets 409`, async () => {
    const key = freshKey()
    const cast = (candidate: string, idempotencyKey?: string) =>
      post(
        path,
        bodyOf(key, candidate),
        'application/json',
        idempotencyKey ? { 'idempotency-key': idempotencyKey } : {},
      )
    const first = await cast('ada', 'attempt-1')
    assert.equal(first.status, 201)
    const receipt = promised(await first.text())
    const again = await cast('ada', 'attempt-1')
    assert.equal(again.status, 201)
    assert.equal(promised(await again.text()).tracker, receipt.tracker)
    // The same choice or another one: the answer must not show which it was.
    const answers = await Promise.all([
      cast('ada', 'attempt-2'),
      cast('grace', 'attempt-2'),
      cast('ada'),
      cast('alan'),
    ])
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [409, 409, 409, 409],
    )
    assert.equal(new Set(texts).size, 1)
  })

  test(`${path}: an unknown personal_id and a wrong guid get the same answer`, async () => {
    const key = freshKey()
    const texts = await Promise.all(
      [
        { ...key, guid: server.keys[0]!.guid },
        { ...key, personal_id: 'nobody' },
        { ...key, personal_id: server.keys[0]!.personal_id },
      ].map(async (wrong) => {
        const answer = await post(path, bodyOf(wrong, 'ada'))
        assert.equal(answer.status, 403)
        return answer.text()
      }),
    )
    assert.equal(new Set(texts).size, 1)
    assert.match(texts[0]!, /unknown-key/)
    assert.equal((await post(path, bodyOf(key, 'ada'))).status, 201)
  })

  test(`${path}: 422 for an unknown candidate, and the key stays valid`, async () => {
    const key = freshKey()
    assert.equal((await refusal(await post(path, bodyOf(key, 'toString')))).code, 'unknown-candidate')
    assert.equal((await post(path, bodyOf(key, 'alan'))).status, 201)
  })

  test(`${path}: 400 malformed, 413 too large, 415 not JSON`, async () => {
    const key = freshKey()
    const good = JSON.parse(bodyOf(key, 'ada'))
    const malformed: (string | Uint8Array)[] = [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '{}',
      JSON.stringify({ ...good, guid: 5 }),
      JSON.stringify({ ...good, candidate: null }),
      JSON.stringify({ ...good, candidate: ['ada'] }),
      JSON.stringify({ ...good, personal_id: '' }),
      JSON.stringify({ ...good, personal_id: 'x'.repeat(129) }),
      JSON.stringify({ ...good, candidate: undefined }),
      `${JSON.stringify(good)}x`,
      new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
    ]
    for (const body of malformed)
      assert.equal((await refusal(await post(path, body))).code, 'malformed', String(body))
    for (const idempotencyKey of ['x'.repeat(129), 'with space', 'ümlaut'])
      assert.equal(
        (
          await refusal(
            await post(path, JSON.stringify(good), 'application/json', { 'idempotency-key': idempotencyKey }),
          )
        ).code,
        'malformed',
      )
    assert.equal(
      (await refusal(await post(path, JSON.stringify({ ...good, pad: 'x'.repeat(5000) })))).code,
      'body-too-large',
    )
    for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
      assert.equal((await refusal(await post(path, JSON.stringify(good), type))).code, 'not-json')
    assert.equal((await post(path, JSON.stringify(good), 'application/json; charset=utf-8')).status, 201)
  })
}

test('200 simultaneous requests with one key: exactly one 201', async () => {
  const key = freshKey()
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => vote(server.url, key, i % 2 ? 'ada' : 'grace')),
  )
  const statuses = answers.map(({ status }) => status).sort()
  assert.deepEqual(statuses, [201, ...new Array(199).fill(409)])
})

test('two clients with one key and one Idempotency-Key get one tracker', async () => {
  const key = freshKey()
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => vote(server.url, key, 'ada', { 'idempotency-key': 'same' })),
  )
  const receipts = await Promise.all(answers.map((answer) => answer.text()))
  assert.equal(new Set(receipts.map((receipt) => promised(receipt).tracker)).size, 1)
})

test('GET /vote casts nothing', async () => {
  assert.equal((await refusal(await fetch(`${server.url}/vote`))).code, 'method-not-allowed')
})

test('the guid’s case and the personal_id’s Unicode form do not matter', async () => {
  const key = freshKey()
  assert.equal((await vote(server.url, { ...key, guid: key.guid.toUpperCase() }, 'ada')).status, 201)
  assert.equal((await vote(server.url, key, 'ada')).status, 409)
})

test('a body in pieces, pipelined requests and a client that disconnects are handled', async () => {
  const raw = (key: Key) => {
    const body = bodyOf(key, 'ada')
    return (
      'POST /vote HTTP/1.1\r\nHost: x\r\n' +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    )
  }
  const { hostname, port } = new URL(server.url)
  const whole = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      if (text.split('HTTP/1.1 201').length === 4) socket.end()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
    const [first, ...rest] = [raw(freshKey()), raw(freshKey()), raw(freshKey())]
    socket.write(first!.slice(0, 130))
    setTimeout(() => socket.write(first!.slice(130) + rest.join('')), 50)
  })
  assert.equal(whole.split('HTTP/1.1 201').length, 4)

  const cutOff = freshKey()
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(raw(cutOff).slice(0, -10))
      setTimeout(() => socket.destroy(), 20)
    })
    socket.on('close', () => resolve())
  })
  assert.equal((await vote(server.url, cutOff, 'ada')).status, 201)
})

test('hostile bytes get an answer or a closed connection, and change nothing', async () => {
  const cast = async () => ((await (await fetch(`${server.url}/results`)).json()) as { cast: number }).cast
  const before = await cast()
  const bytes = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.record({ personal_id: fc.anything(), guid: fc.anything(), candidate: fc.anything() }).map((value) => {
      try {
        return Buffer.from(JSON.stringify(value) ?? '')
      } catch {
        return Buffer.from('')
      }
    }),
  )
  await fc.assert(
    fc.asyncProperty(
      bytes,
      fc.constantFrom(...PATHS, '/ballots', '/elections/test-election/ballots'),
      async (body, path) => {
        const { status } = await post(path, body)
        assert.ok([200, 400, 403, 413, 415, 422].includes(status), `${path} answered ${status}`)
      },
    ),
    { numRuns: 300 },
  )
  assert.equal(await cast(), before)
})

test('an endless header and an over-long chunked body are cut off', async () => {
  const { hostname, port } = new URL(server.url)
  const header = await new Promise<number>((resolve) => {
    const request = httpRequest({
      hostname,
      port,
      path: '/vote',
      method: 'POST',
      headers: { x: 'y'.repeat(17_000) },
    })
    request.on('response', ({ statusCode }) => resolve(statusCode!))
    request.on('error', () => resolve(0))
    request.end()
  })
  assert.ok(header === 431 || header === 0, String(header))
  const chunked = await new Promise<number>((resolve) => {
    const request = httpRequest({
      ...{ hostname, port, path: '/vote', method: 'POST' },
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    })
    request.on('response', ({ statusCode }) => resolve(statusCode!))
    request.on('error', () => resolve(0))
    for (let i = 0; i < 10; i++) request.write('x'.repeat(1000))
    request.end()
  })
  assert.ok(chunked === 413 || chunked === 0, String(chunked))
})

test('the count balances at the end', async () => {
  const { status, elections } = (await (await fetch(`${server.url}/healthz`)).json()) as {
    status: string
    elections: { invariant: object }[]
  }
  assert.equal(status, 'ok', JSON.stringify(elections))
})
