import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentialPrefix, credentialText } from '../core/election/credential.ts'
import type { Credential } from '../ports/digest.ts'
import type { IssuedCredential } from '../ports/voter-roll.ts'
import { type EnrolledVoter, enrol, type IssuedKey, STRETCH } from './enrol.ts'

const ELECTION = {
  id: 'board',
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
}

/** A digest that shows its text, scattered so that its order differs from the roll's. */
const digest = {
  credential: (text: string) =>
    `${(Math.imul(text.length * 31 + sum(text), 2654435761) >>> 0) % 9973}|${text}` as Credential,
}

function sum(text: string): number {
  let total = 0
  for (let i = 0; i < text.length; i++) total = (total * 33 + text.charCodeAt(i)) | 0
  return total
}

async function* voters(count: number, batch: number): AsyncGenerator<EnrolledVoter[]> {
  for (let i = 0; i < count; i += batch)
    yield Array.from({ length: Math.min(batch, count - i) }, (_, j) => ({
      personalId: `v${i + j}`,
      district: (i + j) % 2,
    }))
}

async function run(count: number, batch: number) {
  const keys: IssuedKey[] = []
  const stretches: IssuedCredential[][] = []
  let guids = 0
  const issued = await enrol(ELECTION, voters(count, batch), {
    digest,
    newGuid: () => `guid-${guids++}`,
    keys: { add: async (rows) => void keys.push(...rows) },
    credentials: { add: async (rows) => void stretches.push([...rows]) },
  })
  return { issued, keys, stretches }
}

test('every voter gets a different key, and the roll gets its credential', async () => {
  const { issued, keys, stretches } = await run(1000, 7)
  assert.equal(issued, 1000)
  assert.deepEqual(keys[3], { personal_id: 'v3', guid: 'guid-3', district: 'south' })
  assert.equal(new Set(keys.map((key) => key.guid)).size, 1000)
  const prefix = credentialPrefix('board')
  const expected = keys.map((key) => [
    digest.credential(credentialText(prefix, key.personal_id, key.guid)),
    key.district === 'north' ? 0 : 1,
  ])
  const stored = stretches.flat().map(({ credential, district }) => [credential, district])
  assert.deepEqual(stored.toSorted(), expected.toSorted())
})

test('credentials leave sorted, in chunks none of which is too short', async () => {
  for (const count of [1, STRETCH + 1, 2 * STRETCH + 5]) {
    const { stretches } = await run(count, 4096)
    assert.equal(stretches.flat().length, count)
    for (const stretch of stretches) {
      assert.ok(stretch.length >= Math.min(STRETCH, count), `${stretch.length} of ${count}`)
      const order = stretch.map(({ credential }) => credential)
      assert.deepEqual(order, order.toSorted())
    }
  }
})

test('keys leave batch by batch: the roll is never kept in memory', async () => {
  let waiting = 0
  const slow = async (rows: readonly IssuedKey[]) => {
    waiting += rows.length
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(waiting <= 10)
    waiting -= rows.length
  }
  const quiet = { digest, newGuid: () => 'g', credentials: { add: () => {} } }
  assert.equal(await enrol(ELECTION, voters(100, 10), { ...quiet, keys: { add: slow } }), 100)
})

test('it stops between two batches on a signal, and on errors of its ports', async () => {
  const controller = new AbortController()
  const quiet = { digest, newGuid: () => 'g', credentials: { add: () => {} } }
  const keys = { add: () => controller.abort(new Error('enough')) }
  await assert.rejects(
    enrol(ELECTION, voters(100, 10), { ...quiet, keys, signal: controller.signal }),
    /enough/,
  )
  const full = { add: () => Promise.reject(new Error('disk full')) }
  await assert.rejects(enrol(ELECTION, voters(100, 10), { ...quiet, keys: full }), /disk full/)
})
