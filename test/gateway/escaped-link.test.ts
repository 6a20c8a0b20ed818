/**
 * A link whose "#" was escaped on its way leads to the booth, with the key where no server sees it.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyFragment } from '../../src/core/election/key-link.ts'
import { openElectionFile, rollOf, startServer, type TestServer } from '../server.ts'

let server: TestServer
before(async () => {
  server = await startServer({ definition: openElectionFile(), roll: rollOf(2) })
})
after(() => server?.stop())

test('every escape of the fragment is undone, however long the key', async () => {
  const guid = '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38'
  for (const personalId of ['P1', `${'long'.repeat(30)}@x.example`]) {
    const key = keyFragment({ personalId, guid }).slice(3)
    for (const [path, address] of [
      [`/e/test-election%23k=${key}`, '/e/test-election'],
      [`/e/test-election%23k%3D${key}`, '/e/test-election'],
      [`/e/test-election%2523k%253D${key}`, '/e/test-election'],
      [`/e/test-election/%23k=${key}`, '/e/test-election'],
      [`/e/test-election?utm_source=a%23k=${key}`, '/e/test-election'],
      [`/e/no-such%23K=${key}`, '/e/no-such'],
    ] as const) {
      const answer = await fetch(server.url + path, { redirect: 'manual' })
      assert.equal(answer.status, 302, path)
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      const to = new URL(answer.headers.get('location')!, server.url + path)
      assert.equal(to.origin + to.pathname, server.url + address)
      assert.equal(to.hash, `#k=${key}`)
    }
  }
  assert.doesNotMatch(server.stderr(), /k=/)
})

test('it leads nowhere else, and other addresses are as they were', async () => {
  for (const path of [
    '/e/test-election%23heading',
    '/e/%2e%2e%23k=a',
    '/e//evil.example%23k=a',
    '/x%23k=a',
  ]) {
    const answer = await fetch(server.url + path, { redirect: 'manual' })
    assert.ok(answer.status === 404 || answer.status === 200, `${path}: ${answer.status}`)
  }
  const posted = await fetch(`${server.url}/e/test-election%23k=a`, { method: 'POST', redirect: 'manual' })
  assert.equal(posted.status, 405)
  assert.equal((await fetch(`${server.url}/e/test-election`)).status, 200)
})
