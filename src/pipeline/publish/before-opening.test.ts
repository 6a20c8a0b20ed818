/** A publisher whose log cannot be opened yet. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BeforeOpening } from './before-opening.ts'
import type { PublisherEvent } from './publisher-messages.ts'

const CLOSE = { ask: 'close', keysUsed: 3, atMs: 5 } as const
const STOP = { ask: 'stop' } as const

/** A timer that the test fires, and the reports. */
function world() {
  const events: PublisherEvent[] = []
  let fire: (() => void) | undefined
  const early = new BeforeOpening((event) => events.push(event), {
    elapsedMs: () => 0,
    after: (_, call) => {
      fire = call
      return () => {
        fire = undefined
      }
    },
  })
  const settled = () => new Promise(setImmediate)
  return {
    ...{ early, events, settled },
    passes: async () => {
      fire?.()
      await settled()
    },
  }
}

test('the log is opened once its storage answers, and the kept messages are handled then', async () => {
  const { early, events, settled, passes } = world()
  let answers = false
  const opening = early.open(
    async () => {
      if (!answers) throw new Error('away')
      return 'open'
    },
    () => false,
  )
  await settled()
  early.hear({ ask: 'proof', id: 4, leaf: new Uint8Array(32) })
  early.hear(CLOSE)
  await passes()
  answers = true
  await passes()
  assert.equal(await opening, 'open')
  const failed = { kind: 'failed', reason: 'away' }
  assert.deepEqual(events, [failed, { kind: 'proof', id: 4, proof: null }, failed])
  assert.deepEqual(early.kept(), [CLOSE])
})

test('it stops before the log is open', async () => {
  const { early, settled } = world()
  const opening = early.open(
    () => Promise.reject(new Error('away')),
    () => false,
  )
  await settled()
  early.hear(STOP)
  assert.equal(await opening, undefined)
})

test('it stops while the log is being opened', async () => {
  const { early, settled } = world()
  const { promise, reject } = Promise.withResolvers<never>()
  const opening = early.open(
    () => promise,
    () => false,
  )
  early.hear(STOP)
  reject(new Error('away'))
  await settled()
  assert.equal(await opening, undefined)
})

test('an error that waiting cannot solve ends it', async () => {
  const { early, events } = world()
  const wrong = new Error('another key')
  await assert.rejects(
    early.open(
      () => Promise.reject(wrong),
      (cause) => cause === wrong,
    ),
    wrong,
  )
  assert.deepEqual(events, [])
})
