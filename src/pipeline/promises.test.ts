/** When a ballot is promised to be in the log, and which requests get a promise. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeDigest } from '../adapters/node/digest.ts'
import { newLogKey } from '../adapters/node/log-signer.ts'
import { nodePromiseHashes } from '../adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import type { Choices } from '../core/election/choices.ts'
import type { CastOutcome } from '../ports/ballot-box.ts'
import { castStep } from './cast.ts'
import { type PromisedTerm, promisedTerm, promiseStep } from './promises.ts'

const CLOSES_AT_S = 2_000_000
const digest = nodeDigest()
const { signer } = newLogKey('digital-elections/test')
let nowMs = 0
let signed = 0
const stepWith = (term: PromisedTerm) =>
  promiseStep({
    term,
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
  })
const election = (results: 'live' | 'after-close', suppressBelow: number) => ({
  ...{ results, suppressBelow, closesAtMs: CLOSES_AT_S * 1000 },
})
const promises = stepWith(promisedTerm(election('live', 1), 2, undefined))
interface PromiseText {
  readonly v?: number
  readonly publish_by?: number
  readonly within?: number
  readonly index: number
  readonly note: string
}
const ask = async (voters: readonly number[], step = promises) => {
  const texts = await step(voters.map((voter) => digest.tracker(String(voter))))
  return texts.map((text) => JSON.parse(text) as PromiseText)
}

test('if ballots are published as they come, each is promised by a time', async () => {
  nowMs = 1_000_000_001
  for (const { v, publish_by } of await ask([0, 1])) assert.deepEqual([v, publish_by], [undefined, 1_000_601])
  const other = stepWith(promisedTerm(election('live', 1), 2, 100))
  assert.equal((await ask([0], other))[0]!.publish_by, 1_000_101)
})

test('otherwise a ballot is promised a number of seconds after the final close', async () => {
  for (const [results, below] of [
    ['live', 10],
    ['after-close', 10],
    ['after-close', 1],
  ] as const) {
    const usual = stepWith(promisedTerm(election(results, below), 2, undefined))
    const [first] = await ask([0], usual)
    assert.deepEqual([first!.v, first!.within, first!.publish_by], [2, 86_400, undefined])
    assert.match(first!.note, /^digital-elections\/test\/promises\/v2\n1\n/)
    const other = stepWith(promisedTerm(election(results, below), 2, 100))
    assert.equal((await ask([0], other))[0]!.within, 100)
  }
})

test('a version 1 log promises by a time, after the close if it may hold the ballot back', async () => {
  nowMs = 1_000_000_001
  const dueOf = async (results: 'live' | 'after-close') =>
    (await ask([0], stepWith(promisedTerm(election(results, 10), 1, undefined))))[0]!.publish_by
  assert.equal(await dueOf('live'), CLOSES_AT_S + 600)
  assert.equal(await dueOf('after-close'), 1_000_601)
  nowMs = CLOSES_AT_S * 1000 + 5_000
  assert.equal(await dueOf('live'), CLOSES_AT_S + 605)
})

test('promises requested together are signed together, and each request gets its own', async () => {
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

test('refusals get no promise; without a request or a recorded ballot, nothing is signed', async () => {
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
