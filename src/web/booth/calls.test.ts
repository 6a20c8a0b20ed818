/** Only complete answers of this server count. Anything else leaves the outcome open. */
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { callsFor } from './calls.ts'

const key = { personalId: 'P1', guid: '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38' }
const realFetch = globalThis.fetch
afterEach(() => {
  globalThis.fetch = realFetch
})

interface Sent {
  readonly url: string
  readonly init: RequestInit
}

function answering(body: string | Error, status = 200, headers: Record<string, string> = {}): Sent[] {
  const sent: Sent[] = []
  globalThis.fetch = async (url, init) => {
    sent.push({ url: String(url), init: init! })
    if (body instanceof Error) throw body
    return new Response(body, { status, headers })
  }
  return sent
}

const cast = () => callsFor('e').cast(key, 'once', { mayor: ['ada'] })

test('a receipt is an answer, and the key is only in the body of a POST', async () => {
  const receipt = { status: 'recorded', election: 'e', tracker: 'T', promise: { publish_by: 5 } }
  const sent = answering(JSON.stringify(receipt), 201)
  const answer = await cast()
  assert.deepEqual(answer.kind === 'ok' && answer.value, receipt, 'whole, as it is saved')
  const [{ url, init }] = sent as [Sent]
  assert.equal(url, '/elections/e/ballots')
  assert.equal(init.method, 'POST')
  assert.deepEqual(init.headers, { 'content-type': 'application/json', 'idempotency-key': 'once' })
  assert.deepEqual(JSON.parse(init.body as string), {
    personal_id: 'P1',
    guid: key.guid,
    contests: { mayor: ['ada'] },
  })
})

test('refusals and delays are recognised by the server’s codes', async () => {
  answering('{"code":"key-already-used"}', 409)
  assert.deepEqual(await cast(), { kind: 'refused', code: 'key-already-used' })
  answering('{"code":"too-busy"}', 503, { 'retry-after': '7' })
  assert.deepEqual(await cast(), { kind: 'later', code: 'too-busy', seconds: 7 })
  answering('{"code":"too-many-attempts"}', 429, { 'retry-after': '60' })
  assert.deepEqual(await cast(), { kind: 'later', code: 'too-many-attempts', seconds: 60 })
})

test('a cut answer, a portal’s page, a proxy’s error and foreign JSON do not count as answers', async () => {
  for (const [body, status] of [
    [new TypeError('Failed to fetch'), 0],
    ['{"status":"recorded","elec', 201],
    ['<html>Log in to the Wi-Fi</html>', 200],
    ['{}', 201],
    ['{"status":"recorded"}', 201],
    ['null', 200],
    ['<h1>502 Bad Gateway</h1>', 502],
    ['{"message":"forbidden"}', 403],
    ['{"code":"internal"}', 500],
    ['{"title":"Internal error","status":500}', 500],
  ] as const) {
    answering(body, status || 200)
    assert.deepEqual(await cast(), { kind: 'lost' }, String(body))
  }
})

test('a malformed election or ballot style does not count as an answer', async () => {
  answering('{"contests":[]}', 200, { date: 'Thu, 01 Jan 2026 12:00:00 GMT' })
  const definition = await callsFor('e').definition()
  assert.equal(definition.kind === 'ok' && definition.serverMs, Date.parse('2026-01-01T12:00:00Z'))
  answering('{}')
  assert.equal((await callsFor('e').definition()).kind, 'lost')
  assert.equal((await callsFor('e').ballotStyle(key)).kind, 'lost')
})
