import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublicLogState } from '../core/status/public-log-state.ts'
import { allCounted, allPublished } from './awaited.ts'

/** A log that is behind by these at each look, the last for good; null before it says anything. */
function behindBy(...looks: (number | null)[]) {
  return {
    state: (): PublicLogState | null => {
      const behind = looks.length > 1 ? looks.shift()! : looks[0]!
      return behind === null ? null : ({ behind } as PublicLogState)
    },
  }
}

test('waits until the log has every ballot, and says how far it is', async () => {
  const told: number[] = []
  await allPublished(behindBy(null, 30, 12, 0), 30, (done) => told.push(done))
  assert.deepEqual(told, [0, 0, 18, 30])
})

test('a log that stands still is an error, and a signal ends the waiting', async () => {
  const waiting = allPublished(behindBy(30, 12), 30, () => {}, undefined, 250)
  await assert.rejects(waiting, /stands at 18 of 30 ballots/)
  const stopped = AbortSignal.abort(new Error('stopped'))
  await assert.rejects(
    allPublished(behindBy(12), 30, () => {}, stopped),
    /stopped/,
  )
})

test('a count is waited for, one that stands still is an error, and a signal ends the waiting', async () => {
  const counts = [0, 4, 9]
  await allCounted({ cast: () => (counts.length > 1 ? counts.shift()! : counts[0]!) }, 9)
  assert.deepEqual(counts, [9])
  await assert.rejects(allCounted({ cast: () => 7 }, 9, undefined, 250), /stands at 7 of 9 ballots/)
  const stopped = new AbortController()
  const waiting = allCounted({ cast: () => 7 }, 9, stopped.signal)
  stopped.abort()
  await waiting
})
