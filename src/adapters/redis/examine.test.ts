import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examineRedis } from './examine.ts'

const RIGHT: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  'hash-max-listpack-entries': '128',
  'hash-max-listpack-value': '512',
}

/**
 * A Redis that answers CONFIG GET with these settings, as a list (protocol 2) or a map (protocol
 * 3).
 */
const redisWith = (settings: Readonly<Record<string, string>>, asMap = false) => ({
  send: async (...args: readonly string[]): Promise<unknown> => {
    const name = args[2]!
    const value = settings[name]
    if (asMap) return value === undefined ? {} : { [name]: value }
    return value === undefined ? [] : [name, value]
  },
})

test('a Redis that is set right is told as that, in either protocol', async () => {
  for (const asMap of [false, true])
    assert.deepEqual(await examineRedis(redisWith(RIGHT, asMap)), { wrong: [], remarks: [] })
})

test('what could forget a spent key is wrong, what costs memory is a remark', async () => {
  for (const [name, value] of [
    ['appendonly', 'no'],
    ['appendfsync', 'everysec'],
    ['maxmemory-policy', 'allkeys-lru'],
  ] as const) {
    const { wrong, remarks } = await examineRedis(redisWith({ ...RIGHT, [name]: value }))
    assert.equal(wrong.length, 1)
    assert.ok(wrong[0]!.startsWith(`${name} is ${value} and must be `), wrong[0])
    assert.deepEqual(remarks, [])
  }
  const { wrong, remarks } = await examineRedis(redisWith({ ...RIGHT, 'hash-max-listpack-entries': '64' }))
  assert.deepEqual(wrong, [])
  assert.match(remarks.join(), /^hash-max-listpack-entries is 64 and should be at least 128/)
})

test('a Redis that does not tell is believed, with a remark', async () => {
  const forbidden = { send: () => Promise.reject(new Error('NOPERM no permissions to run CONFIG')) }
  const { wrong, remarks } = await examineRedis(forbidden)
  assert.deepEqual(wrong, [])
  assert.equal(remarks.length, 5)
  assert.match(remarks[0]!, /^appendonly, which it does not tell, must be yes/)
})

test('a Redis that fails while it is asked is no healthy one', async () => {
  await assert.rejects(examineRedis({ send: () => Promise.reject(new Error('ECONNRESET')) }), /ECONNRESET/)
})
