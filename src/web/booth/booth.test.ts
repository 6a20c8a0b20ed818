/** The way from key to receipt, with a server that fails at every step: the voter is never told what is not so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DefinitionFile } from '../../core/election/definition.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { type BoothState, createBooth } from './booth.ts'
import type { Answer, BallotStyle, Receipt } from './calls.ts'
import type { CastRecord, CastRecords } from './cast-record.ts'
import type { Marks } from './marks.ts'

const key = { personalId: 'P1', guid: '8d4f3a52-0c1e-4b6f-9a77-5e2d1c0b9f38' }
const option = (id: string) => ({ id, name: id })
const definition: DefinitionFile = {
  id: 'e',
  title: 'E',
  opens_at: '2026-01-01T00:00:00Z',
  closes_at: '2026-01-02T00:00:00Z',
  results: 'live',
  districts: [option('north'), option('south')],
  contests: [
    { id: 'mayor', title: 'Mayor', options: ['a', 'b', 'c', 'd', 'e'].map(option), rotation: true },
    { id: 'south', title: 'South', options: [option('x')], districts: ['south'] },
  ],
}
const DURING = Date.parse('2026-01-01T12:00:00Z')
const ok = <T>(value: T): Answer<T> => ({ kind: 'ok', value, serverMs: DURING })
const refused = (code: 'polls-closed' | 'key-already-used' | 'unknown-key'): Answer<never> => ({
  kind: 'refused',
  code,
})
const LOST: Answer<never> = { kind: 'lost' }
const BUSY: Answer<never> = { kind: 'later', code: 'too-busy', seconds: 9 }
const STYLE: BallotStyle = { district: 'north', contests: ['mayor'] }

interface Script {
  readonly definition?: Answer<DefinitionFile>[]
  readonly ballotStyle?: Answer<BallotStyle>[]
  readonly cast?: (Answer<Receipt> | ((idempotencyKey: string, marks: Marks) => Answer<Receipt>))[]
  /** What the browser keeps; null for a browser that keeps nothing. */
  readonly stored?: Map<string, CastRecord> | null
}

/** A booth before a server that answers by a script, last answer repeated; waits pass at once and are written down. */
function boothWith(script: Script) {
  const states: BoothState[] = []
  const waits: number[] = []
  const sent: { idempotencyKey: string; marks: Marks; stored: CastRecord | undefined }[] = []
  const stored = script.stored === undefined ? new Map<string, CastRecord>() : script.stored
  const next = <T>(list: T[]): T => (list.length > 1 ? list.shift()! : list[0]!)
  const answers = {
    definition: [...(script.definition ?? [ok(definition)])],
    ballotStyle: [...(script.ballotStyle ?? [ok(STYLE)])],
    cast: [...(script.cast ?? [ok({ tracker: 'TRACKER' })])],
  }
  const recordsOf = async ({ guid }: VoterKeyPair): Promise<CastRecords | null> =>
    stored && {
      read: async () => stored.get(guid),
      write: async (record) => {
        stored.set(guid, record)
        return true
      },
      remove: () => void stored.delete(guid),
    }
  let keys = 0
  const booth = createBooth({
    calls: {
      definition: async () => next(answers.definition),
      ballotStyle: async () => next(answers.ballotStyle),
      cast: async (_key, idempotencyKey, marks) => {
        sent.push({ idempotencyKey, marks, stored: stored?.get(key.guid) })
        const answer = next(answers.cast)
        return typeof answer === 'function' ? answer(idempotencyKey, marks) : answer
      },
    },
    recordsOf,
    newIdempotencyKey: () => `key-${++keys}`,
    pause: async (ms) => void waits.push(ms),
    random: () => 0,
    show: (state) => states.push(state),
  })
  const now = () => states.at(-1)!
  const toReview = async () => {
    await booth.begin(key)
    booth.goTo({ at: 'contest', index: 0, changing: false })
    booth.mark({ mayor: ['b'] })
    booth.goTo({ at: 'review' })
  }
  return { booth, now, states, waits, sent, stored, toReview }
}

test('a key leads to the ballot of its district, options rotated alike each time', async () => {
  const { booth, now } = boothWith({})
  await booth.begin(key)
  const { stage, ballot } = now()
  assert.deepEqual(stage, { at: 'welcome' })
  assert.equal(ballot!.district!.id, 'north')
  assert.deepEqual(
    ballot!.contests.map(({ id }) => id),
    ['mayor'],
  )
  const order = ballot!.contests[0]!.options.map(({ id }) => id)
  assert.deepEqual(order, ['d', 'e', 'a', 'b', 'c'])
})

test('a recorded ballot ends in its receipt; of the choices nothing is kept', async () => {
  const { booth, now, sent, stored, toReview } = boothWith({})
  await toReview()
  await booth.cast()
  assert.deepEqual(now().stage, {
    at: 'receipt',
    receipt: { tracker: 'TRACKER' },
    resumed: false,
    kept: true,
  })
  assert.equal(now().ballot, null)
  assert.equal(sent.length, 1)
  assert.deepEqual(sent[0]!.stored, { state: 'sending', idempotencyKey: 'key-1', marks: { mayor: ['b'] } })
  assert.deepEqual(stored!.get(key.guid), { state: 'recorded', receipt: { tracker: 'TRACKER' } })
  booth.finish()
  assert.equal(stored!.size, 0)
})

test('lost answers and a busy server: the same request, later and later, until there is an answer', async () => {
  const { booth, now, sent, waits, states, toReview } = boothWith({
    cast: [LOST, LOST, BUSY, LOST, LOST, LOST, LOST, ok({ tracker: 'T' })],
  })
  await toReview()
  await booth.cast()
  assert.equal(new Set(sent.map(({ idempotencyKey }) => idempotencyKey)).size, 1)
  assert.equal(new Set(sent.map(({ marks }) => JSON.stringify(marks))).size, 1)
  assert.deepEqual(
    waits,
    [2, 4, 9, 15, 30, 30, 30].map((s) => s * 1000),
  )
  assert.ok(states.some(({ wait }) => wait?.why === 'too-busy'))
  assert.equal(now().stage.at, 'receipt')
})

test('a page reopened after a lost answer asks again with the same key and gets the same receipt', async () => {
  const stored = new Map<string, CastRecord>([
    [key.guid, { state: 'sending', idempotencyKey: 'from-before', marks: { mayor: ['c'] } }],
  ])
  const { booth, now, sent } = boothWith({
    stored,
    definition: [{ kind: 'ok', value: definition, serverMs: Date.parse('2027-01-01T00:00:00Z') }],
    ballotStyle: [refused('key-already-used')],
    cast: [LOST, ok({ tracker: 'SAME' })],
  })
  await booth.begin(key)
  assert.deepEqual(now().stage, { at: 'receipt', receipt: { tracker: 'SAME' }, resumed: true, kept: true })
  assert.deepEqual(
    sent.map(({ idempotencyKey, marks }) => [idempotencyKey, marks.mayor]),
    [
      ['from-before', ['c']],
      ['from-before', ['c']],
    ],
  )
  await booth.begin(key)
  assert.equal(sent.length, 2, 'a receipt in hand is shown again without asking')
  assert.equal(now().stage.at, 'receipt')
})

test('a ballot that was surely not recorded is told so, and forgotten', async () => {
  for (const code of ['polls-closed', 'key-already-used'] as const) {
    const { booth, now, stored, toReview } = boothWith({ cast: [LOST, refused(code)] })
    await toReview()
    await booth.cast()
    assert.deepEqual(now().stage, { at: 'refused', code, casting: true })
    assert.equal(stored!.size, 0)
  }
})

test('two tabs with one key: the second shows the first one’s receipt, and says so', async () => {
  const stored = new Map<string, CastRecord>()
  const first = boothWith({ stored, cast: [ok({ tracker: 'FIRST' })] })
  const second = boothWith({ stored, cast: [refused('key-already-used')] })
  await first.toReview()
  await second.toReview()
  await first.booth.cast()
  await second.booth.cast()
  assert.deepEqual(second.now().stage, {
    at: 'receipt',
    receipt: { tracker: 'FIRST' },
    resumed: true,
    kept: true,
  })
  assert.equal(second.sent.length, 0)
})

test('two tabs at the very same time: the slower one does not remove the faster one’s receipt', async () => {
  const stored = new Map<string, CastRecord>()
  const slow = boothWith({
    stored,
    cast: [
      () => {
        stored.set(key.guid, { state: 'recorded', receipt: { tracker: 'FAST' } })
        return refused('key-already-used')
      },
    ],
  })
  await slow.toReview()
  await slow.booth.cast()
  assert.deepEqual(slow.now().stage, {
    at: 'receipt',
    receipt: { tracker: 'FAST' },
    resumed: true,
    kept: true,
  })
  assert.equal(stored.size, 1)
})

test('a browser that keeps nothing casts all the same, and the page knows', async () => {
  const { booth, now, states, toReview } = boothWith({ stored: null, cast: [LOST, ok({ tracker: 'T' })] })
  await toReview()
  await booth.cast()
  assert.ok(states.some(({ stage, wait }) => stage.at === 'casting' && !stage.kept && wait !== null))
  assert.deepEqual(now().stage, { at: 'receipt', receipt: { tracker: 'T' }, resumed: false, kept: false })
})

test('without a key: the key is asked for, or the page says that voting is not open, or closed', async () => {
  const at = async (time: string, arrival?: 'damaged') => {
    const { booth, now } = boothWith({
      definition: [LOST, { kind: 'ok', value: definition, serverMs: Date.parse(time) }],
    })
    await booth.begin(arrival)
    return now().stage
  }
  assert.deepEqual(await at('2026-01-01T00:00:00Z'), { at: 'key', damagedLink: false })
  assert.deepEqual(await at('2026-01-01T00:00:00Z', 'damaged'), { at: 'key', damagedLink: true })
  assert.deepEqual(await at('2025-12-31T23:59:59Z'), {
    at: 'refused',
    code: 'polls-not-open',
    casting: false,
  })
  assert.deepEqual(await at('2026-01-02T00:00:00Z'), { at: 'refused', code: 'polls-closed', casting: false })
})

test('a key that is refused leaves no ballot behind', async () => {
  const { booth, now, stored } = boothWith({ ballotStyle: [BUSY, refused('unknown-key')] })
  await booth.begin(key)
  assert.deepEqual(now().stage, { at: 'refused', code: 'unknown-key', casting: false })
  assert.equal(now().ballot, null)
  assert.equal(stored!.size, 0)
})

test('nothing but the review casts, and a page left behind says nothing more', async () => {
  const { booth, now, sent, toReview } = boothWith({})
  await booth.begin(key)
  await booth.cast()
  assert.equal(sent.length, 0)
  await toReview()
  await Promise.all([booth.cast(), booth.cast()])
  assert.equal(sent.length, 1)
  booth.goTo({ at: 'review' })
  assert.equal(now().stage.at, 'receipt')
})
