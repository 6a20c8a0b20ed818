/** The page always reconnects: every loss leads to one new stream, never to two. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Connection,
  connectionAt,
  FIRST_SILENCE_MS,
  SILENCE_MS,
  type Signal,
  step,
} from './connection.ts'

const SIGNALS: readonly Signal[] = [
  ...(['opening', 'heard', 'snapshot', 'beat', 'broken', 'wake', 'tick'] as const),
  ...(['answer', 'no-answer'] as const),
]

const after = (...signals: readonly (readonly [Signal, number])[]): Connection =>
  signals.reduce((connection, [signal, nowMs]) => step(connection, signal, nowMs), connectionAt(0))

test('a page without a first snapshot stays in the state "waiting" after any number of failures', () => {
  const connection = after(['opening', 0], ['broken', 10], ['opening', 1010], ['broken', 1020])
  assert.equal(connection.state, 'waiting')
  assert.equal(connection.reopenAtMs, 1020 + 2000)
})

test('a snapshot makes the page live; after a break the page is lost and retries within a second', () => {
  const live = after(['opening', 0], ['snapshot', 50])
  assert.deepEqual([live.state, live.reopenAtMs], ['live', null])
  const lost = step(live, 'broken', 100)
  assert.deepEqual([lost.state, lost.reopenAtMs], ['lost', 1100])
})

test('15 s without a message are a loss; a beat in between prevents it', () => {
  const live = after(['opening', 0], ['snapshot', 0])
  assert.equal(step(live, 'tick', SILENCE_MS - 1).state, 'live')
  assert.equal(step(live, 'tick', SILENCE_MS).state, 'lost')
  const heard = step(live, 'beat', 5000)
  assert.equal(step(heard, 'tick', SILENCE_MS).state, 'live')
  assert.equal(step(heard, 'tick', 5000 + SILENCE_MS).state, 'lost')
})

test('an open stream does not make a lost page live; a beat does, as newer numbers come before it', () => {
  const lost = after(['opening', 0], ['snapshot', 0], ['broken', 10], ['opening', 1010], ['heard', 1020])
  assert.equal(lost.state, 'lost')
  assert.equal(step(lost, 'snapshot', 1030).state, 'live')
  assert.equal(step(lost, 'beat', 1030).state, 'live')
})

test('waking up (online again, tab in front) retries at once', () => {
  const lost = after(['opening', 0], ['snapshot', 0], ['broken', 10])
  assert.equal(step(lost, 'wake', 20).reopenAtMs, 20)
  const asleep = after(['opening', 0], ['snapshot', 0])
  assert.equal(step(asleep, 'wake', 3_600_000).state, 'lost')
})

test('retries slow down to at most ten seconds, spread by a third', () => {
  let connection = after(['opening', 0], ['snapshot', 0])
  const delays: number[] = []
  for (let i = 0, nowMs = 0; i < 6; i++) {
    connection = step(connection, 'broken', nowMs, 0)
    delays.push(connection.reopenAtMs! - nowMs)
    nowMs = connection.reopenAtMs!
    connection = step(connection, 'opening', nowMs)
  }
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 10_000, 10_000])
  assert.ok(step(connection, 'broken', 0, 0.999).reopenAtMs! < 13_334)
})

test('after any signals, numbers once shown stay, and a next step is always scheduled', () => {
  const signals = fc.array(
    fc.tuple(
      fc.constantFrom<Signal>(...SIGNALS),
      fc.nat({ max: 20_000 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
    ),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(signals, (events) => {
      let connection = connectionAt(0)
      let nowMs = 0
      let seen = false
      for (const [signal, laterMs, spread] of events) {
        nowMs += laterMs
        connection = step(connection, signal, nowMs, spread)
        seen ||= signal === 'snapshot' || (signal === 'answer' && connection.askAtMs !== null)
        assert.equal(connection.state === 'waiting', !seen)
        // Either a stream is open, and silence ends it, or the next attempt is scheduled soon.
        if (connection.reopenAtMs === null)
          assert.notEqual(step(connection, 'tick', nowMs + SILENCE_MS).reopenAtMs, null)
        else assert.ok(connection.reopenAtMs <= nowMs + (connection.askAtMs === null ? 13_334 : 80_000))
        if (connection.state === 'polled') assert.ok(connection.askAtMs! <= nowMs + 6_667)
      }
    }),
  )
})

/** Two streams, opened or not, that sent nothing. */
const held = (first: Connection): Connection => {
  let connection = first
  for (let i = 0; i < 2; i++) {
    const { reopenAtMs } = connection
    connection = step(connection, 'opening', reopenAtMs!)
    connection = step(connection, 'heard', reopenAtMs! + 10)
    connection = step(connection, 'tick', reopenAtMs! + 10 + FIRST_SILENCE_MS)
  }
  return connection
}

test('after two silent streams the page requests snapshots repeatedly, and sometimes tries a stream', () => {
  const one = after(['opening', 0], ['tick', FIRST_SILENCE_MS])
  assert.deepEqual([one.silent, one.askAtMs], [1, null])
  const asks = held(connectionAt(0))
  assert.equal(asks.state, 'waiting')
  assert.equal(asks.askAtMs, asks.heardAtMs)
  assert.equal(asks.reopenAtMs, asks.heardAtMs + 60_000)
  const polled = step(asks, 'answer', asks.heardAtMs + 100)
  assert.deepEqual([polled.state, polled.askAtMs], ['polled', asks.heardAtMs + 5_100])
  const unanswered = step(polled, 'no-answer', polled.askAtMs!)
  assert.deepEqual([unanswered.state, unanswered.askAtMs], ['lost', polled.askAtMs! + 5_000])
  // The network blocks the tried stream like the others, and the requests continue.
  const tried = step(step(polled, 'opening', 70_000), 'tick', 70_000 + FIRST_SILENCE_MS)
  assert.deepEqual([tried.state, tried.askAtMs], ['polled', polled.askAtMs])
})

test('a stream that sends again ends the requests; one that sent and fell silent is not blocked', () => {
  const polled = step(held(connectionAt(0)), 'answer', 20_000)
  const again = step(step(polled, 'opening', 80_000), 'snapshot', 80_010)
  assert.deepEqual([again.state, again.silent, again.askAtMs], ['live', 0, null])
  assert.equal(step(again, 'answer', 80_020), again)
  let connection = connectionAt(0)
  for (let nowMs = 0; nowMs < 200_000; nowMs += 40_000) {
    connection = step(connection, 'opening', nowMs)
    connection = step(connection, 'snapshot', nowMs + 10)
    connection = step(connection, 'tick', nowMs + 10 + SILENCE_MS)
    assert.deepEqual([connection.state, connection.askAtMs], ['lost', null])
  }
})

test('a server that is down gets no snapshot requests: its streams break and are not silent', () => {
  let connection = connectionAt(0)
  for (let i = 0; i < 9; i++) {
    connection = step(connection, 'opening', connection.reopenAtMs!)
    connection = step(connection, 'broken', connection.heardAtMs + 5)
  }
  assert.equal(connection.askAtMs, null)
})
