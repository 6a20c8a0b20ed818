import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import { CannotSimulate } from './cannot-simulate.ts'
import { settledResults } from './settled.ts'

const COUNTED = { holds: true, keys_used: 30, ballots_stored: 30, ballots_tallied: 30, ballots_summed: 30 }

function snapshot(changes: Partial<ResultsSnapshot>): ResultsSnapshot {
  const settled = { phase: 'closed', cast: 30, contests: [], held: 0, invariant: COUNTED, checkpoint: null }
  return { ...settled, ...changes } as unknown as ResultsSnapshot
}

const of = (size: number, held = 0) =>
  snapshot({ phase: 'open', held, checkpoint: { size, root: `root of ${size}` } })

/** A server that answers these in turn, the last for good. */
function answering(...answers: ResultsSnapshot[]): () => Promise<ResultsSnapshot> {
  return async () => (answers.length > 1 ? answers.shift()! : answers[0]!)
}

const settle = (asks: readonly (() => Promise<ResultsSnapshot>)[], patienceMs = 60_000) =>
  settledResults(asks, { cast: 30, patienceMs, nowMs: () => performance.now(), onSettling: () => {} })

test('after the close the rest is waited for that the log tells with its end', async () => {
  const whole = snapshot({})
  const afterClose = snapshot({ contests: null, held: null })
  assert.deepEqual(await settle([answering(afterClose, afterClose, whole)]), [whole])
  assert.deepEqual(await settle([answering(snapshot({ held: 13 }), whole)]), [whole])
})

test('while voting is open nothing more is to come: ballots held back are not waited for', async () => {
  assert.deepEqual(await settle([answering(of(21, 10), of(31))]), [of(21, 10)])
  const hidden = snapshot({ phase: 'open', contests: null, held: null })
  assert.deepEqual(await settle([answering(hidden, snapshot({}))]), [hidden])
})

test('servers are waited for until their counts are of one checkpoint', async () => {
  assert.deepEqual(await settle([answering(of(11), of(21)), answering(of(21))]), [of(21), of(21)])
})

test('patience has an end: the counts as they stand', async () => {
  const unpublished = snapshot({ held: 13 })
  assert.deepEqual(await settle([answering(unpublished)], 300), [unpublished])
})

test('a server that is gone is not waited for, whether it ever answered or not', async () => {
  const gone = async (): Promise<never> => {
    throw new CannotSimulate('nobody answers')
  }
  let asked = 0
  const dying = async () => (asked++ === 0 ? of(11) : gone())
  const behind = snapshot({ cast: 29 })
  const startMs = performance.now()
  const there = [answering(behind, snapshot({})), dying, gone]
  assert.deepEqual(await settle(there), [snapshot({}), of(11), null])
  assert.ok(performance.now() - startMs < 30_000)
})
