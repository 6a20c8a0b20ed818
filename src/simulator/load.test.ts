import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { problem, type RefusalCode } from '../core/election/refusal.ts'
import { type HttpRequest, spread } from './connection.ts'
import { type LoadOptions, startLoad } from './load.ts'
import { LostAnswer } from './lost-answer.ts'
import type { Answer, Kind } from './outcome.ts'
import type { PlannedRequest } from './plan.ts'

const RECEIPT: Answer = { status: 201, body: '{"tracker":"t"}', retryAfterMs: null }
const REPEATED: Answer = { ...RECEIPT, status: 200 }

function refusal(code: RefusalCode, retryAfterMs: number | null = null): Answer {
  const body = problem(code)
  return { status: body.status, body: JSON.stringify(body), retryAfterMs }
}

function request(kind: Kind = 'first'): PlannedRequest {
  return {
    ...{ kind, path: '/vote', body: '{}', contentType: 'application/json', idempotencyKey: 'k' },
    ...{ must: [], marks: null, voter: null, earlierTracker: null },
  }
}

/** Sends this many requests with `send`, which gets the number of requests sent before. */
function load(
  requests: number,
  send: (nth: number, http: HttpRequest) => Promise<Answer>,
  changes: Partial<LoadOptions> = {},
) {
  const outcomes: string[] = []
  const latencies: number[] = []
  const seen = { sent: 0, resent: 0, underWay: 0, mostUnderWay: 0, because: [] as string[] }
  let calls = 0
  const options: LoadOptions = {
    connection: {
      send: async (http) => {
        seen.mostUnderWay = Math.max(seen.mostUnderWay, ++seen.underWay)
        try {
          return await send(calls++, http)
        } finally {
          seen.underWay--
        }
      },
    },
    rate: 'max',
    connections: 4,
    patienceMs: 2_000,
    nowMs: () => performance.now(),
    next: () => (seen.sent < requests ? request() : 'end'),
    onSent: () => {
      seen.sent++
    },
    onResent: (because) => {
      seen.resent++
      seen.because.push(because)
    },
    onAnswer: (_request, { outcome }, latencyMs) => {
      outcomes.push(outcome)
      latencies.push(latencyMs)
    },
    onUnanswered: () => outcomes.push('unanswered'),
    ...changes,
  }
  const running = startLoad(options)
  running.resume()
  return { running, outcomes, latencies, seen }
}

describe('the load', () => {
  it('sends all requests, never more at a time than there are connections', async () => {
    const { running, outcomes, seen } = load(50, async () => {
      await sleep(1)
      return RECEIPT
    })
    await running.finished
    assert.equal(outcomes.filter((outcome) => outcome === 'accepted').length, 50)
    assert.equal(seen.mostUnderWay, 4)
  })

  it('charges a stall to every request it kept waiting: no coordinated omission', async () => {
    const answered = async (nth: number) => {
      if (nth === 10) await sleep(400)
      return RECEIPT
    }
    const atRate = load(100, answered, { rate: 500, connections: 1 })
    await atRate.running.finished
    // About 80 requests fell due while the first one waited; a closed loop would charge only one.
    const slow = atRate.latencies.filter((latencyMs) => latencyMs > 100).length
    assert.ok(slow >= 50, `${slow} were charged`)
    const flatOut = load(100, answered, { connections: 1 })
    await flatOut.running.finished
    assert.equal(flatOut.latencies.filter((latencyMs) => latencyMs > 350).length, 1)
  })

  it('keeps to its rate', async () => {
    const startMs = performance.now()
    await load(100, async () => RECEIPT, { rate: 400 }).running.finished
    const elapsedMs = performance.now() - startMs
    // The last is due at 247.5 ms; it may come later on a slow machine.
    assert.ok(elapsedMs >= 247, `${elapsedMs} ms`)
  })

  it('sends a lost request again unchanged; its receipt counts as accepted', async () => {
    const sent: unknown[] = []
    const { running, outcomes, seen } = load(1, async (nth, http) => {
      sent.push(http)
      if (nth === 0) throw new LostAnswer('cut', undefined)
      if (nth === 1) throw new Error('ECONNRESET')
      return REPEATED
    })
    await running.finished
    assert.deepEqual(outcomes, ['accepted'])
    assert.equal(seen.resent, 2)
    assert.deepEqual(seen.because, ['cut', 'closed'])
    assert.deepEqual(sent[1], sent[0])
    assert.deepEqual(sent[2], sent[0])
  })

  it('repeats a first vote after a proxy’s fault, and reports a fault that stays', async () => {
    const fault: Answer = { status: 502, body: '<html>', retryAfterMs: null }
    const once = load(1, async (nth) => (nth === 0 ? fault : REPEATED))
    const always = load(1, async () => fault, { patienceMs: 120 })
    const planned = [request('malformed')]
    const spam = load(1, async () => fault, { next: () => planned.pop() ?? 'end' })
    await Promise.all([once, always, spam].map(({ running }) => running.finished))
    assert.deepEqual(
      [once, always, spam].map(({ outcomes }) => outcomes),
      [['accepted'], ['http-502'], ['http-502']],
    )
    assert.equal(spam.seen.resent, 0)
    assert.deepEqual(once.seen.because, ['fault'])
  })

  it('counts the receipt after an unknown outcome as the first, and no receipt as unanswered', async () => {
    const once = load(1, async (nth) => (nth === 0 ? refusal('outcome-unknown', 1) : REPEATED))
    const always = load(1, async () => refusal('outcome-unknown', 1), { patienceMs: 120 })
    await Promise.all([once, always].map(({ running }) => running.finished))
    assert.deepEqual(
      [once, always].map(({ outcomes }) => outcomes),
      [['accepted'], ['unanswered']],
    )
  })

  it('sends each request to the next of several servers, repeated ones included', async () => {
    const asked: number[] = []
    const servers = [0, 1, 2].map((server) => ({
      send: async () => {
        asked.push(server)
        if (server === 1) throw new Error('ECONNREFUSED')
        return RECEIPT
      },
      close: async () => {},
    }))
    const { send } = spread(servers)
    const { running, outcomes } = load(2, (_nth, http) => send(http), { connections: 1 })
    await running.finished
    assert.deepEqual(asked, [0, 1, 2])
    assert.deepEqual(outcomes, ['accepted', 'accepted'])
  })

  it('does not count a repeated receipt as a new one if nothing was lost', async () => {
    const { running, outcomes } = load(1, async () => REPEATED)
    await running.finished
    assert.deepEqual(outcomes, ['repeated'])
  })

  it('sends a request again after a refusal that says so', async () => {
    const startMs = performance.now()
    const { running, outcomes } = load(1, async (nth) => (nth === 0 ? refusal('too-busy', 200) : RECEIPT))
    await running.finished
    assert.deepEqual(outcomes, ['accepted'])
    assert.ok(performance.now() - startMs >= 149)
  })

  it('gives up when patience ends: unanswered if maybe recorded, refused if certainly not', async () => {
    const patienceMs = 120
    const lost = load(1, () => Promise.reject(new Error('ECONNREFUSED')), { patienceMs })
    const busy = load(1, async () => refusal('too-busy'), { patienceMs })
    const both = load(
      1,
      async (nth) => {
        if (nth === 0) throw new Error('ECONNRESET')
        return refusal('too-busy')
      },
      { patienceMs },
    )
    await Promise.all([lost, busy, both].map(({ running }) => running.finished))
    assert.deepEqual(
      [lost, busy, both].map(({ outcomes }) => outcomes),
      [['unanswered'], ['too-busy'], ['unanswered']],
    )
  })

  it('after stop nothing new is sent, and open requests are awaited', async () => {
    const { running, outcomes, seen } = load(1_000, async () => {
      await sleep(50)
      return RECEIPT
    })
    await sleep(10)
    running.stop()
    await running.finished
    assert.equal(seen.sent, 4)
    assert.equal(outcomes.length, 4)
  })

  it('waits for requests that are not ready yet, and ends with the error of their source', async () => {
    let waiting = true
    const { running } = load(1, async () => RECEIPT, {
      next: () => {
        if (waiting) return 'wait'
        throw new Error('line 7')
      },
    })
    await sleep(5)
    waiting = false
    running.resume()
    await assert.rejects(running.finished, /line 7/)
  })
})
