/** What the browser keeps: readable with the voter's key alone, and saying nothing without it. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { castRecordsOf, holdsCast } from './cast-record.ts'

const key = { personalId: 'P0000001', guid: '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38' }
const sending = { state: 'sending', idempotencyKey: 'retry-me', marks: { mayor: ['ada'] } } as const

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

test('a record is read back with its key, in its election, and by nobody else', async () => {
  const records = (await castRecordsOf('e', key))!
  assert.equal(await records.read(), undefined)
  assert.equal(await records.write(sending), true)
  assert.deepEqual(await (await castRecordsOf('e', key))!.read(), sending)
  assert.equal(await (await castRecordsOf('other', key))!.read(), undefined)
  assert.equal(await (await castRecordsOf('e', { ...key, personalId: 'P0000002' }))!.read(), undefined)
  assert.ok(holdsCast('e'))
  assert.ok(!holdsCast('other'))
  records.remove()
  assert.ok(!holdsCast('e'))
})

test('nothing of it is in clear, and one ballot never looks like another', async () => {
  const records = (await castRecordsOf('e', key))!
  await records.write(sending)
  const [first] = Object.entries(entries)
  assert.doesNotMatch(first!.join(), /P0000001|8d4f3a52|ada|mayor|retry|sending/)
  await records.write(sending)
  assert.notEqual(Object.values(entries)[0], first![1], 'a new nonce each time')
})

test('a damaged entry is as good as none', async () => {
  const records = (await castRecordsOf('e', key))!
  await records.write(sending)
  for (const name of Object.keys(entries)) entries[name] = `AAAA${entries[name]!.slice(4)}`
  assert.equal(await records.read(), undefined)
})

test('a browser that stores nothing is told of, not stumbled over', async () => {
  put({
    getItem: () => null,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
    removeItem: () => {},
  })
  assert.equal(await (await castRecordsOf('e', key))!.write(sending), false)
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    get: () => {
      throw new DOMException('denied', 'SecurityError')
    },
  })
  assert.equal(await castRecordsOf('e', key), null)
  assert.equal(holdsCast('e'), false)
})
