/** A publisher whose log cannot be opened yet. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BeforeOpening } from './before-opening.ts'
import type { PublisherEvent } from './publisher-messages.ts'

const CLOSE = { ask: 'close', keysUsed: 3, atMs: 5 } as const
const STOP = { ask: 'stop' } as const

/** A timer that fires by hand, and what was reported. */
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

test('it is opened when what it needs is there again, and hears then what it was asked', async () => {
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

test('it stops before it is open', async () => {
  const { early, settled } = world()
  const opening = early.open(
    () => Promise.reject(new Error('away')),
    () => false,
  )
  await settled()
  early.hear(STOP)
  assert.equal(await opening, undefined)
})

test('it stops while it is being opened', async () => {
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

test('what no waiting mends ends it', async () => {
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
