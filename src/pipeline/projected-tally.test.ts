/** When counters that differ are ballots on their way, and when they are an alarm. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { electionFrom } from '../core/election/definition.ts'
import type { MarksCount } from '../core/tally/marks-count.ts'
import type { PipelineSnapshot } from '../core/tally/pipeline-snapshot.ts'
import { projectedTally } from './projected-tally.ts'

const election = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2020-01-01T00:00:00Z',
  closes_at: '2099-01-01T00:00:00Z',
  results: 'live',
  suppress_below: 1,
  contests: [
    {
      id: 'c',
      title: 'C',
      options: [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B' },
      ],
    },
  ],
})
const DISTRICT = election.districts[0]!.id
const counts = (ballots: number): MarksCount[] => [
  { district: DISTRICT, contest: 0, marks: '[0]', ballots },
  { district: DISTRICT, contest: -1, marks: '[1]', ballots },
]
const HEALTHY = {
  state: { state: 'counting', problem: null, records_behind: 0 },
  atMs: 0,
} as unknown as NonNullable<PipelineSnapshot['tally']>

async function world(counted: number, used: number) {
  const now = { ms: 1_000_000 }
  const engines = { tally: HEALTHY, silent: false, keysLoaded: true }
  const pipeline = (): PipelineSnapshot => {
    const atMs = engines.silent ? 7 : now.ms
    return {
      tally: { ...engines.tally, atMs },
      projector: { state: { stored: 0, ignored: 0, problem: null }, atMs },
      log_watch: { state: { ballots: used, set_aside: {}, problem: null }, atMs },
      ballot_box: { log_up: true, keys_loaded: engines.keysLoaded, reserved: 0 },
    }
  }
  const tally = await projectedTally({
    election,
    store: {
      changesSince: async (version) => ({ version: 1, counts: version < 1 ? counts(counted) : [] }),
      past: async () => [],
      turnout: async () => [],
      onChange: () => {},
      close: async () => {},
    },
    eligible: [10],
    counters: () => ({ keysUsed: used, ballotsStored: used }),
    clock: { nowMs: () => now.ms },
    phase: () => 'open',
    pipeline,
    onUnfit: () => assert.fail('a count that fits'),
    onTrouble: (cause) => assert.fail(String(cause)),
  })
  const after = (seconds: number) => {
    for (let s = 0; s < seconds; s++) {
      now.ms += 1_000
      tally.invariant()
    }
    const { holds, settling = false } = tally.invariant()
    return { holds, settling }
  }
  return { engines, after }
}

const SETTLING = { holds: true, settling: true }
const ALARM = { holds: false, settling: false }

test('counters that agree hold', async () => {
  const { after } = await world(5, 5)
  assert.deepEqual(after(0), { holds: true, settling: false })
})

test('counters that differ settle for a while, and are an alarm where every engine says it is done', async () => {
  const { after } = await world(4, 5)
  assert.deepEqual(after(10), SETTLING)
  assert.deepEqual(after(10), ALARM)
})

test('a count behind an engine that is away, silent or not done is no alarm, and one after it is there again', async () => {
  const { engines, after } = await world(4, 5)
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
  const { after } = await world(6, 5)
  assert.deepEqual(after(20), ALARM)
})
