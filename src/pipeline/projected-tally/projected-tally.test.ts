/**
 * What a gateway of a cluster shows: turnout by the engine's count, choices by what the log has
 * told; and when counters that differ are ballots on their way, and when they are an alarm.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Choices } from '../../core/election/choices.ts'
import { electionFrom } from '../../core/election/definition.ts'
import type { Phase } from '../../core/election/phase.ts'
import { formatClose } from '../../core/log/record.ts'
import { snapshotFrom } from '../../core/status/count-facts.ts'
import type { PipelineSnapshot } from '../../core/status/pipeline-snapshot.ts'
import { districtRow } from '../../core/tally/district-counts.ts'
import type { MarksCount } from '../../core/tally/marks-count.ts'
import { pluralityTally } from '../../core/tally/plurality.ts'
import { resultText } from '../../core/tally/result-text.ts'
import { type ShownResult, wholeResult } from '../../core/tally/shown.ts'
import type { PublishedCounts, PublishedCountsStore, PublishedMoment } from '../../ports/published-counts.ts'
import { projectedTally } from './projected-tally.ts'

const electionOf = (suppressBelow: number, results: 'live' | 'after-close' = 'live') =>
  electionFrom({
    id: 'e',
    title: 'E',
    opens_at: '2020-01-01T00:00:00Z',
    closes_at: '2099-01-01T00:00:00Z',
    results,
    suppress_below: suppressBelow,
    contests: [{ id: 'c', title: 'C', options: ['a', 'b'].map((id) => ({ id, name: id.toUpperCase() })) }],
  })
const DISTRICT = electionOf(1).districts[0]!.id
const marks = (contest: number, marks: string, ballots: number): MarksCount => ({
  district: DISTRICT,
  contest,
  marks,
  ballots,
})
/** So many ballots for `a`, and for `b`. */
const counts = (a: number, b = 0): MarksCount[] => [
  marks(0, '[0]', a),
  ...(b > 0 ? [marks(0, '[1]', b)] : []),
  marks(-1, '[1]', a + b),
]
const HEALTHY = {
  state: { state: 'counting', problem: null, records_behind: 0 },
  atMs: 0,
} as unknown as NonNullable<PipelineSnapshot['tally']>
const resultSha256 = (result: ShownResult) => createHash('sha256').update(resultText(result)).digest('hex')

interface WorldOptions {
  readonly election?: ReturnType<typeof electionOf>
  readonly past?: readonly PublishedMoment[]
}

async function world(counted: readonly MarksCount[], used: number, options: WorldOptions = {}) {
  const { election = electionOf(1), past = [] } = options
  const now = { ms: 1_000_000 }
  const engines = { tally: HEALTHY, silent: false, keysLoaded: true }
  const spark = { version: 1, counts: counted }
  const log: {
    published: (PublishedCounts & { atMs: number }) | undefined
    close: string | undefined
    phase: Phase
  } = {
    ...{ published: undefined, close: undefined, phase: 'open' },
  }
  let onChange: () => void = () => {}
  const troubles: unknown[] = []
  const pipeline = (): PipelineSnapshot => {
    const atMs = engines.silent ? 7 : now.ms
    return {
      tally: { ...engines.tally, atMs },
      projector: { state: { stored: 0, ignored: 0, problem: null }, atMs },
      log_watch: { state: { ballots: used, set_aside: {}, problem: null }, atMs },
      ballot_box: { log_up: true, keys_loaded: engines.keysLoaded, reserved: 0 },
    }
  }
  const publishedCountsStore: PublishedCountsStore = {
    since: async (batch) =>
      log.published && { ...log.published, rows: log.published.batch > batch ? log.published.rows : [] },
    past: async () => past,
    close: async () => log.close,
  }
  const tally = await projectedTally({
    election,
    publishedCountsStore,
    resultSha256,
    store: {
      changesSince: async (version) => ({
        version: spark.version,
        counts: version < spark.version ? spark.counts : [],
      }),
      past: async () => [],
      turnout: async () => [],
      onChange: (listener) => {
        onChange = listener
      },
      close: async () => {},
    },
    eligible: [100],
    counters: () => ({ keysUsed: used, ballotsStored: used }),
    clock: { nowMs: () => now.ms },
    phase: () => log.phase,
    pipeline,
    onUnfit: () => assert.fail('a count that fits'),
    onTrouble: (cause) => troubles.push(cause),
  })
  const look = async () => {
    onChange()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const after = (seconds: number) => {
    for (let s = 0; s < seconds; s++) {
      now.ms += 1_000
      tally.invariant()
    }
    const { holds, settling = false } = tally.invariant()
    return { holds, settling }
  }
  const counting = async (...now: Parameters<typeof counts>) => {
    spark.version++
    spark.counts = counts(...now)
    await look()
  }
  const telling = async (batch: number, a: number, b: number, changes: Partial<PublishedCounts> = {}) => {
    const folded = pluralityTally(election)
    if (a > 0) folded.fold(0, '[[0]]' as Choices, a)
    if (b > 0) folded.fold(0, '[[1]]' as Choices, b)
    const rows = [{ district: 0, counts: districtRow(election, folded, 0) }]
    const root = new Uint8Array(32).fill(batch)
    log.published = {
      batch,
      size: batch + 1,
      root,
      stored: 99,
      complete: false,
      rows,
      atMs: now.ms,
      ...changes,
    }
    await look()
  }
  /** The log is closed, and says that so many voted so. */
  const closing = async (a: number, b: number) => {
    const folded = pluralityTally(election)
    folded.fold(0, '[[0]]' as Choices, a)
    folded.fold(0, '[[1]]' as Choices, b)
    log.phase = 'closed'
    log.close = formatClose({
      ...{ v: 2, entry: 'close', election: 'e', atMs: 0, ballots: a + b, keysIssued: 100, keysUsed: a + b },
      resultSha256: resultSha256(wholeResult(election, [100], folded)),
      totals: [[a, b]],
    })
    await look()
  }
  const shown = () => {
    const { cast, held, contests, checkpoint, districts } = snapshotFrom(election, tally.facts())
    const votes = contests && contests[0]!.options.map(({ votes }) => votes)
    assert.equal(districts[0]!.cast, cast)
    return { cast, held, votes, size: checkpoint?.size ?? null }
  }
  return { tally, engines, after, counting, telling, closing, shown, look, log, troubles }
}

const SETTLING = { holds: true, settling: true }
const ALARM = { holds: false, settling: false }

test('counters that agree hold', async () => {
  const { after } = await world(counts(5), 5)
  assert.deepEqual(after(0), { holds: true, settling: false })
})

test('counters that differ settle for a while, and are an alarm where every engine says it is done', async () => {
  const { after } = await world(counts(4), 5)
  assert.deepEqual(after(10), SETTLING)
  assert.deepEqual(after(10), ALARM)
})

test('a count behind an engine that is away, silent or not done is no alarm, and one after it is there again', async () => {
  const { engines, after } = await world(counts(4), 5)
  const states = [
    { tally: { ...HEALTHY, state: { ...HEALTHY.state, state: 'failing' } } },
    { tally: { ...HEALTHY, state: { ...HEALTHY.state, records_behind: 3 } } },
    { keysLoaded: false },
    { silent: true },
  ]
  for (const away of states) {
    Object.assign(engines, away)
    assert.deepEqual(after(60), SETTLING, JSON.stringify(away))
    Object.assign(engines, { tally: HEALTHY, silent: false, keysLoaded: true })
    assert.deepEqual(after(20), ALARM, JSON.stringify(away))
  }
})

test('more ballots counted than keys were used is an alarm too', async () => {
  const { after } = await world(counts(6), 5)
  assert.deepEqual(after(20), ALARM)
})

test('told at once: what the engine counts is shown, and belongs to no checkpoint', async () => {
  const { shown, counting } = await world(counts(4), 5)
  assert.deepEqual(shown(), { cast: 4, held: 0, votes: [4, 0], size: null })
  await counting(4, 3)
  assert.deepEqual(shown(), { cast: 7, held: 0, votes: [4, 3], size: null })
})

test('in groups: choices are those told with a checkpoint, whatever the engine counts; turnout is the engine’s', async () => {
  const { shown, counting, telling, tally } = await world(counts(4), 4, { election: electionOf(10) })
  assert.deepEqual(shown(), { cast: 4, held: 4, votes: [0, 0], size: null })
  await counting(20, 9)
  assert.deepEqual(shown(), { cast: 29, held: 29, votes: [0, 0], size: null })
  await telling(1, 7, 3)
  assert.deepEqual(shown(), { cast: 29, held: 19, votes: [7, 3], size: 2 })
  await counting(30, 9)
  assert.deepEqual(shown(), { cast: 39, held: 29, votes: [7, 3], size: 2 })
  await telling(4, 14, 6)
  assert.deepEqual(shown(), { cast: 39, held: 19, votes: [14, 6], size: 5 })
  assert.deepEqual(
    tally.shown()!.contests[0]!.options.map(({ votes }) => votes),
    [14, 6],
  )
})

test('an engine that lags behind the log, or begins again, changes nothing of what is told', async () => {
  const { shown, telling, counting } = await world([], 25, { election: electionOf(10) })
  await telling(1, 7, 3)
  assert.deepEqual(shown(), { cast: 10, held: 0, votes: [7, 3], size: 2 })
  await counting(3)
  assert.deepEqual(shown(), { cast: 10, held: 0, votes: [7, 3], size: 2 })
  await counting(21, 4)
  assert.deepEqual(shown(), { cast: 25, held: 15, votes: [7, 3], size: 2 })
})

test('a count that goes down, or is not of this election, is not shown, nor its checkpoint', async () => {
  const { shown, telling, log, look, troubles } = await world(counts(30), 30, { election: electionOf(10) })
  await telling(1, 7, 3)
  const before = shown()
  await telling(2, 6, 4)
  log.published = { ...log.published!, batch: 3, rows: [{ district: 7, counts: [1, 0, 0, 1, 0] }] }
  await look()
  log.published = { ...log.published, batch: 0, rows: [] }
  await look()
  assert.deepEqual(shown(), before)
  assert.equal(troubles.length, 2)
  await telling(4, 8, 12)
  assert.deepEqual(shown(), { cast: 30, held: 10, votes: [8, 12], size: 5 })
})

test('past moments are checkpoints, of before and of now, with what was told then', async () => {
  const past = [
    { atMs: 500_000, stored: 29, ballots: 10, totals: [10, 1, 7, 2] },
    { atMs: 600_000, stored: 45, ballots: 30, totals: [30, 2, 18, 10] },
  ]
  const { tally, telling } = await world(counts(50), 50, { election: electionOf(10), past })
  await telling(9, 24, 16, { stored: 50 })
  assert.deepEqual(tally.history(), {
    times: [500, 600, 1_000],
    cast: [29, 45, 50],
    held: [19, 15, 10],
    contests: [
      {
        ...{ id: 'c', ballots: [10, 30, 40], blank: [1, 2, 0] },
        votes: [
          [7, 18, 24],
          [2, 10, 16],
        ],
      },
    ],
  })
})

test('after the close: nothing is shown before the log has told every ballot, then all of them', async () => {
  const { tally, shown, telling, closing, counting } = await world(counts(4, 3), 7, {
    election: electionOf(10, 'after-close'),
  })
  const nothing = { cast: 7, held: null, votes: null, size: null }
  assert.deepEqual(shown(), nothing)
  await telling(1, 0, 0)
  assert.deepEqual(shown(), nothing)
  await closing(4, 3)
  assert.deepEqual(shown(), nothing, 'the close alone tells nothing')
  assert.equal(tally.shown(), null)
  await telling(3, 4, 3, { complete: true })
  assert.deepEqual(shown(), { cast: 7, held: 0, votes: [4, 3], size: 4 })
  await counting(4, 3)
  assert.deepEqual(shown(), { cast: 7, held: 0, votes: [4, 3], size: 4 })
  assert.deepEqual(tally.history().contests, null)
})

test('of a closed log both counts must come to its result: else an alarm, where every engine is done', async () => {
  for (const [a, b, matches] of [
    [4, 6, true],
    [5, 5, false],
    [4, 5, false],
  ] as const)
    for (const below of [1, 10]) {
      const { tally, after, closing, telling } = await world(counts(a, b), a + b, {
        election: electionOf(below),
      })
      assert.equal(tally.invariant().matches_log, undefined)
      await closing(4, 6)
      await telling(3, 4, 6, { complete: true })
      assert.equal(tally.invariant().matches_log, matches)
      assert.equal(snapshotFrom(electionOf(below), tally.facts()).invariant.matches_log, matches)
      assert.deepEqual(after(1), matches ? { holds: true, settling: false } : SETTLING)
      assert.deepEqual(after(20), matches ? { holds: true, settling: false } : ALARM)
    }
})

test('an engine that catches up after the close ends the alarm; told counts that are not the log’s do not', async () => {
  const { after, closing, telling, counting, shown } = await world(counts(3), 10, {
    election: electionOf(10),
  })
  await closing(4, 6)
  await telling(3, 4, 6, { complete: true })
  assert.deepEqual(shown(), { cast: 10, held: 0, votes: [4, 6], size: 4 })
  assert.deepEqual(after(20), ALARM)
  await counting(4, 6)
  assert.deepEqual(after(1), { holds: true, settling: false })
  await telling(4, 5, 6, { complete: true })
  assert.deepEqual(after(20), ALARM)
})
