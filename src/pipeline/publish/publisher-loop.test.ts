/**
 * The publisher at work, without a thread: what it is asked, what it reports, and that it begins
 * again after a failure.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokenLog } from '../../core/log/broken-log.ts'
import { asHash } from '../../core/tlog/merkle.ts'
import type { LogLead } from '../../ports/log-lead.ts'
import type { Publisher } from './publish.ts'
import { PublisherLoop, type PublisherLoopDeps } from './publisher-loop.ts'
import type { PublisherEvent } from './publisher-messages.ts'

const ROOT = asHash(new Uint8Array(32))

/**
 * A log that holds as many leaves as it was told of, a clock moved by hand, and a loop over both.
 */
function world(changes: Partial<PublisherLoopDeps> = {}) {
  const events: PublisherEvent[] = []
  const timers = new Set<{ readonly dueMs: number; readonly call: () => void }>()
  const state = { nowMs: 0, waiting: 0, size: 1, closed: false, opened: 0, records: ['genesis'] }
  const failing: { publish?: Error | undefined; amend?: Error | undefined; texts?: Error | undefined } = {}
  const throwOnce = (at: keyof typeof failing): void => {
    const cause = failing[at]
    failing[at] = undefined
    if (cause !== undefined) throw cause
  }
  const publisher: Publisher = {
    state: () => ({ size: state.size, root: ROOT, ballots: state.size - 1, closed: state.closed }),
    publish: async () => {
      throwOnce('publish')
      state.size += state.waiting
      state.waiting = 0
      return false
    },
    amend: async (text) => {
      state.records.push(text)
      throwOnce('amend')
      state.size++
    },
    close: async (texts) => {
      await texts.close(state.size, null)
      state.closed = true
      state.size++
    },
    waiting: async () => state.waiting,
  }
  const loop = new PublisherLoop({
    open: async () => {
      state.opened++
      return publisher
    },
    journal: {
      records: async () =>
        state.records.map((record, number) => ({
          ...{ number, record, upTo: '0', everything: false, atMs: null, size: number + 1, root: ROOT },
        })),
    },
    lead: null,
    closingTexts: async () => ({
      end: () => Promise.reject(new Error('version 1 has none')),
      close: async () => {
        throwOnce('texts')
        return 'close'
      },
    }),
    prove: async () => (state.size > 3 ? 'proof' : undefined),
    beginWitnessing: async () => {},
    removeSuperseded: async () => 0,
    setLate: () => {},
    publishEveryMs: 1_000,
    timer: {
      elapsedMs: () => state.nowMs,
      after: (delayMs, call) => {
        const timer = { dueMs: state.nowMs + delayMs, call }
        timers.add(timer)
        return () => timers.delete(timer)
      },
    },
    send: (event) => events.push(event),
    ...changes,
  })
  const settled = async () => {
    for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  }
  return {
    ...{ loop, state, failing, settled },
    /**
     * Every timer that is due by then rings only at the end of it, as on a machine that does much
     * else.
     */
    starve: async (ms: number): Promise<void> => {
      state.nowMs += ms
      for (const timer of [...timers].filter(({ dueMs }) => dueMs <= state.nowMs)) {
        timers.delete(timer)
        timer.call()
      }
      await settled()
    },
    /** Moves the clock on, timer by timer, and gives what was reported meanwhile. */
    pass: async (ms: number): Promise<PublisherEvent[]> => {
      await settled()
      const untilMs = state.nowMs + ms
      for (;;) {
        const next = [...timers].sort((a, b) => a.dueMs - b.dueMs)[0]
        if (next === undefined || next.dueMs > untilMs) break
        timers.delete(next)
        state.nowMs = next.dueMs
        next.call()
        await settled()
      }
      state.nowMs = untilMs
      return events.splice(0)
    },
  }
}

const kinds = (events: readonly PublisherEvent[]) => events.map(({ kind }) => kind)

test('ballots are published before the first has waited too long', async () => {
  const { loop, state, pass } = world()
  const ended = loop.run()
  assert.deepEqual(kinds(await pass(500)), ['published'])
  state.waiting = 2
  assert.deepEqual(await pass(700), [], 'more may come')
  assert.deepEqual(kinds(await pass(300)), ['published'])
  assert.equal(state.size, 3)
  loop.hear({ ask: 'stop' })
  await pass(0)
  await ended
})

test('what waits is published when it stops', async () => {
  const { loop, state, pass } = world()
  const ended = loop.run()
  await pass(100)
  state.waiting = 1
  loop.hear({ ask: 'stop' })
  assert.deepEqual(kinds(await pass(0)), ['published'])
  await ended
})

test('a failure is reported, and the log opened again', async () => {
  const { loop, state, failing, pass } = world()
  void loop.run()
  await pass(100)
  failing.publish = new Error('disk full')
  state.waiting = 1
  assert.deepEqual(kinds(await pass(2_000)), ['failed', 'published'])
  assert.deepEqual(kinds(await pass(1_000)), ['published'])
  assert.equal(state.opened, 2)
})

test('a log that would fork ends it', async () => {
  const { loop, state, failing, pass } = world()
  const ended = loop.run()
  await pass(100)
  failing.publish = new BrokenLog('older data')
  state.waiting = 1
  assert.deepEqual(await pass(2_000), [{ kind: 'broken', reason: 'older data' }])
  await ended
})

test('the log is closed when that is asked, once', async () => {
  const { loop, state, pass } = world()
  void loop.run()
  await pass(100)
  loop.hear({ ask: 'close', keysUsed: 0, atMs: 5 })
  const [closed] = await pass(1_000)
  assert.ok(closed?.kind === 'published' && closed.closed)
  assert.equal(state.size, 2)
})

test('a close that fails is tried again without being asked again', async () => {
  const { loop, state, failing, pass } = world()
  void loop.run()
  await pass(100)
  failing.texts = new Error('the disk is full')
  loop.hear({ ask: 'close', keysUsed: 0, atMs: 5 })
  assert.deepEqual(kinds(await pass(3_000)), ['failed', 'published', 'published'])
  assert.ok(state.closed)
})

test('counts that do not agree: on one machine the log is broken, on a cluster the close is refused', async () => {
  const alone = world()
  void alone.loop.run()
  await alone.pass(100)
  alone.failing.texts = new BrokenLog('46 stored, 47 keys used')
  alone.loop.hear({ ask: 'close', keysUsed: 47, atMs: 5 })
  assert.deepEqual(kinds(await alone.pass(2_000)), ['broken'])

  const led = world({ lead: leading() })
  void led.loop.run()
  await led.pass(100)
  led.failing.texts = new BrokenLog('46 stored, 47 keys used')
  led.loop.hear({ ask: 'close', keysUsed: 47, atMs: 5 })
  assert.deepEqual(kinds(await led.pass(3_000)), ['close-refused', 'published'])
  assert.ok(!led.state.closed, 'until it is asked again')
  led.loop.hear({ ask: 'close', keysUsed: 46, atMs: 5 })
  await led.pass(100)
  assert.ok(led.state.closed)
})

test('what became of an amendment is told before the failure it met', async () => {
  const { loop, failing, pass } = world()
  void loop.run()
  await pass(100)
  loop.hear({ ask: 'amend', id: 1, text: 'first' })
  assert.deepEqual(kinds(await pass(100)), ['amended', 'published'])
  failing.amend = new Error('cut off behind the journal')
  loop.hear({ ask: 'amend', id: 2, text: 'second' })
  loop.hear({ ask: 'amend', id: 3, text: 'third' })
  const [second, , third] = await pass(100)
  assert.deepEqual(second, { kind: 'amended', id: 2, end: 'in-log', reason: 'cut off behind the journal' })
  assert.deepEqual(third, { kind: 'amended', id: 3, end: 'not-in-log', reason: 'cut off behind the journal' })
})

test('one that is kept from the processor says so, and that it has caught up', async () => {
  const late: boolean[] = []
  const { loop, state, pass, starve } = world({ setLate: (isLate) => late.push(isLate) })
  void loop.run()
  await pass(500)
  await starve(900)
  assert.deepEqual(late, [], 'a second is no long time')
  await starve(1_200)
  assert.deepEqual(late, [true])
  state.waiting = 1
  await pass(2_000)
  assert.deepEqual(late, [true, false])
  loop.hear({ ask: 'stop' })
})

test('a proof asked for while a batch is published waits for the batch after it', async () => {
  let isAsked = false
  const { loop, state, pass } = world({
    // Called when a batch is published, and before proofs that waited for it are answered.
    setLate: () => {
      if (isAsked) return
      isAsked = true
      state.waiting = 3
      loop.hear({ ask: 'proof', id: 8, leaf: ROOT })
    },
  })
  state.waiting = 1
  void loop.run()
  assert.deepEqual((await pass(3_000)).at(-1), { kind: 'proof', id: 8, proof: 'proof' })
  loop.hear({ ask: 'stop' })
})

test('a proof that may be in the next batch waits for it', async () => {
  const { loop, state, pass } = world()
  void loop.run()
  await pass(100)
  state.waiting = 3
  loop.hear({ ask: 'proof', id: 7, leaf: ROOT })
  assert.deepEqual(await pass(100), [])
  assert.deepEqual((await pass(1_000)).at(-1), { kind: 'proof', id: 7, proof: 'proof' })
})

test('where another process leads, this one stands by until its turn comes', async () => {
  let isLeader = false
  const { loop, state, pass } = world({ lead: leading(() => isLeader) })
  void loop.run()
  loop.hear({ ask: 'proof', id: 7, leaf: ROOT })
  assert.deepEqual(kinds(await pass(1_500)), ['standby', 'proof', 'standby'])
  assert.equal(state.opened, 0)
  isLeader = true
  assert.deepEqual(kinds(await pass(1_000)), ['published'])
})

function leading(isLeader = () => true): LogLead {
  return {
    take: async () => isLeader(),
    confirm: async () => {},
    onBatch: async () => {},
    answer: async () => {},
  }
}
