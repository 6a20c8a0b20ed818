/**
 * Tests the general form and NDJSON: several contests, ballot styles, many ballots in one request.
 */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { logKeyOf, promised } from '../receipts.ts'
import { type Key, openElectionFile, rollOf, startServer, type TestServer, vote } from '../server.ts'

let server: TestServer
let next = 0
/** Keys alternate between north and south. */
const northKey = (): Key => {
  if (next % 2 === 1) next++
  return server.keys[next++]!
}
const southKey = (): Key => {
  if (next % 2 === 0) next++
  return server.keys[next++]!
}

before(async () => {
  server = await startServer({
    definition: openElectionFile({
      contests: [
        {
          id: 'council',
          title: 'Council',
          votes: 2,
          options: ['ada', 'grace', 'alan'].map((id) => ({ id, name: `Name of ${id}` })),
        },
        {
          id: 'harbour',
          title: 'Harbour',
          options: [
            { id: 'yes', name: 'Yes' },
            { id: 'no', name: 'No' },
          ],
          districts: ['north'],
        },
      ],
    }),
    roll: rollOf(4_000),
  })
})
after(() => server.stop())

const ID = 'test-election'
async function cast(key: Key, contests: unknown, id = ID): Promise<[number, string]> {
  const answer = await fetch(`${server.url}/elections/${id}/ballots`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ personal_id: key.personal_id, guid: key.guid, contests }),
  })
  const body = (await answer.json()) as { code?: string; status: string }
  return [answer.status, body.code ?? body.status]
}
const lines = async (body: string, path = '/ballots') => {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body,
  })
  assert.equal(answer.status, 200)
  const text = await answer.text()
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { status: number; code?: string; tracker?: string })
}
const line = (key: Key, contests: object, more: object = {}) =>
  JSON.stringify({ personal_id: key.personal_id, guid: key.guid, contests, ...more })

test('ballots of several contests: full, partial, blank, by id or name', async () => {
  assert.deepEqual(await cast(northKey(), { council: ['ada', 'Name of alan'], harbour: ['yes'] }), [
    201,
    'recorded',
  ])
  assert.deepEqual(await cast(northKey(), { council: ['ada'] }), [201, 'recorded'])
  assert.deepEqual(await cast(southKey(), {}), [201, 'recorded'])
  const { contests, cast: total } = (await (await fetch(`${server.url}/results`)).json()) as {
    cast: number
    contests: { ballots: number; blank: number; undervotes: number; options: { votes: number }[] }[]
  }
  assert.equal(total, 3)
  const [council, harbour] = contests
  assert.deepEqual(
    council!.options.map(({ votes }) => votes),
    [2, 0, 1],
  )
  assert.deepEqual([council!.ballots, council!.blank, council!.undervotes], [3, 1, 3])
  assert.deepEqual([harbour!.ballots, harbour!.blank], [2, 1], 'the south does not vote in this contest')
})

test('overvotes, unknown contests and options, and contests of other districts are refused', async () => {
  const north = northKey()
  assert.deepEqual(await cast(north, { council: ['ada', 'grace', 'alan'] }), [422, 'overvote'])
  assert.deepEqual(await cast(north, { council: ['ada', 'ada'] }), [422, 'overvote'])
  assert.deepEqual(await cast(north, { council: ['ada', 'Name of ada'] }), [422, 'overvote'])
  assert.deepEqual(await cast(north, { mayor: ['ada'] }), [422, 'unknown-contest'])
  assert.deepEqual(await cast(north, { council: ['yes'] }), [422, 'unknown-candidate'])
  assert.deepEqual(await cast(north, ['council']), [400, 'malformed'])
  assert.deepEqual(await cast(north, { council: 'ada' }), [400, 'malformed'])
  assert.deepEqual(await cast(north, {}, 'nowhere'), [404, 'unknown-election'])
  assert.deepEqual(await cast(southKey(), { harbour: ['yes'] }), [422, 'unknown-contest'])
  assert.deepEqual(await cast(north, { harbour: ['no'] }), [201, 'recorded'])
})

test('the short form refuses an election with several contests, and names the general form', async () => {
  const answer = await vote(server.url, northKey(), 'ada')
  assert.deepEqual(
    [answer.status, ((await answer.json()) as { code: string }).code],
    [422, 'several-contests'],
  )
})

test('NDJSON: each line gets an answer, in order, good or bad', async () => {
  const [a, b, c] = [northKey(), southKey(), northKey()]
  const answers = await lines(
    [
      line(a, { council: ['ada'] }),
      'not json',
      '',
      line(a, { council: ['grace'] }),
      line(b, { harbour: ['yes'] }),
      `${line(b, { council: [] })}\r`,
      JSON.stringify({ pad: 'x'.repeat(70_000) }),
      line({ ...c, guid: 'wrong' }, {}),
      line(c, {}, { idempotency_key: 'one' }),
      line(c, { council: ['ada'] }, { idempotency_key: 'one' }),
      line(c, {}, { idempotency_key: 5 }),
    ].join('\n'),
    `/elections/${ID}/ballots`,
  )
  assert.deepEqual(
    answers.map(({ status, code }) => code ?? status),
    [
      201,
      'malformed',
      'key-already-used',
      'unknown-contest',
      201,
      'body-too-large',
      'unknown-key',
      201,
      201,
      'malformed',
    ],
  )
  assert.equal(answers[7]!.tracker, answers[8]!.tracker)
})

test('NDJSON: answers have promises only if they are requested', async () => {
  const receipts = async (query: string) => {
    const [north, south] = [northKey(), southKey()]
    const text = await (
      await fetch(`${server.url}/ballots${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: [line(north, {}), line({ ...south, guid: 'wrong' }, {}), line(south, {}), ''].join('\n'),
      })
    ).text()
    return text
      .trimEnd()
      .split('\n')
      .map((answer) => JSON.parse(answer) as Record<string, unknown>)
  }
  for (const query of ['', '?receipts=trackers'])
    assert.deepEqual((await receipts(query)).map(Object.keys), [
      ['status', 'tracker'],
      ['status', 'code'],
      ['status', 'tracker'],
    ])
  const [north, wrong, south] = await receipts('?receipts=full')
  assert.equal(wrong!.code, 'unknown-key')
  const key = logKeyOf(server.dataDir, ID)
  const checked = [north, south].map((answer) =>
    promised(JSON.stringify({ ...answer, status: 'recorded', election: ID }), key),
  )
  assert.equal(checked[0]!.note, checked[1]!.note, 'one signature for both')
  const unknown = await fetch(`${server.url}/ballots?receipts=some`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: '',
  })
  assert.equal(unknown.status, 400)
})

test('NDJSON: a connection cut within thousands of lines loses only the incomplete line', async () => {
  const many = server.keys.slice(1000, 3500)
  const answers = await lines(many.map((key) => line(key, { council: ['grace'] })).join('\n'))
  assert.equal(answers.filter(({ status }) => status === 201).length, 2_500)

  const { hostname, port } = new URL(server.url)
  const rest = server.keys.slice(3500, 3520)
  const body = `${rest.map((key) => line(key, {})).join('\n')}\n${'{"personal_id":"'}`
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        'POST /ballots HTTP/1.1\r\nHost: x\r\n' +
          `Content-Type: application/x-ndjson\r\nContent-Length: ${body.length + 100}\r\n\r\n${body}`,
      )
      setTimeout(() => socket.destroy(), 150)
    })
    socket.on('close', () => resolve())
  })
  const again = await lines(rest.map((key) => line(key, {})).join('\n'))
  assert.ok(again.every(({ status }) => status === 409 || status === 201))
  const health = (await (await fetch(`${server.url}/healthz`)).json()) as { status: string }
  assert.equal(health.status, 'ok')
})
