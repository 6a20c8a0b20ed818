/**
 * Servers exchange their counts of wrong keys over a Redis that answers, fails, hangs, or contains
 * foreign data.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WrongKeyCount } from '../../ports/shared-counts.ts'
import { redisSharedCounts } from './shared-counts.ts'

/** The stream as the script keeps it, without its limits. */
function stream() {
  const entries: [Buffer, Buffer[]][] = []
  const state = { isDown: false, calls: 0, nowMs: 0 }
  const add = (by: string, counts: string) =>
    entries.push([
      Buffer.from(`${entries.length + 1}-0`),
      ['by', by, 'counts', counts].map((text) => Buffer.from(text)),
    ])
  const run = async (_script: unknown, _keys: readonly string[], args: readonly (string | Buffer)[]) => {
    state.calls++
    if (state.isDown) throw new Error('Redis does not answer')
    const [by, counts, last] = args.map(String) as [string, string, string]
    if (counts !== '') add(by, counts)
    return entries.slice(last === '' ? 0 : Number.parseInt(last, 10))
  }
  const server = () => {
    const counts = redisSharedCounts({ run }, () => state.nowMs)
    const learned: WrongKeyCount[] = []
    counts.onLearned((each) => learned.push(...each))
    return { ...counts, learned }
  }
  return { state, entries, add, server }
}

test('each server learns the others’ counts, once, and never its own', async () => {
  const { server, entries } = stream()
  const [one, two, three] = [server(), server(), server()]
  for (let i = 0; i < 5; i++) one.add('address', 'A1', 'W1')
  one.add('token', 'k3v9x0q2ab', '')
  two.add('address', 'A1', 'W1')
  for (let round = 0; round < 3; round++) for (const each of [one, two, three]) await each.exchange()
  const A1 = { kind: 'address', name: 'A1', within: 'W1' } as const
  const token = { kind: 'token', name: 'k3v9x0q2ab', within: '', times: 1 } as const
  assert.deepEqual(one.learned, [{ ...A1, times: 1 }])
  assert.deepEqual(two.learned, [{ ...A1, times: 5 }, token])
  assert.deepEqual(three.learned, [{ ...A1, times: 5 }, token, { ...A1, times: 1 }])
  assert.equal(entries.length, 2)
})

test('a single slip of a voter is not shared, repeated guesses for one id are', async () => {
  const { server } = stream()
  const [one, two] = [server(), server()]
  one.add('id', 'I1', '')
  for (let i = 0; i < 2; i++) one.add('id', 'I2', '')
  await one.exchange()
  await two.exchange()
  assert.deepEqual(two.learned, [{ kind: 'id', name: 'I2', within: '', times: 2 }])
})

test('without Redis, counting continues in bounded memory, and stale counts are not sent later', async () => {
  const { state, server, entries } = stream()
  const one = server()
  state.isDown = true
  for (let i = 0; i < 30_000; i++) one.add('address', `A${i}`, 'W')
  assert.equal(one.state().dropped, 10_000)
  await assert.rejects(one.exchange())
  assert.deepEqual([one.state().up, one.state().failures], [false, 1])
  state.nowMs += 61_000
  state.isDown = false
  await one.exchange()
  assert.deepEqual([one.state().up, entries.length], [true, 0])
})

test('an exchange sends at most a thousand names, and the others next time', async () => {
  const { server } = stream()
  const [one, two] = [server(), server()]
  for (let i = 0; i < 2_500; i++) one.add('address', `A${i}`, 'W')
  for (const sent of [1_000, 2_000, 2_500]) {
    await one.exchange()
    await two.exchange()
    assert.equal(two.learned.length, sent)
  }
})

test('a malformed count is skipped, whatever wrote it', async () => {
  const { server, add } = stream()
  add(
    'x',
    [
      'aA1 W1 2',
      '',
      'aA1',
      'xA1 W1 2',
      'aA 1 W1 2',
      'aA1 W1 99999999',
      `a${'A'.repeat(65)} W1 1`,
      'iI  1',
    ].join('\n'),
  )
  add('x', 'aB W 1\n'.repeat(5_000))
  const one = server()
  await one.exchange()
  assert.equal(one.learned.length, 1_002)
  assert.deepEqual(one.learned[0], { kind: 'address', name: 'A1', within: 'W1', times: 2 })
})
