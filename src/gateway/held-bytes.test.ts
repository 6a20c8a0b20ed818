import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HeldBytes } from './held-bytes.ts'

test('many readers of one buffer hold it once, until the last has it', () => {
  const held = new HeldBytes(100)
  const buffer = Buffer.alloc(60)
  const releases = [1, 2, 3].map(() => held.hold(buffer, () => assert.fail('nobody is cut off')))
  assert.equal(held.bytes, 60)
  releases[0]!()
  releases[0]!()
  releases[1]!()
  assert.equal(held.bytes, 60)
  releases[2]!()
  assert.equal(held.bytes, 0)
})

test('past the limit the readers of the oldest buffer are cut off, and never those of the newest', () => {
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
