/** The browser reads its memory of logs as it was stored, and ignores it if it is malformed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BLANK_MEMORY, type Memory } from '../../core/verify/memory.ts'
import { readMemory, recallMemory, remember } from './memory.ts'

test('a stored memory is read, also in the earlier form with the names of logs', () => {
  const log = { key: 'a.example+key', checkpoints: [{ note: 'a.example\n5\n', seenAtMs: 5 }] }
  const now: Memory = { logs: [[log.key, log]], places: [['https://a.example/log/', log.key]] }
  assert.deepEqual(readMemory(JSON.stringify(now)), now)
  const once = { logs: [['a.example', log]], places: [['https://a.example/log/', 'a.example']] }
  assert.deepEqual(readMemory(JSON.stringify(once)), now)
})

test('any text that is not a memory is read as a blank memory', () => {
  for (const text of [null, '', '{', '[]', 'null', '{"logs":[["a",{"key":1,"checkpoints":[]}]],"places":[]}'])
    assert.deepEqual(readMemory(text), BLANK_MEMORY)
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { logs, places } = readMemory(text)
      assert.ok(Array.isArray(logs) && Array.isArray(places))
    }),
  )
})

test('fifty other logs with the longest checkpoints cannot make the browser forget a log', (t) => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => kept.set(name, text),
  }
  Object.assign(globalThis, { localStorage: storage })
  t.after(() => Reflect.deleteProperty(globalThis, 'localStorage'))
  const shown = (log: number, note: string) =>
    remember({ key: `${log}.example+key`, note, seenAtMs: 1, place: `https://${log}.example/log/` })
  const line = `— ${'x'.repeat(61)}\n`
  const longest = line.repeat(512)
  assert.equal(shown(0, `${longest}x`), false)
  assert.deepEqual(recallMemory(), BLANK_MEMORY)
  for (let log = 0; log < 50; log++) {
    assert.equal(shown(log, longest.slice(0, -1)), true)
    assert.equal(shown(log, longest), true)
  }
  assert.deepEqual(
    recallMemory().logs.map(([, { checkpoints }]) => checkpoints.length),
    Array(50).fill(1),
  )
})
