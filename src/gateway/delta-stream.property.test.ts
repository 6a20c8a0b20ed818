/**
 * Whatever is counted, missed, resumed, cut and begun again: what a reader of deltas knows is what
 * was shown, and its totals are never behind (docs/protocol.md, "The stream in deltas").
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import { withRowsOf } from '../core/status/stream-state.ts'
import { type Known, known } from '../web/dashboard/stream-reader.ts'
import { DeltaChain } from './delta-chain.ts'
import { GZIP_HEAD, gzipPiece, storedPiece } from './gzip-pieces.ts'
import { RecentSteps } from './recent-steps.ts'

/** A snapshot of so many districts, by how many ballots each has. */
function snapshotOf(id: string, cast: readonly number[], told: boolean, atS: number): ResultsSnapshot {
  const sum = cast.reduce((a, b) => a + b, 0)
  const contest = {
    ...{ id: 'mayor', title: 'Mayor', ballots: sum, blank: 0, undervotes: 0 },
    options: [{ id: 'ada', name: 'Ada', color: null, votes: sum }],
    by_district: cast.map((votes, d) => (votes === 0 ? [d] : [d, votes, 0])),
  }
  return {
    ...{
      election: { id },
      phase: 'open',
      as_of: new Date(atS * 1000).toISOString(),
      cast: sum,
      checkpoint: null,
    },
    districts: cast.map((votes, d) => ({ id: `d${d}`, name: `District ${d}`, eligible: 9, cast: votes })),
    contests: told ? [contest] : null,
    turnout: [[atS, sum]],
  } as unknown as ResultsSnapshot
}

/** Messages of a stream, as a browser gives them. */
function* messages(bytes: Buffer) {
  for (const event of bytes
    .toString()
    .split('\n\n')
    .filter((text) => text !== '')) {
    const fields = Object.fromEntries(event.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
    yield { id: fields.id as string, delta: fields.event === 'delta', data: fields.data as string }
  }
}

/** One election's server, and one who reads from it. */
class Told {
  readonly id: string
  readonly few: number
  cast: number[]
  shown: ResultsSnapshot
  told = true
  chain = new DeltaChain()
  recent = new RecentSteps()
  reader: Known | null = null
  nowMs = 0

  constructor(id: string, districts: number) {
    this.id = id
    this.few = districts
    this.cast = new Array<number>(districts).fill(0)
    this.shown = snapshotOf(id, this.cast, true, 0)
    this.make(false)
  }

  make(whole: boolean): void {
    this.shown = snapshotOf(this.id, this.cast, this.told, Math.floor(this.nowMs / 1000))
    this.recent.take(this.chain.next(this.shown, whole, this.nowMs))
  }

  /** @param lost the number of messages that do not arrive, from the first on */
  read(zipped: boolean, lost: number): void {
    let missed = this.recent.after(this.reader?.id ?? '', zipped ? 'gzip' : 'plain')
    if (missed === undefined) {
      this.make(true)
      missed = this.recent.after(this.reader?.id ?? '', zipped ? 'gzip' : 'plain')!
    }
    const stream = Buffer.concat(missed)
    const text = zipped ? gunzipSync(Buffer.concat([GZIP_HEAD, ...missed]), NO_END) : stream
    for (const message of [...messages(text)].slice(lost)) {
      const next = known(this.reader, message)
      // It stays where it was, and asks again from there.
      if (next === null) return
      this.reader = next
    }
  }

  isRight(): void {
    const { snapshot } = this.reader!
    assert.deepEqual(snapshot, withRowsOf(this.shown, snapshot))
    if (this.few < 100) assert.deepEqual(snapshot, this.shown)
  }
}

/** A stream of pieces has none. */
const NO_END = { finishFlush: constants.Z_SYNC_FLUSH }

const acts = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('cast' as const),
      district: fc.nat(299),
      votes: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ do: fc.constant('tick' as const), laterMs: fc.nat(1_500) }),
    fc.record({ do: fc.constant('read' as const), zipped: fc.boolean(), lost: fc.nat(2) }),
    fc.record({ do: fc.constantFrom('restart' as const, 'hide' as const, 'forget' as const) }),
  ),
  { maxLength: 60 },
)

test('deltas applied are the snapshot, however the reader is cut and the server restarted, of two elections', () => {
  fc.assert(
    fc.property(acts, acts, (first, second) => {
      for (const [told, steps] of [
        [new Told('small', 3), first],
        [new Told('large', 300), second],
      ] as const) {
        for (const act of steps) {
          if (act.do === 'cast') told.cast[act.district % told.few]! += act.votes
          else if (act.do === 'tick') {
            told.nowMs += act.laterMs
            told.make(false)
          } else if (act.do === 'read') told.read(act.zipped, act.lost)
          else if (act.do === 'hide') told.told = !told.told
          else if (act.do === 'forget') told.reader = null
          else {
            told.chain = new DeltaChain()
            told.recent = new RecentSteps()
          }
        }
        // Once nothing is lost, everything is known; and a second later, every row.
        told.make(false)
        told.read(true, 0)
        told.isRight()
        told.nowMs += 1_000
        told.make(false)
        told.read(false, 0)
        assert.deepEqual(told.reader!.snapshot, told.shown)
      }
    }),
    { numRuns: 200 },
  )
})

test('a reader of one election is not led on by another, nor by a server that began again', () => {
  const [one, other] = [new Told('one', 3), new Told('other', 3)]
  one.read(false, 0)
  other.make(true)
  other.cast[0]! += 1
  other.make(false)
  const [, delta] = [...messages(Buffer.concat(other.recent.after('', 'plain')!))]
  assert.equal(delta!.delta, true)
  assert.equal(known(one.reader, delta!), null)
  assert.equal(other.recent.after(one.reader!.id, 'plain')![0]!.includes('event: delta'), false)
})

test('the last steps are kept, and no more than a whole state would be worth', () => {
  const told = new Told('large', 300)
  told.make(true)
  for (let i = 0; i < 3_000; i++) {
    told.nowMs += 100
    told.cast[i % 300]! += 1
    told.make(false)
  }
  assert.equal(told.recent.after('', 'gzip'), undefined)
  const one = told.recent.last!.base
  assert.equal(told.recent.after(one, 'gzip')!.length, 1)
})

test('pieces of gzip are a stream in whatever order and number, stored ones among them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 300 }), fc.boolean())), (texts) => {
      const pieces = texts.map(([text, stored]) =>
        stored ? storedPiece(text) : gzipPiece(Buffer.from(text), 4),
      )
      const whole = Buffer.concat([GZIP_HEAD, ...pieces])
      assert.equal(
        gunzipSync(whole, NO_END).toString(),
        texts.map(([text]) => Buffer.from(text).toString()).join(''),
      )
    }),
  )
})
