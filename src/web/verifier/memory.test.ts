/** What the browser keeps of logs is read as it was kept, and ignored where it was tampered with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BLANK_MEMORY, type Memory } from '../../core/verify/memory.ts'
import { readMemory } from './memory.ts'

test('what was kept is read, also where it was kept by the names of logs', () => {
  const log = { key: 'a.example+key', checkpoints: [{ note: 'a.example\n5\n', seenAtMs: 5 }] }
  const now: Memory = { logs: [[log.key, log]], places: [['https://a.example/log/', log.key]] }
  assert.deepEqual(readMemory(JSON.stringify(now)), now)
  const once = { logs: [['a.example', log]], places: [['https://a.example/log/', 'a.example']] }
  assert.deepEqual(readMemory(JSON.stringify(once)), now)
})

test('text that is no memory is nothing, whatever it is', () => {
  for (const text of [null, '', '{', '[]', 'null', '{"logs":[["a",{"key":1,"checkpoints":[]}]],"places":[]}'])
    assert.deepEqual(readMemory(text), BLANK_MEMORY)
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { logs, places } = readMemory(text)
      assert.ok(Array.isArray(logs) && Array.isArray(places))
    }),
  )
})
