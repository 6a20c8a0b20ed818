/** By when a ballot is promised, and who gets a promise. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeDigest } from '../adapters/node/digest.ts'
import { newLogKey } from '../adapters/node/log-signer.ts'
import { nodePromiseHashes } from '../adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import type { Choices } from '../core/election/choices.ts'
import type { CastOutcome } from '../ports/ballot-box.ts'
import { castStep } from './cast.ts'
import { promiseStep } from './promises.ts'

const CLOSES_AT_S = 2_000_000
const digest = nodeDigest()
const { signer } = newLogKey('digital-elections/test')
let nowMs = 0
let signed = 0
const held = new Set<number>()
const promises = promiseStep({
  election: { closesAtMs: CLOSES_AT_S * 1000 },
  signer: {
    ...signer,
    signAside: (message) => {
      signed++
      return signer.signAside(message)
    },
  },
  hashes: nodePromiseHashes(),
  sha256: nodeTreeHasher().sha256,
  saltHex: digest.nonceHex,
  clock: { nowMs: () => nowMs },
  withinS: 600,
  isHeld: (district) => held.has(district),
})
const ask = async (districts: readonly number[]) => {
  const trackers = districts.map((d) => digest.tracker(String(d)))
  const texts = await promises(trackers, districts)
  return texts.map((text) => JSON.parse(text) as { publish_by: number; index: number; note: string })
}
const publishBy = async (districts: readonly number[]) => (await ask(districts)).map((one) => one.publish_by)

test('a ballot is promised from its acknowledgement, one held back from the close', async () => {
  nowMs = 1_000_000_001
  held.clear()
  assert.deepEqual(await publishBy([0, 1]), [1_000_601, 1_000_601])
  held.add(1)
  assert.deepEqual(await publishBy([0, 1, 0]), [1_000_601, CLOSES_AT_S + 600, 1_000_601])
  nowMs = CLOSES_AT_S * 1000 + 5_000
  assert.deepEqual(await publishBy([0, 1]), [CLOSES_AT_S + 605, CLOSES_AT_S + 605])
})

test('what is asked for together is signed together, and each gets its own', async () => {
  signed = 0
  const [first, second, third] = await Promise.all([ask([0, 1]), ask([2]), ask([3, 4])])
  assert.equal(signed, 1)
  assert.deepEqual(
    [first, second, third].map((some) => some!.map(({ index }) => index)),
    [[0, 1], [2], [3, 4]],
  )
  assert.match(second![0]!.note, /^digital-elections\/test\/promises\n5\n/)
  await ask([0])
  assert.equal(signed, 2)
})

test('refusals are promised nothing, and nothing is signed where nobody asks or nothing was recorded', async () => {
  const ballot = { district: 0, choices: '[[0]]' as Choices, nonceHex: '0'.repeat(32) }
  const step = (outcomes: readonly CastOutcome[], promised: boolean) =>
    castStep({
      election: { id: 'test' },
      box: {
        cast: async () => outcomes,
        keysUsed: () => 0,
        quiet: async () => {},
        close: async () => {},
      },
      digest,
      entry: (_district, choices) => choices,
      refusal: () => null,
      promises: promised ? promises : null,
      isHeld: () => false,
      clock: { nowMs: () => nowMs },
    })
  const outcomes = ['unknown-key', ballot, 'key-already-used', ballot] as const
  signed = 0
  const [first, second, third, fourth] = await step(outcomes, true)([], 'full')
  assert.equal(signed, 1)
  assert.deepEqual([first, third], ['unknown-key', 'key-already-used'])
  assert.ok(typeof second === 'object' && typeof fourth === 'object')
  assert.match(second.promise!, /"index":0,/)
  assert.match(fourth.promise!, /"index":1,/)

  const bare = [
    ...(await step(outcomes, true)([], 'trackers')),
    ...(await step(outcomes, false)([], 'full')),
    ...(await step(['unknown-key'], true)([], 'full')),
  ]
  assert.equal(signed, 1)
  const receipts = bare.filter((answer) => typeof answer === 'object')
  assert.deepEqual(receipts, new Array(4).fill({ tracker: second.tracker, promise: null }))
})
