import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeldBytes } from './held-bytes.ts'

test('a buffer with many readers counts once, until the last reader has it', () => {
  const held = new HeldBytes(100)
  const buffer = Buffer.alloc(60)
  const releases = [1, 2, 3].map(() => held.hold(buffer, () => assert.fail('no reader is cut off')))
  assert.equal(held.bytes, 60)
  releases[0]!()
  releases[0]!()
  releases[1]!()
  assert.equal(held.bytes, 60)
  releases[2]!()
  assert.equal(held.bytes, 0)
})

test('beyond the limit, readers of the oldest buffer are cut off, never those of the newest', () => {
  const held = new HeldBytes(100)
  const cut: string[] = []
  const hold = (name: string, bytes: number) => held.hold(Buffer.alloc(bytes), () => cut.push(name))
  const first = hold('first', 60)
  hold('second', 30)
  hold('third', 50)
  assert.deepEqual(cut, ['first'])
  assert.equal(held.bytes, 80)
  first()
  assert.equal(held.bytes, 80)
  hold('larger than all', 500)
  assert.deepEqual(cut, ['first', 'second', 'third'])
})
