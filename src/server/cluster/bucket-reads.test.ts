import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketReads } from './bucket-reads.ts'

function bucket(objects: Record<string, string>) {
  const asked: string[] = []
  let gate: Promise<void> | undefined
  let nowMs = 0
  let broken = false
  let troubles = 0
  const reads = bucketReads({
    files: {
      read: async (path) => {
        asked.push(path)
        await gate
        if (broken) throw new Error('SlowDown')
        const text = objects[path]
        return text === undefined ? undefined : new TextEncoder().encode(text)
      },
      checkpoint: async () => undefined,
    },
    elapsedMs: () => nowMs,
    onTrouble: () => troubles++,
  })
  return {
    ...{ reads, asked, objects, troubles: () => troubles },
    setBroken: (is: boolean) => {
      broken = is
    },
    later: (ms: number) => {
      nowMs += ms
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return () => {
        gate = undefined
        resolve()
      }
    },
  }
}
const text = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString()

test('a tile is read once; a missing one is read again', async () => {
  const { reads, asked, objects } = bucket({ 'tile/0/000': 'hashes' })
  for (let i = 0; i < 3; i++) assert.equal(text(await reads.read('tile/0/000')), 'hashes')
  assert.equal(await reads.read('tile/0/001'), undefined)
  objects['tile/0/001'] = 'more'
  assert.equal(text(await reads.read('tile/0/001')), 'more')
  assert.deepEqual(asked, ['tile/0/000', 'tile/0/001', 'tile/0/001'])
})

test('a checkpoint is at most one second old, and simultaneous reads are one', async () => {
  const { reads, asked, objects, later, hold } = bucket({ checkpoint: 'one' })
  const go = hold()
  const all = Array.from({ length: 2_000 }, () => reads.checkpoint())
  go()
  assert.deepEqual(new Set(await Promise.all(all)), new Set(['one']))
  objects.checkpoint = 'two'
  assert.equal(await reads.checkpoint(), 'one')
  later(1_000)
  assert.equal(await reads.checkpoint(), 'two')
  assert.equal(asked.length, 2)
})

test('reads in progress and waiting reads are limited, and refused ones delay no others', async () => {
  const { reads, asked, hold } = bucket({})
  const go = hold()
  const ends = Array.from({ length: 600 }, (_, i) => reads.read(`tile/0/${i}`))
  const refused = Promise.allSettled(ends)
  assert.equal(asked.length, 32)
  go()
  const outcomes = await refused
  const rejected = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  assert.equal(rejected.length, 600 - 32 - 512)
  assert.ok(rejected.every(({ reason }) => reason.name === 'LogUnreadable'))
  assert.equal(asked.length, 32 + 512)
  assert.equal(await reads.read('tile/0/9999'), undefined)
})

test('the memory of kept files is bounded', async () => {
  const big = 'x'.repeat(3_000_000)
  const objects = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`tile/entries/${i}`, big]))
  const { reads, asked } = bucket(objects)
  for (const path of Object.keys(objects)) await reads.read(path)
  await reads.read('tile/entries/7')
  assert.equal(asked.length, 8)
  await reads.read('tile/entries/0')
  assert.equal(asked.length, 9)
})

test('a bucket that does not answer is reported once, and read again', async () => {
  const { reads, setBroken, troubles } = bucket({ 'tile/0/000': 'hashes' })
  setBroken(true)
  for (let i = 0; i < 3; i++) await assert.rejects(reads.read('tile/0/000'), { name: 'LogUnreadable' })
  assert.equal(troubles(), 1)
  setBroken(false)
  assert.equal(text(await reads.read('tile/0/000')), 'hashes')
})
