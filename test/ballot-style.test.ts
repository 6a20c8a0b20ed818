/**
 * `POST /elections/ID/ballot-style` over HTTP: it shows the contests of a key to its holder only,
 * and casts nothing.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openElectionFile, rollOf, startServer, type TestServer } from './server.ts'

const option = { id: 'yes', name: 'Yes' }
let server: TestServer
before(async () => {
  server = await startServer({
    definition: openElectionFile({
      contests: [
        { id: 'all', title: 'All', options: [option] },
        { id: 'south-only', title: 'South', options: [option], districts: ['south'] },
      ],
    }),
    roll: rollOf(8),
    args: ['--trust-proxy', '--wrong-keys', '3'],
  })
})
after(() => server?.stop())

async function ask(body: unknown, from = '203.0.113.1', election = 'test-election') {
  const response = await fetch(`${server.url}/elections/${election}/ballot-style`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: await response.text() }
}
const keyOf = (district: string, nth = 0) => {
  const { personal_id, guid } = server.keys.filter((key) => key.district === district)[nth]!
  return { personal_id, guid }
}

test('a key’s holder gets the contests of their district, any number of times', async () => {
  for (let i = 0; i < 3; i++) {
    const north = await ask(keyOf('north'))
    assert.equal(north.status, 200)
    assert.equal(north.headers.get('cache-control'), 'no-store')
    assert.deepEqual(JSON.parse(north.body), { district: 'north', contests: ['all'], used: false })
  }
  const south = await ask(keyOf('south'))
  assert.deepEqual(JSON.parse(south.body).contests, ['all', 'south-only'])
})

test('a used key, a malformed body and an unknown election are refused', async () => {
  const key = keyOf('north', 1)
  const cast = await fetch(`${server.url}/elections/test-election/ballots`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...key, contests: {} }),
  })
  assert.equal(cast.status, 201)
  const used = await ask(key)
  assert.equal(used.status, 409)
  assert.equal(JSON.parse(used.body).code, 'key-already-used')
  assert.equal((await ask({ personal_id: key.personal_id })).status, 400)
  assert.equal((await ask({ ...key, guid: 'x'.repeat(65) })).status, 400)
  assert.equal((await ask(key, '203.0.113.1', 'nowhere')).status, 404)
  assert.equal((await fetch(`${server.url}/elections/test-election/ballot-style`)).status, 405)
})

test('an unknown person and a wrong guid get one answer and count against the limit of casting', async () => {
  const key = keyOf('north')
  const from = '203.0.113.77'
  const wrongGuid = await ask({ ...key, guid: '00000000-0000-4000-8000-000000000000' }, from)
  const nobody = await ask({ ...key, personal_id: 'NOBODY' }, from)
  assert.equal(wrongGuid.status, 403)
  assert.equal(wrongGuid.body, nobody.body)
  assert.equal((await ask(key, from)).status, 200, 'a right key costs nothing')
  const cast = (personal_id: string) =>
    fetch(`${server.url}/elections/test-election/ballots`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
      body: JSON.stringify({ ...key, personal_id, contests: {} }),
    })
  assert.equal((await cast('NOBODY')).status, 403)
  const nobodyElse = { ...key, personal_id: 'ANOTHER ID' }
  const blocked = await ask(nobodyElse, from)
  assert.equal(blocked.status, 429)
  assert.equal(blocked.headers.get('retry-after'), '60')
  assert.equal((await cast('ANOTHER ID')).status, 429)
  assert.equal((await ask(nobodyElse, '203.0.113.78')).status, 403)
  // Other voters at that address can still vote.
  assert.equal((await ask(key, from)).status, 200)
})
