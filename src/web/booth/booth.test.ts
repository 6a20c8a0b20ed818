/**
 * The way from key to receipt, with a server that fails at every step. The booth never shows a
 * voter something false.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DefinitionFile } from '../../core/election/definition.ts'
import type { VoterKeyPair } from '../../core/election/key-code.ts'
import { createBooth } from './booth.ts'
import type { BoothState } from './booth-state.ts'
import type { Answer, BallotStyle, Receipt } from './calls.ts'
import type { CastMarks } from './cast-mark.ts'
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
  /** The marks that the browser keeps, by voter; null for a browser that keeps nothing. */
  readonly stored?: Map<string, string[]> | null
  readonly before?: Marks
  readonly isSample?: boolean
}

/**
 * A booth with a server that gives scripted answers and repeats the last one. Waits end at once and
 * are recorded.
 */
function boothWith(script: Script) {
  const states: BoothState[] = []
  const waits: number[] = []
  const sent: { idempotencyKey: string; marks: Marks; stored: readonly string[] }[] = []
  const stored = script.stored === undefined ? new Map<string, string[]>() : script.stored
  const next = <T>(list: T[]): T => {
    if (list.length === 0) throw new TypeError('nothing is asked here')
    return list.length > 1 ? list.shift()! : list[0]!
  }
  const answers = {
    definition: [...(script.definition ?? [ok(definition)])],
    ballotStyle: [...(script.ballotStyle ?? [ok(STYLE)])],
    cast: [...(script.cast ?? [ok({ tracker: 'TRACKER' })])],
  }
  const marksOf = async ({ guid }: VoterKeyPair): Promise<CastMarks | null> =>
    stored && {
      unanswered: async () => [...(stored.get(guid) ?? [])],
      next: async () => {
        const idempotencyKey = `key-${++keys}`
        return {
          idempotencyKey,
          keep: () => {
            stored.set(guid, [...new Set([...(stored.get(guid) ?? []), idempotencyKey])])
            return true
          },
        }
      },
      forget: () => void stored.delete(guid),
    }
  let keys = 0
  const booth = createBooth({
    calls: {
      definition: async () => next(answers.definition),
      ballotStyle: async () => next(answers.ballotStyle),
      cast: async (_key, idempotencyKey, marks) => {
        sent.push({ idempotencyKey, marks, stored: [...(stored?.get(key.guid) ?? [])] })
        const answer = next(answers.cast)
        return typeof answer === 'function' ? answer(idempotencyKey, marks) : answer
      },
    },
    marksOf,
    before: async () => script.before ?? null,
    isSample: script.isSample ?? false,
    newIdempotencyKey: () => `bare-${++keys}`,
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

test('a recorded ballot ends in its receipt; if the answer comes at once, nothing is stored', async () => {
  const { booth, now, sent, stored, toReview } = boothWith({})
  await toReview()
  await booth.cast()
  assert.deepEqual(now().stage, { at: 'receipt', receipt: { tracker: 'TRACKER' } })
  assert.equal(now().ballot, null)
  assert.equal(sent.length, 1)
  assert.deepEqual(sent[0]!.stored, [])
  booth.leave()
  assert.equal(stored!.size, 0)
  booth.finish()
  assert.deepEqual(now().stage, { at: 'finished', earlier: false, dropped: false })
})

test('until the answer comes the browser keeps a mark without choices; the answer removes it', async () => {
  const { booth, sent, stored, toReview } = boothWith({ cast: [LOST, LOST, ok({ tracker: 'T' })] })
  await toReview()
  await booth.cast()
  assert.deepEqual(
    sent.map(({ stored }) => stored),
    [[], ['key-1'], ['key-1']],
  )
  assert.equal(stored!.size, 0)
})

test('a page that is closed while it casts keeps its mark', async () => {
  const left = boothWith({
    cast: [
      () => {
        left.booth.leave()
        return ok({ tracker: 'T' })
      },
    ],
  })
  left.booth.leave()
  await left.toReview()
  left.booth.leave()
  assert.equal(left.stored!.size, 0, 'nothing is on its way')
  const kept: (readonly string[])[] = []
  const set = left.stored!.set.bind(left.stored)
  left.stored!.set = (guid, marks) => {
    kept.push(marks)
    return set(guid, marks)
  }
  await left.booth.cast()
  assert.deepEqual(kept, [['key-1']])
  assert.equal(left.stored!.size, 0)
})

test('a receipt of this tab is shown again after a reload, without a key', async () => {
  const { booth, now, sent } = boothWith({})
  await booth.begin(undefined, { tracker: 'HERE' })
  assert.deepEqual(now().stage, { at: 'receipt', receipt: { tracker: 'HERE' } })
  assert.equal(sent.length, 0)
  await booth.begin(key, { tracker: 'HERE' })
  assert.equal(now().stage.at, 'welcome', 'a key is another errand')
})

test('after lost answers or a busy server the same request is repeated, at growing intervals', async () => {
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

test('a page reopened after a lost answer says if the ballot is recorded, no receipt or choice', async () => {
  for (const code of ['key-already-used', 'polls-closed'] as const) {
    const stored = new Map([[key.guid, ['lost-1', 'lost-2']]])
    const { booth, now, sent, states } = boothWith({
      stored,
      ballotStyle: [refused(code)],
      cast: [LOST, refused(code), ok({ tracker: 'SECRET' })],
    })
    await booth.begin(key)
    assert.deepEqual(now().stage, { at: 'finished', earlier: true, dropped: false })
    assert.doesNotMatch(JSON.stringify(states), /SECRET/)
    assert.deepEqual(
      sent.map(({ idempotencyKey, marks }) => [idempotencyKey, marks]),
      [
        ['lost-1', {}],
        ['lost-1', {}],
        ['lost-2', {}],
      ],
      'asked with the same idempotency keys, and without choices',
    )
    assert.equal(stored.size, 0)
    await booth.begin(key)
    assert.deepEqual(now().stage, { at: 'refused', code, unrecorded: 'none' }, 'the next one learns no more')
  }
})

test('if a ballot never arrived, a reopened page lets the voter make it again, with a new mark', async () => {
  const stored = new Map([[key.guid, ['never-arrived']]])
  const { booth, now, sent, toReview } = boothWith({ stored, cast: [ok({ tracker: 'T' })] })
  await toReview()
  assert.equal(now().ballot!.again, true)
  assert.equal(sent.length, 0, 'while voting is open nothing is asked with another ballot’s mark')
  await booth.cast()
  assert.deepEqual(
    sent.map(({ idempotencyKey }) => idempotencyKey),
    ['key-1'],
  )
  assert.equal(stored.size, 0)
})

test('after the close, a ballot that never arrived is reported as not recorded', async () => {
  const stored = new Map([[key.guid, ['never-arrived']]])
  const { booth, now } = boothWith({
    stored,
    ballotStyle: [refused('polls-closed')],
    cast: [refused('polls-closed')],
  })
  await booth.begin(key)
  assert.deepEqual(now().stage, { at: 'refused', code: 'polls-closed', unrecorded: 'before' })
  assert.equal(stored.size, 0)
})

test('if an earlier ballot arrives late, the second is refused and the first is reported', async () => {
  const stored = new Map([[key.guid, ['late']]])
  const { booth, now, toReview } = boothWith({
    stored,
    cast: [
      (idempotencyKey) =>
        idempotencyKey === 'late' ? ok({ tracker: 'FIRST' }) : refused('key-already-used'),
    ],
  })
  await toReview()
  await booth.cast()
  assert.deepEqual(now().stage, { at: 'finished', earlier: true, dropped: true })
})

test('a ballot that was certainly not recorded is reported as such, and forgotten', async () => {
  for (const code of ['polls-closed', 'key-already-used'] as const) {
    const { booth, now, stored, toReview } = boothWith({ cast: [LOST, refused(code)] })
    await toReview()
    await booth.cast()
    assert.deepEqual(now().stage, { at: 'refused', code, unrecorded: 'here' })
    assert.equal(stored!.size, 0)
  }
})

test('the second of two tabs with one key is refused, and shows nothing of the first’s ballot', async () => {
  const stored = new Map<string, string[]>()
  const first = boothWith({ stored, cast: [ok({ tracker: 'FIRST' })] })
  const second = boothWith({ stored, cast: [refused('key-already-used')] })
  await first.toReview()
  await second.toReview()
  await first.booth.cast()
  await second.booth.cast()
  assert.deepEqual(second.now().stage, { at: 'refused', code: 'key-already-used', unrecorded: 'here' })
  assert.doesNotMatch(JSON.stringify(second.states), /FIRST/)
})

test('of two tabs with different choices, the one whose ballot was dropped says so', async () => {
  const stored = new Map<string, string[]>()
  const { booth, now, toReview } = boothWith({
    stored,
    cast: [(mark) => (mark === 'of-the-first' ? ok({ tracker: 'FIRST' }) : refused('key-already-used'))],
  })
  await toReview()
  stored.set(key.guid, ['of-the-first'])
  await booth.cast()
  assert.deepEqual(now().stage, { at: 'finished', earlier: true, dropped: true })
})

test('choices from before a reload are on the ballot again, if the ballot still has them', async () => {
  const { booth, now } = boothWith({ before: { mayor: ['b'], south: ['x'], gone: ['y'] } })
  await booth.begin(key)
  assert.deepEqual(now().ballot!.marks, { mayor: ['b'] })
  assert.equal(now().ballot!.restored, true)
  const too = boothWith({ before: { mayor: ['a', 'b'] } })
  await too.booth.begin(key)
  assert.deepEqual(too.now().ballot!.marks, {}, 'more than there are votes')
  assert.equal(too.now().ballot!.restored, false)
})

test('a missing function of the browser is reported as such, with or without a sent ballot', async () => {
  const broken = (): never => {
    throw new TypeError('AbortSignal.timeout is not a function')
  }
  const early = boothWith({ definition: [], cast: [] })
  await early.booth.begin(key)
  assert.deepEqual(early.now().stage, { at: 'broken', sent: false })
  const late = boothWith({ cast: [broken] })
  await late.toReview()
  await late.booth.cast()
  assert.deepEqual(late.now().stage, { at: 'broken', sent: true })
  assert.equal(late.waits.length, 0, 'it is not asked again')
})

test('a sample needs no key, casts nothing and sends no request', async () => {
  const { booth, now, sent } = boothWith({ isSample: true, ballotStyle: [], cast: [] })
  await booth.begin(key)
  assert.equal(now().stage.at, 'key')
  const { contests } = definition
  booth.trySample({
    ...{ key: null, district: undefined, contests, marks: {} },
    ...{ again: false, remembers: false, restored: false },
  })
  booth.goTo({ at: 'review' })
  await booth.cast()
  assert.deepEqual(now().stage, { at: 'review' })
  assert.equal(sent.length, 0)
})

test('a browser without storage can still cast, and the page says that it keeps nothing', async () => {
  const { booth, now, states, toReview } = boothWith({ stored: null, cast: [LOST, ok({ tracker: 'T' })] })
  await toReview()
  await booth.cast()
  assert.ok(states.some(({ stage, wait }) => stage.at === 'casting' && !stage.kept && wait !== null))
  assert.deepEqual(now().stage, { at: 'receipt', receipt: { tracker: 'T' } })
})

test('without a key the page asks for it, or says that voting is not open or is closed', async () => {
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
    unrecorded: 'none',
  })
  assert.deepEqual(await at('2026-01-02T00:00:00Z'), {
    at: 'refused',
    code: 'polls-closed',
    unrecorded: 'none',
  })
})

test('a key that is refused leaves no ballot behind', async () => {
  const { booth, now, stored } = boothWith({ ballotStyle: [BUSY, refused('unknown-key')] })
  await booth.begin(key)
  assert.deepEqual(now().stage, { at: 'refused', code: 'unknown-key', unrecorded: 'none' })
  assert.equal(now().ballot, null)
  assert.equal(stored!.size, 0)
})

test('only the review can cast, and a page that was left shows nothing more', async () => {
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
