/**
 * What the browser keeps of an unanswered cast: of use with the voter's key alone, and no choice in
 * it even then.
 */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { castMarksOf, holdsMark, randomHex } from './cast-mark.ts'

const key = { personalId: 'P0000001', guid: '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38' }

const real = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
const put = (value: unknown) =>
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, writable: true, value })
let entries: Record<string, string>

beforeEach(() => {
  entries = {}
  const methods = {
    getItem: (name: string) => entries[name] ?? null,
    setItem: (name: string, value: string) => {
      entries[name] = value
    },
    removeItem: (name: string) => {
      delete entries[name]
    },
  }
  put(
    new Proxy(methods, {
      ownKeys: () => Object.keys(entries),
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    }),
  )
})
afterEach(() => {
  if (real) Object.defineProperty(globalThis, 'localStorage', real)
})

test('a mark is found again with its key, in its election, and by nobody else', async () => {
  const marks = (await castMarksOf('e', key))!
  const attempt = await marks.next()
  assert.match(attempt.idempotencyKey, /^[0-9a-f]{32}$/)
  assert.deepEqual(await marks.unanswered(), [], 'a cast that is answered at once leaves nothing')
  assert.ok(!holdsMark('e'))
  assert.equal(attempt.keep(), true)
  assert.equal(attempt.keep(), true)
  const again = (await castMarksOf('e', key))!
  assert.deepEqual(await again.unanswered(), [attempt.idempotencyKey])
  assert.deepEqual(await (await castMarksOf('other', key))!.unanswered(), [])
  assert.deepEqual(await (await castMarksOf('e', { ...key, personalId: 'P0000002' }))!.unanswered(), [])
  assert.ok(holdsMark('e'))
  assert.ok(!holdsMark('other'))

  const second = await again.next()
  second.keep()
  assert.deepEqual(await marks.unanswered(), [attempt.idempotencyKey, second.idempotencyKey])
  marks.forget()
  assert.ok(!holdsMark('e'))
})

test('without the voter’s key it says only that somebody voted', async () => {
  const marks = (await castMarksOf('e', key))!
  const attempt = await marks.next()
  attempt.keep()
  const stored = JSON.stringify(entries)
  assert.doesNotMatch(stored, /P0000001|8d4f3a52/)
  assert.ok(!stored.includes(attempt.idempotencyKey))
  assert.notEqual((await marks.next()).idempotencyKey, attempt.idempotencyKey)
})

test('receipts that an earlier version kept are thrown away', async () => {
  entries['cast/e/AAAA'] = 'sealed'
  entries['cast/other/BBBB'] = 'sealed'
  entries.theme = 'dark'
  await castMarksOf('e', key)
  assert.deepEqual(entries, { theme: 'dark' })
})

test('a browser that stores nothing is noticed, not stumbled over', async () => {
  put({
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
    removeItem: () => {},
  })
  assert.equal((await (await castMarksOf('e', key))!.next()).keep(), false)
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('denied', 'SecurityError')
    },
  })
  assert.equal(await castMarksOf('e', key), null)
  assert.equal(holdsMark('e'), false)
})

test('a random key is one that the server takes, and another each time', () => {
  assert.match(randomHex(), /^[0-9a-f]{32}$/)
  assert.notEqual(randomHex(), randomHex())
})
