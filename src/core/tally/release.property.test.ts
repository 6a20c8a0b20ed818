/**
 * The release rule against a slow one that keeps every ballot: for every sequence of ballots and every moment, what is
 * told is the released units' ballots and nothing else, in every form in which it is told.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Choices, parseChoices } from '../election/choices.ts'
import { type Election, electionFrom } from '../election/definition.ts'
import type { Phase } from '../election/phase.ts'
import { cdfText } from './cdf.ts'
import { resultCsv } from './csv.ts'
import { countHistory } from './history.ts'
import { pluralityTally } from './plurality.ts'
import { releaseGate, releaseUnits } from './release.ts'
import { resultOf } from './result.ts'
import { resultText } from './result-text.ts'
import { shownResult } from './shown.ts'
import { snapshotOf } from './snapshot.ts'

const DISTRICTS = ['a', 'b', 'c', 'd', 'e']

function electionWith(suppressBelow: number): Election {
  return electionFrom({
    id: 'e',
    title: 'E',
    opens_at: '2026-01-01T08:00:00Z',
    closes_at: '2026-01-01T18:00:00Z',
    results: 'live',
    suppress_below: suppressBelow,
    districts: DISTRICTS.map((id) => ({ id, name: id.toUpperCase() })),
    contests: [
      { id: 'x', title: 'X', options: ['p', 'q'].map((id) => ({ id, name: id })) },
      {
        id: 'y',
        title: 'Y',
        votes: 2,
        districts: ['d', 'b', 'a'],
        options: ['r', 's', 't'].map((id) => ({ id, name: id })),
      },
    ],
  })
}

interface Ballot {
  readonly district: number
  readonly choices: Choices
}

const inY = (district: number) => [0, 1, 3].includes(district)
const ballotIn = (district: number): fc.Arbitrary<Ballot> =>
  fc
    .tuple(
      // Mostly one way, so that ballots all alike come up.
      fc.constantFrom('[0]', '[0]', '[0]', '[1]', '[]'),
      inY(district) ? fc.constantFrom('[0,1]', '[0,1]', '[0]', '[2]', '[]') : fc.constant('[]'),
    )
    .map(([x, y]) => ({ district, choices: `[${x},${y}]` as Choices }))

const ballot = fc.nat(DISTRICTS.length - 1).chain(ballotIn)
const scene = fc.record({
  below: fc.integer({ min: 1, max: 6 }),
  issued: fc.tuple(...DISTRICTS.map(() => fc.constantFrom(1, 3, 50))),
  ballots: fc.array(ballot, { maxLength: 60, size: 'large' }),
})
type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never

/** Unit by its name, as the protocol words it. */
function unitName(issued: readonly number[], below: number, district: number): string {
  return issued[district]! >= below ? `district ${district}` : `pool of ${inY(district) ? 'X, Y' : 'X'}`
}

/** The ballots that may be told while voting is open, the slow way. */
function released(election: Election, { below, issued, ballots }: Scene): Ballot[] {
  const units = Map.groupBy(ballots, ({ district }) => unitName(issued, below, district))
  const isTold = (unit: readonly Ballot[]): boolean => {
    if (below === 1) return true
    if (unit.length < below) return false
    const marks = unit.map(({ choices }) => parseChoices(choices, election))
    return election.contests.every((contest, c) => {
      if (c === 1 && !inY(unit[0]!.district)) return true
      const everyone = (says: (options: readonly number[]) => boolean) => marks.every((m) => says(m[c]!))
      if (everyone((options) => options.length === 0)) return false
      return !contest.options.some((_, j) => everyone((options) => options.includes(j)))
    })
  }
  return ballots.filter(({ district }) => isTold(units.get(unitName(issued, below, district))!))
}

function tallyOf(election: Election, ballots: readonly Ballot[]) {
  const tally = pluralityTally(election)
  for (const { district, choices } of ballots) tally.fold(district, choices)
  return tally
}

/** Everything that is told at a moment, as it goes out. */
function toldOf(election: Election, issued: readonly number[], ballots: readonly Ballot[], phase: Phase) {
  const tally = tallyOf(election, ballots)
  const shown = shownResult(election, phase, issued, tally)!
  const snapshot = snapshotOf(election, tally, {
    phase,
    ...{ eligible: issued, issued },
    ...{ nowMs: 0, lastBallotAtMs: null, votesPerSecond: 0, turnout: [] },
    ...{ keysUsed: ballots.length, ballotsStored: ballots.length },
  })
  const made = { generatedAtMs: 0, version: '1', phase, eligible: issued }
  return {
    shown,
    snapshot,
    texts: [
      resultText(shown),
      JSON.stringify(snapshot),
      [...resultCsv(election, shown)].join(''),
      [...cdfText(election, shown, made)].join(''),
    ],
  }
}

const history = (
  election: Election,
  issued: readonly number[],
  ballots: readonly Ballot[],
  every: number,
) => {
  const tally = pluralityTally(election)
  const moments = countHistory(election, issued, tally)
  for (const [i, { district, choices }] of ballots.entries()) {
    tally.fold(district, choices)
    if ((i + 1) % every === 0) moments.mark(i + 1)
  }
  return moments.snapshot()
}

test('units are as the protocol words them', () => {
  fc.assert(
    fc.property(scene, ({ below, issued }) => {
      const { ofDistrict, count } = releaseUnits(electionWith(below), issued)
      const names = DISTRICTS.map((_, d) => unitName(issued, below, d))
      for (const [d, name] of names.entries())
        for (const [other, otherName] of names.entries())
          assert.equal(ofDistrict[d] === ofDistrict[other], name === otherName)
      assert.deepEqual([...new Set(ofDistrict)], [...Array(count).keys()])
    }),
  )
})

test('the gate that ballots pass one by one and the counts of a tally open the same units, for good', () => {
  fc.assert(
    fc.property(scene, (given) => {
      const { below, issued, ballots } = given
      const election = electionWith(below)
      const gate = releaseGate(election, issued)
      const { ofDistrict, count } = releaseUnits(election, issued)
      const opened = new Set<number>()
      for (const [i, { district, choices }] of ballots.entries()) {
        gate.fold(district, choices)
        const told = released(election, { ...given, ballots: ballots.slice(0, i + 1) })
        const open = new Set(told.map((one) => ofDistrict[one.district]!))
        for (let unit = 0; unit < count; unit++) {
          if (below > 1) assert.equal(gate.isOpen(unit), open.has(unit))
          else assert.ok(gate.isOpen(unit))
          if (gate.isOpen(unit)) opened.add(unit)
          else assert.ok(!opened.has(unit), 'what was told stays told')
        }
      }
    }),
  )
})

test('while voting is open, everything told is the count of the released units and turnout', () => {
  fc.assert(
    fc.property(scene, (given) => {
      const { below, issued, ballots } = given
      const election = electionWith(below)
      const told = released(election, given)
      const expected = resultOf(election, tallyOf(election, told))
      const { shown, snapshot } = toldOf(election, issued, ballots, 'open')
      assert.deepEqual([shown.ballots, shown.held], [told.length, ballots.length - told.length])
      assert.deepEqual([snapshot.cast, snapshot.held], [ballots.length, ballots.length - told.length])
      assert.equal(snapshot.blank, told.filter(({ choices }) => choices === '[[],[]]').length)
      const isTold = (d: number) =>
        issued[d]! >= below && (below === 1 || told.some(({ district }) => district === d))
      for (const [c, contest] of shown.contests.entries()) {
        const { districts, ...totals } = contest
        const { districts: all, ...allTotals } = expected.contests[c]!
        assert.deepEqual(totals, allTotals)
        for (const [row, district] of districts.entries()) {
          const d = DISTRICTS.indexOf(district.id)
          const cast = ballots.filter((one) => one.district === d).length
          assert.deepEqual(
            district,
            isTold(d) ? all[row] : { id: district.id, ballots: cast, withheld: true },
          )
        }
        const live = snapshot.contests![c]!
        assert.deepEqual(
          [live.ballots, live.blank, live.undervotes, live.options.map(({ votes }) => votes)],
          [totals.ballots, totals.blank, totals.undervotes, totals.options.map(({ votes }) => votes)],
        )
        assert.deepEqual(
          live.by_district.map((row) => row.length > 1),
          districts.map(({ id }) => isTold(DISTRICTS.indexOf(id))),
        )
      }
    }),
    { numRuns: 400 },
  )
})

/** A scene, and the same with the choices of every ballot that is still held back at its end replaced by others. */
const twoScenes = scene.chain((given) => {
  const election = electionWith(given.below)
  const told = new Set(released(election, given))
  return fc
    .tuple(...given.ballots.map((one) => (told.has(one) ? fc.constant(one) : ballotIn(one.district))))
    .map((ballots) => ({ given, other: { ...given, ballots: ballots as Ballot[] } }))
})

test('sequences that differ only in ballots held back tell the same bytes, history included', () => {
  let compared = 0
  fc.assert(
    fc.property(twoScenes, fc.integer({ min: 1, max: 4 }), ({ given, other }, every) => {
      const { below, issued } = given
      const election = electionWith(below)
      // What was held back in one must be so in the other: otherwise a unit was opened by the change.
      fc.pre(released(election, other).length === released(election, given).length)
      if (other.ballots.some(({ choices }, i) => choices !== given.ballots[i]!.choices)) compared++
      assert.deepEqual(
        toldOf(election, issued, other.ballots, 'open').texts,
        toldOf(election, issued, given.ballots, 'open').texts,
      )
      assert.deepEqual(
        history(election, issued, other.ballots, every),
        history(election, issued, given.ballots, every),
      )
    }),
    { numRuns: 400 },
  )
  assert.ok(compared > 50, `only ${compared} pairs differed`)
})

test('a moment of the history counts what was released by then, whatever has been since', () => {
  let partly = 0
  fc.assert(
    fc.property(scene, fc.integer({ min: 1, max: 4 }), (given, every) => {
      const { below, issued, ballots } = given
      const election = electionWith(below)
      const { times, cast, held, contests } = history(election, issued, ballots, every)
      for (const [i, timeS] of times.entries()) {
        const told = released(election, { ...given, ballots: ballots.slice(0, timeS) })
        assert.deepEqual([cast[i], held[i]], [timeS, timeS - told.length])
        if (held[i]! > 0) partly++
        assert.ok(told.length - (i === 0 ? 0 : cast[i - 1]! - held[i - 1]!) >= 10)
        const expected = resultOf(election, tallyOf(election, told))
        for (const [c, { ballots: counted, blank, votes }] of contests!.entries())
          assert.deepEqual(
            [counted[i], blank[i], votes.map((line) => line[i])],
            [
              expected.contests[c]!.ballots,
              expected.contests[c]!.blank,
              expected.contests[c]!.options.map((option) => option.votes),
            ],
          )
      }
    }),
    { numRuns: 400 },
  )
  assert.ok(partly > 20, `only ${partly} moments had ballots held back`)
})

test('after the close the totals are those of all ballots, and so is every row that entries name', () => {
  fc.assert(
    fc.property(scene, ({ below, issued, ballots }) => {
      const election = electionWith(below)
      const all = resultOf(election, tallyOf(election, ballots))
      const { shown } = toldOf(election, issued, ballots, 'closed')
      assert.deepEqual(
        JSON.parse(resultText(shown)),
        JSON.parse(
          resultText({
            ...all,
            contests: all.contests.map((contest) => ({
              ...contest,
              districts: contest.districts.map((district) =>
                issued[DISTRICTS.indexOf(district.id)]! >= below
                  ? district
                  : { id: district.id, ballots: district.ballots, withheld: true },
              ),
            })),
          } as unknown as typeof all),
        ),
      )
    }),
  )
})

test('counts of a contest that are behind the number of ballots release nothing', () => {
  const election = electionWith(5)
  const tally = pluralityTally(election)
  for (let i = 0; i < 5; i++) tally.foldWhole(2, false, 1)
  tally.foldMarks(2, 0, [0], 3)
  tally.foldMarks(2, 0, [1], 1)
  const shown = shownResult(election, 'open', [50, 50, 50, 50, 50], tally)!
  assert.deepEqual([shown.ballots, shown.held], [0, 5])
})

test('a ballot of no district is no ballot', () => {
  assert.throws(
    () => releaseGate(electionWith(5), [9, 9, 9, 9, 9]).fold(5, '[[0],[]]' as Choices),
    RangeError,
  )
})
