/** What the browser remembers of logs: bounded, replaced by what is newer, and nothing where it was tampered with. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keyAt, knownLog, NOTHING, readMemory, rememberedPlace, without, withVerified } from './memory.ts'

const seen = (origin: string, size: number, place: string | null = null) => ({
  ...{ key: `${origin}+key`, note: `${origin}\n${size}\n`, seenAtMs: size, place },
})

test('a log is its key: by that it is known, and by the address it stood at', () => {
  const memory = withVerified(NOTHING, seen('a.example', 5, 'https://a.example/log/'))
  assert.equal(keyAt(memory, 'https://a.example/log/'), 'a.example+key')
  assert.equal(keyAt(memory, 'https://b.example/log/'), undefined)
  assert.equal(knownLog(memory, 'a.example+key')?.checkpoints.length, 1)
  assert.equal(knownLog(memory, 'a.example'), undefined)
  assert.deepEqual(without(memory, 'a.example+key'), NOTHING)
})

test('a log of the same name and another key is another log, and takes nothing from it', () => {
  const honest = withVerified(NOTHING, seen('a.example', 5, 'https://a.example/log/'))
  const stranger = { ...seen('a.example', 9, 'https://b.example/log/'), key: 'a.example+other' }
  const both = withVerified(honest, stranger)
  assert.deepEqual(knownLog(both, 'a.example+key'), knownLog(honest, 'a.example+key'))
  assert.equal(keyAt(both, 'https://a.example/log/'), 'a.example+key')
  assert.equal(keyAt(both, 'https://b.example/log/'), 'a.example+other')
  assert.deepEqual(without(both, 'a.example+other'), NOTHING, 'forgotten by name: both')
})

test('what was kept by the names of logs is read as what is kept by their keys', () => {
  const now = withVerified(NOTHING, seen('a.example', 5, 'https://a.example/log/'))
  const once = { logs: [['a.example', now.logs[0]![1]]], places: [['https://a.example/log/', 'a.example']] }
  assert.deepEqual(readMemory(JSON.stringify(once)), now)
  assert.deepEqual(readMemory(JSON.stringify({ ...once, places: [['x', 'none']] })).places, [])
})

test('an equal checkpoint is kept once, and no more than a few logs and checkpoints are', () => {
  let memory = withVerified(withVerified(NOTHING, seen('a', 1)), seen('a', 1))
  assert.equal(memory.logs[0]![1].checkpoints.length, 1)
  for (let size = 2; size < 100; size++) memory = withVerified(memory, seen('a', size))
  const kept = memory.logs[0]![1].checkpoints
  assert.equal(kept.length, 16)
  assert.equal(kept.at(-1)!.note, 'a\n99\n')
  for (let i = 0; i < 100; i++)
    memory = withVerified(memory, seen(`log ${i}`, 1, `https://${i}.example/log/`))
  assert.equal(memory.logs.length, 50)
  assert.equal(memory.places.length, 50)
  assert.equal(knownLog(memory, 'a+key'), undefined)
  assert.deepEqual(readMemory(JSON.stringify(memory)), memory)
})

test('text that is no memory is nothing, whatever it is', () => {
  for (const text of [null, '', '{', '[]', 'null', '{"logs":[["a",{"key":1,"checkpoints":[]}]],"places":[]}'])
    assert.deepEqual(readMemory(text), NOTHING)
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { logs, places } = readMemory(text)
      assert.ok(Array.isArray(logs) && Array.isArray(places))
    }),
  )
})

test('this machine’s own addresses are not remembered', () => {
  assert.equal(rememberedPlace('http://127.0.0.1:8501/log/'), null)
  assert.equal(rememberedPlace('http://localhost/log/'), null)
  assert.equal(rememberedPlace('https://vote.example.org/log/'), 'https://vote.example.org/log/')
})
