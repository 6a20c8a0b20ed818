/**
 * What a verifier remembers of logs: bounded, replaced by what is newer, and the same from whatever
 * store.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BLANK_MEMORY,
  byKey,
  keyAt,
  knownLog,
  type Memory,
  type Verified,
  without,
  withVerified,
} from './memory.ts'

const BOUNDS = { logs: 50, checkpoints: 16, characters: 256 * 1024 }
const after = (memory: Memory, verified: Verified) => withVerified(memory, verified, BOUNDS)

const seen = (origin: string, size: number, place: string | null = null) => ({
  ...{ key: `${origin}+key`, note: `${origin}\n${size}\n`, seenAtMs: size, place },
})

test('a log is its key: by that it is known, and by the address it stood at', () => {
  const memory = after(BLANK_MEMORY, seen('a.example', 5, 'https://a.example/log/'))
  assert.equal(keyAt(memory, 'https://a.example/log/'), 'a.example+key')
  assert.equal(keyAt(memory, 'https://b.example/log/'), undefined)
  assert.equal(knownLog(memory, 'a.example+key')?.checkpoints.length, 1)
  assert.equal(knownLog(memory, 'a.example'), undefined)
  assert.deepEqual(without(memory, 'a.example+key'), BLANK_MEMORY)
})

test('a log of the same name and another key is another log, and takes nothing from it', () => {
  const honest = after(BLANK_MEMORY, seen('a.example', 5, 'https://a.example/log/'))
  const stranger = { ...seen('a.example', 9, 'https://b.example/log/'), key: 'a.example+other' }
  const both = after(honest, stranger)
  assert.deepEqual(knownLog(both, 'a.example+key'), knownLog(honest, 'a.example+key'))
  assert.equal(keyAt(both, 'https://a.example/log/'), 'a.example+key')
  assert.equal(keyAt(both, 'https://b.example/log/'), 'a.example+other')
  assert.deepEqual(without(both, 'a.example+other'), BLANK_MEMORY, 'forgotten by name: both')
})

test('what was kept by the names of logs is read as what is kept by their keys', () => {
  const now = after(BLANK_MEMORY, seen('a.example', 5, 'https://a.example/log/'))
  const once: Memory = {
    logs: [['a.example', now.logs[0]![1]]],
    places: [['https://a.example/log/', 'a.example']],
  }
  assert.deepEqual(byKey(once), now)
  assert.deepEqual(byKey({ ...once, places: [['x', 'none']] }).places, [])
})

test('an equal checkpoint is kept once, and no more than a few logs and checkpoints are', () => {
  let memory = after(after(BLANK_MEMORY, seen('a', 1)), seen('a', 1))
  assert.equal(memory.logs[0]![1].checkpoints.length, 1)
  for (let size = 2; size < 100; size++) memory = after(memory, seen('a', size))
  const kept = memory.logs[0]![1].checkpoints
  assert.equal(kept.length, 16)
  assert.equal(kept.at(-1)!.note, 'a\n99\n')
  for (let i = 0; i < 100; i++) memory = after(memory, seen(`log ${i}`, 1, `https://${i}.example/log/`))
  assert.equal(memory.logs.length, 50)
  assert.equal(memory.places.length, 50)
  assert.equal(knownLog(memory, 'a+key'), undefined)
  assert.deepEqual(byKey(memory), memory)
})

test('of the addresses of one log the oldest make room, and those of another log stay', () => {
  let memory = after(BLANK_MEMORY, seen('b', 1, 'https://b.example/log/'))
  const at = (n: number) => `https://${n}.example/log/`
  for (let n = 0; n < 30; n++) memory = after(memory, seen('a', n, at(n)))
  memory = after(memory, seen('a', 30, at(12)))
  memory = after(memory, seen('a', 31, at(30)))
  assert.equal(memory.places.length, 21)
  assert.equal(keyAt(memory, 'https://b.example/log/'), 'b+key')
  for (const n of [9, 10, 11]) assert.equal(keyAt(memory, at(n)), n < 12 && n !== 11 ? undefined : 'a+key')
  for (const n of [12, 29, 30]) assert.equal(keyAt(memory, at(n)), 'a+key')
})

test('long notes push out older ones, never the newest', () => {
  const long = (size: number) => ({ ...seen('a', size), note: `a\n${size}\n${'x'.repeat(200_000)}` })
  let memory = after(BLANK_MEMORY, seen('a', 1))
  for (const size of [2, 3, 4]) memory = after(memory, long(size))
  assert.deepEqual(
    knownLog(memory, 'a+key')!.checkpoints.map(({ seenAtMs }) => seenAtMs),
    [4],
  )
  memory = after(memory, seen('a', 5))
  assert.deepEqual(
    knownLog(memory, 'a+key')!.checkpoints.map(({ seenAtMs }) => seenAtMs),
    [4, 5],
  )
})
