/** Receipts are made while ballots are being written, and returned only with their outcomes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeDigest } from '../adapters/node/digest.ts'
import type { Choices, MarkedBallot } from '../core/election/choices.ts'
import type { CastOutcome, OnUnderWay, RecordedBallot } from '../ports/ballot-box.ts'
import { castStep, type Vote } from './cast.ts'

const digest = nodeDigest()
const recorded = (nonce: string): RecordedBallot => ({
  district: 0,
  choices: '[[0]]' as Choices,
  nonceHex: nonce.repeat(32),
})
const tracker = ({ nonceHex }: RecordedBallot) => digest.tracker(`\u0000${nonceHex}`)
const vote = (guid: string): Vote => ({
  ...{ personalId: 'P1', guid, idempotencyKey: null },
  marked: { choices: '[[0]]' as Choices, districts: null } as MarkedBallot,
})
const VOTES = ['a', 'b', 'c'].map(vote)

type Box = (onUnderWay: OnUnderWay | undefined) => Promise<readonly CastOutcome[]>

/** The step on a box, the terms of its promises, and a clock. */
function stepOn(cast: Box, promise?: (trackers: readonly string[]) => Promise<readonly string[]>) {
  const promised: string[][] = []
  const clock = { ms: 0 }
  const step = castStep({
    election: { id: 'test' },
    box: {
      cast: (_ballots, _refusal, onUnderWay) => cast(onUnderWay),
      keysUsed: () => 0,
      quiet: async () => {},
      close: async () => {},
    },
    digest,
    entry: (_district, _choices, nonceHex) => nonceHex,
    refusal: () => null,
    promises:
      promise ??
      (async (trackers) => {
        promised.push([...trackers])
        return trackers.map((one) => `"${clock.ms}:${one}"`)
      }),
    clock: { nowMs: () => clock.ms },
  })
  return { step, promised, clock }
}

test('receipts are made before storage has answered, once, each for its own ballot', async () => {
  const [first, third] = [recorded('1'), recorded('3')]
  const durable = Promise.withResolvers<void>()
  const { step, promised } = stepOn(async (onUnderWay) => {
    onUnderWay!([first, undefined, third])
    await durable.promise
    return [first, 'unknown-key', third]
  })
  const answers = step(VOTES, 'full')
  await new Promise(setImmediate)
  assert.deepEqual(promised, [[tracker(first), tracker(third)]])
  durable.resolve()
  assert.deepEqual(await answers, [
    { tracker: tracker(first), promise: `"0:${tracker(first)}"` },
    'unknown-key',
    { tracker: tracker(third), promise: `"0:${tracker(third)}"` },
  ])
  assert.equal(promised.length, 1)
})

test('a box that answers with copies also has its receipts made early', async () => {
  const ballots = [recorded('1'), recorded('2'), recorded('3')]
  const { step, promised } = stepOn(async (onUnderWay) => {
    onUnderWay!(structuredClone(ballots))
    return structuredClone(ballots)
  })
  const answers = await step(VOTES, 'full')
  assert.deepEqual(
    answers.map((answer) => (answer as { tracker: string }).tracker),
    ballots.map(tracker),
  )
  assert.deepEqual(promised, [ballots.map(tracker)])
})

test('a ballot that was not stored gets no receipt, and the others of its call get theirs', async () => {
  const [first, second, third] = [recorded('1'), recorded('2'), recorded('3')]
  const { step } = stepOn(async (onUnderWay) => {
    onUnderWay!([first, second, third])
    return [first, 'storage-unavailable', third]
  })
  const answers = await step(VOTES, 'full')
  assert.equal(answers[1], 'storage-unavailable')
  assert.deepEqual(
    [answers[0], answers[2]].map((answer) => (answer as { tracker: string }).tracker),
    [tracker(first), tracker(third)],
  )
})

test('a ballot that repeats an earlier one gets the receipt of the recorded ballot', async () => {
  const [under, other, later] = [recorded('1'), recorded('2'), recorded('3')]
  const { step, promised } = stepOn(async (onUnderWay) => {
    onUnderWay!([under, undefined, undefined])
    return [other, later, 'key-already-used']
  })
  const answers = await step(VOTES, 'full')
  assert.deepEqual(answers, [
    { tracker: tracker(other), promise: `"0:${tracker(other)}"` },
    { tracker: tracker(later), promise: `"0:${tracker(later)}"` },
    'key-already-used',
  ])
  assert.deepEqual(promised, [[tracker(under)], [tracker(other), tracker(later)]])
})

test('if storage took long, the promise’s time counts from the answer', async () => {
  const ballot = recorded('1')
  const { step, clock } = stepOn(async (onUnderWay) => {
    onUnderWay!([ballot])
    clock.ms = 10_000
    return [ballot]
  })
  assert.deepEqual(await step(VOTES.slice(0, 1), 'full'), [
    { tracker: tracker(ballot), promise: `"10000:${tracker(ballot)}"` },
  ])
})

test('if the signature took long, the promise is made again', async () => {
  const ballot = recorded('1')
  const times: number[] = []
  const { step, clock } = stepOn(
    async (onUnderWay) => {
      onUnderWay!([ballot])
      return [ballot]
    },
    async ([one]) => {
      times.push(clock.ms)
      await new Promise(setImmediate)
      if (times.length === 1) clock.ms = 10_000
      return [`"${times.at(-1)}:${one}"`]
    },
  )
  assert.deepEqual(await step(VOTES.slice(0, 1), 'full'), [
    { tracker: tracker(ballot), promise: `"10000:${tracker(ballot)}"` },
  ])
  assert.deepEqual(times, [0, 10_000])
})

test('an unknown outcome returns no answer, even if receipts were made', async () => {
  const fault = new Error('whether ballots were stored is unknown')
  const { step } = stepOn(
    async (onUnderWay) => {
      onUnderWay!([recorded('1')])
      await new Promise(setImmediate)
      throw fault
    },
    async () => {
      throw new Error('the key is missing')
    },
  )
  await assert.rejects(step(VOTES, 'full'), fault)
  await new Promise(setImmediate)
})

test('promises that cannot be made reject with their own error', async () => {
  const ballot = recorded('1')
  const { step } = stepOn(
    async (onUnderWay) => {
      onUnderWay!([ballot])
      return [ballot]
    },
    async () => {
      throw new Error('the key is missing')
    },
  )
  await assert.rejects(step(VOTES.slice(0, 1), 'full'), /the key is missing/)
})
