import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublicLogState } from '../core/status/public-log-state.ts'
import { allCounted, allPublished } from './awaited.ts'

/**
 * A log with these numbers of unpublished ballots at successive reads, then always the last; null
 * before its first state.
 */
function behindBy(...looks: (number | null)[]) {
  return {
    state: (): PublicLogState | null => {
      const behind = looks.length > 1 ? looks.shift()! : looks[0]!
      return behind === null ? null : ({ behind } as PublicLogState)
    },
  }
}

test('waits until every ballot is published, and reports progress', async () => {
  const reported: number[] = []
  await allPublished(behindBy(null, 30, 12, 0), 30, (done) => reported.push(done))
  assert.deepEqual(reported, [0, 0, 18, 30])
})

test('a log without progress is an error, and a signal ends the waiting', async () => {
  const waiting = allPublished(behindBy(30, 12), 30, () => {}, undefined, 250)
  await assert.rejects(waiting, /stands at 18 of 30 ballots/)
  const stopped = AbortSignal.abort(new Error('stopped'))
  await assert.rejects(
    allPublished(behindBy(12), 30, () => {}, stopped),
    /stopped/,
  )
})

test('waits for the count; a count without progress is an error, and a signal ends the waiting', async () => {
  const counts = [0, 4, 9]
  await allCounted({ cast: () => (counts.length > 1 ? counts.shift()! : counts[0]!) }, 9)
  assert.deepEqual(counts, [9])
  await assert.rejects(allCounted({ cast: () => 7 }, 9, undefined, 250), /stands at 7 of 9 ballots/)
  const stopped = new AbortController()
  const waiting = allCounted({ cast: () => 7 }, 9, stopped.signal)
  stopped.abort()
  await waiting
})
