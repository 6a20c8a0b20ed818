/** The units, and the gate of version 1 compared with a slow model that keeps every ballot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Choices, parseChoices } from '../election/choices.ts'
import { type Election, electionFrom } from '../election/definition.ts'
import { pluralityTally } from './plurality.ts'
import { releasedDistricts, releaseGate, releaseUnits } from './release.ts'

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
      // Mostly the same choice, so that units with equal ballots occur.
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

/** The name of a unit, as the protocol describes it. */
function unitName(issued: readonly number[], below: number, district: number): string {
  return issued[district]! >= below ? `district ${district}` : `pool of ${inY(district) ? 'X, Y' : 'X'}`
}

/** The ballots that may be published while voting is open, by the slow model. */
function released(election: Election, { below, issued, ballots }: Scene): Ballot[] {
  const units = Map.groupBy(ballots, ({ district }) => unitName(issued, below, district))
  const isPublished = (unit: readonly Ballot[]): boolean => {
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
  return ballots.filter(({ district }) => isPublished(units.get(unitName(issued, below, district))!))
}

function tallyOf(election: Election, ballots: readonly Ballot[]) {
  const tally = pluralityTally(election)
  for (const { district, choices } of ballots) tally.fold(district, choices)
  return tally
}

test('units are those of the protocol', () => {
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

test('the gates that read single ballots and counts open the same units, permanently', () => {
  fc.assert(
    fc.property(scene, (given) => {
      const { below, issued, ballots } = given
      const election = electionWith(below)
      const gate = releaseGate(election, issued)
      const { ofDistrict, count } = releaseUnits(election, issued)
      const opened = new Set<number>()
      for (const [i, { district, choices }] of ballots.entries()) {
        gate.fold(district, choices)
        const published = released(election, { ...given, ballots: ballots.slice(0, i + 1) })
        const open = new Set(published.map((one) => ofDistrict[one.district]!))
        for (let unit = 0; unit < count; unit++) {
          if (below > 1) assert.equal(gate.isOpen(unit), open.has(unit))
          else assert.ok(gate.isOpen(unit))
          if (gate.isOpen(unit)) opened.add(unit)
          else assert.ok(!opened.has(unit), 'a published unit is held again')
        }
        const counted = releasedDistricts(election, issued, tallyOf(election, ballots.slice(0, i + 1)))
        for (const [d, isPublished] of counted.entries())
          assert.equal(isPublished, gate.isOpen(ofDistrict[d]!))
      }
    }),
  )
})

test('counts of a contest that lag behind the number of ballots release nothing', () => {
  const election = electionWith(5)
  const tally = pluralityTally(election)
  for (let i = 0; i < 5; i++) tally.foldWhole(2, false, 1)
  tally.foldMarks(2, 0, [0], 3)
  tally.foldMarks(2, 0, [1], 1)
  assert.ok(!releasedDistricts(election, [50, 50, 50, 50, 50], tally).includes(true))
})

test('a ballot whose district is out of range throws', () => {
  assert.throws(
    () => releaseGate(electionWith(5), [9, 9, 9, 9, 9]).fold(5, '[[0],[]]' as Choices),
    RangeError,
  )
})
