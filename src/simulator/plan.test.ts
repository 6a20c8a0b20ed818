import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { VoterKey } from '../adapters/files/key-file.ts'
import { ballotRules, type Selections } from '../core/election/choices.ts'
import { isGuid, isPersonalId } from '../core/election/credential.ts'
import { type DefinitionFile, electionFrom } from '../core/election/definition.ts'
import { ballots } from './ballots.ts'
import { KINDS, type Kind } from './outcome.ts'
import { type Plan, type PlannedRequest, plan, SAMPLE } from './plan.ts'
import { seededRandom } from './random.ts'
import { NO_SHARES, type TrafficShares } from './shares.ts'
import { optionWeights } from './weights.ts'

const ONE_CONTEST: DefinitionFile = {
  id: 'e',
  title: 'E',
  opens_at: '2020-01-01T00:00:00Z',
  closes_at: '2099-01-01T00:00:00Z',
  results: 'live',
  contests: [
    {
      id: 'mayor',
      title: 'Mayor',
      options: [
        { id: 'ada', name: 'Ada' },
        { id: 'grace', name: 'Grace' },
      ],
    },
  ],
}
const SEVERAL: DefinitionFile = {
  ...ONE_CONTEST,
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
  contests: [
    ONE_CONTEST.contests[0]!,
    {
      id: 'council',
      title: 'Council',
      votes: 3,
      districts: ['north'],
      options: ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id.toUpperCase() })),
    },
  ],
}
const WITH_RULES: DefinitionFile = {
  ...SEVERAL,
  contests: [
    ...SEVERAL.contests,
    {
      ...{ id: 'board', title: 'Board', votes: 3, min: 3 },
      options: [
        ...['e', 'f', 'g', 'h'].map((id) => ({ id, name: id.toUpperCase() })),
        { id: 'none', name: 'None of these', none_of_these: true },
      ],
    },
  ],
}
const MIXED: TrafficShares = {
  double: 0.1,
  wrong: 0.15,
  malformed: 0.05,
  unknownCandidate: 0.03,
  retry: 0.07,
}

function planOf(file: DefinitionFile, shares: TrafficShares, seed = 1): Plan {
  const election = electionFrom(file)
  const weights = optionWeights(election, [], seededRandom(seed))
  assert.ok(!('error' in weights))
  return plan({ seed, shares, runId: 'run', ballots: ballots(election, weights, true) })
}

/** Sends this many requests to a server that accepts every first vote at once. */
function play(file: DefinitionFile, shares: TrafficShares, requests: number, seed = 1): PlannedRequest[] {
  const { next, accepted } = planOf(file, shares, seed)
  let voter = 0
  return Array.from({ length: requests }, () => {
    const request = next(key(voter, file))
    if (request.kind === 'first') accepted(request, `tracker-${voter++}`)
    return request
  })
}

function key(n: number, file: DefinitionFile): VoterKey {
  const districts = file.districts ?? [{ id: 'all' }]
  const guid = `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
  return { personal_id: `P${n}`, guid, district: districts[n % districts.length]!.id }
}

function body(request: PlannedRequest): Record<string, unknown> {
  return JSON.parse(request.body)
}

describe('the plan', () => {
  it('mixes the kinds of request as requested, within statistical bounds', () => {
    const requests = 100_000
    const counts = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]))
    for (const { kind } of play(ONE_CONTEST, MIXED, requests)) counts.set(kind, counts.get(kind)! + 1)
    const shares: Record<Kind, number> = {
      ...{ first: 0.6, double: 0.1, wrong: 0.15 },
      ...{ 'unknown-candidate': 0.03, malformed: 0.05, retry: 0.07 },
    }
    for (const kind of KINDS) {
      const sigma = Math.sqrt(requests * shares[kind] * (1 - shares[kind]))
      const off = Math.abs(counts.get(kind)! - requests * shares[kind]) / sigma
      assert.ok(off < 5, `${kind} is ${off} standard deviations off`)
    }
  })

  it('draws choices by weight, within statistical bounds', () => {
    const election = electionFrom(ONE_CONTEST)
    const { draw } = ballots(election, [[0.3, 0.7]], true)
    const random = seededRandom(5)
    let ada = 0
    for (let i = 0; i < 50_000; i++) if (draw('all', random)[0]![0] === 0) ada++
    assert.ok(Math.abs(ada - 15_000) < 5 * Math.sqrt(50_000 * 0.3 * 0.7))
  })

  it('is the same for the same seed, and differs for another', () => {
    assert.deepEqual(play(SEVERAL, MIXED, 2_000), play(SEVERAL, MIXED, 2_000))
    assert.notDeepEqual(play(SEVERAL, MIXED, 50), play(SEVERAL, MIXED, 50, 2))
  })

  it('sends only first votes if nothing else is requested', () => {
    assert.ok(play(ONE_CONTEST, NO_SHARES, 1_000).every(({ kind }) => kind === 'first'))
  })

  for (const [name, file] of [
    ['one contest', ONE_CONTEST],
    ['several contests', SEVERAL],
    ['a least number of choices, and none of these', WITH_RULES],
  ] as const)
    it(`fills in valid ballots of the voter’s style (${name})`, () => {
      const election = electionFrom(file)
      const rules = ballotRules(election)
      for (const request of play(file, NO_SHARES, 3_000)) {
        const { candidate, contests } = body(request)
        const marked =
          request.path === '/vote' ? rules.markOne(candidate as string) : rules.mark(contests as Selections)
        assert.ok(typeof marked !== 'string', String(marked))
        const district = election.districts.findIndex(({ id }) => id === request.voter!.district)
        assert.ok(marked.districts === null || marked.districts.has(district))
        assert.equal(marked.choices, JSON.stringify(request.marks!.map((options) => options ?? [])))
      }
    })

  it('chooses "none of these", the required number of options, and nothing, with any weights', () => {
    const election = electionFrom(WITH_RULES)
    for (const board of [
      [0.2, 0.2, 0.2, 0.2, 0.2],
      [0.5, 0, 0, 0, 0.5],
    ]) {
      const { draw } = ballots(election, [[0.5, 0.5], [0.25, 0.25, 0.25, 0.25], board], true)
      const random = seededRandom(7)
      const seen = new Set<string>()
      for (let i = 0; i < 2_000; i++) {
        const marks = draw('south', random)[2]!
        seen.add(marks.includes(4) ? `none of ${marks.length}` : String(marks.length))
      }
      assert.deepEqual([...seen].sort(), ['0', '3', 'none of 1'])
    }
  })

  it('uses a key once as a first vote, each with another Idempotency-Key', () => {
    const firsts = play(ONE_CONTEST, MIXED, 5_000).filter(({ kind }) => kind === 'first')
    assert.equal(new Set(firsts.map(({ voter }) => voter!.personal_id)).size, firsts.length)
    assert.equal(new Set(firsts.map(({ idempotencyKey }) => idempotencyKey)).size, firsts.length)
  })

  it('doubles only accepted votes, never with their earlier Idempotency-Key', () => {
    const spent = new Map<unknown, string | null>()
    for (const request of play(ONE_CONTEST, MIXED, 10_000)) {
      if (request.kind === 'first') spent.set(request.voter!.guid, request.idempotencyKey)
      if (request.kind !== 'double') continue
      assert.ok(spent.has(body(request).guid))
      assert.notEqual(request.idempotencyKey, spent.get(body(request).guid))
    }
  })

  it('retries an accepted vote unchanged, and knows the tracker that it must get', () => {
    const firsts = new Map<string, string>()
    let voter = 0
    for (const request of play(ONE_CONTEST, MIXED, 10_000)) {
      const sent = `${request.idempotencyKey} ${request.path} ${request.body}`
      if (request.kind === 'first') firsts.set(sent, `tracker-${voter++}`)
      if (request.kind === 'retry') assert.equal(request.earlierTracker, firsts.get(sent))
    }
  })

  it('creates wrong keys that are well formed and were never issued', () => {
    const kinds = new Set<boolean>()
    for (const request of play(ONE_CONTEST, MIXED, 5_000)) {
      if (request.kind !== 'wrong') continue
      const { personal_id, guid } = body(request) as unknown as VoterKey
      assert.ok(isPersonalId(personal_id) && isGuid(guid))
      assert.ok(!guid.startsWith('00000000-0000-4000'))
      kinds.add(/^P\d+$/.test(personal_id))
    }
    assert.equal(kinds.size, 2, 'known and unknown personal_ids')
  })

  it('creates malformed requests of every kind, none of which is a readable vote', () => {
    const expected = new Set<string>()
    for (const file of [ONE_CONTEST, SEVERAL])
      for (const request of play(file, { ...NO_SHARES, malformed: 0.9 }, 5_000)) {
        if (request.kind !== 'malformed') continue
        for (const outcome of request.must) expected.add(outcome)
        const readable = request.contentType === 'application/json' && looksLikeAVote(request.body)
        assert.ok(!readable || request.body.length > 65_536, request.body.slice(0, 200))
      }
    assert.deepEqual([...expected].sort(), ['body-too-large', 'malformed', 'not-json'])
  })

  it('remembers a bounded number of accepted votes', () => {
    const { next, accepted } = planOf(ONE_CONTEST, { ...NO_SHARES, double: 0.5 })
    const seen = new Set<unknown>()
    let voter = 0
    while (voter < 3 * SAMPLE) {
      const request = next(key(voter, ONE_CONTEST))
      if (request.kind === 'first') accepted(request, `tracker-${voter++}`)
    }
    for (let i = 0; i < 40 * SAMPLE; i++) {
      const request = next(key(voter, ONE_CONTEST))
      if (request.kind === 'double') seen.add(body(request).guid)
    }
    assert.ok(seen.size <= SAMPLE && seen.size > SAMPLE * 0.9, String(seen.size))
  })

  it('refuses keys of a district that the election does not have', () => {
    const { next } = planOf(SEVERAL, NO_SHARES)
    assert.throws(() => next({ ...key(0, SEVERAL), district: 'west' }), /no district "west"/)
  })
})

function looksLikeAVote(text: string): boolean {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return false
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { personal_id, guid, candidate, contests } = value as Record<string, unknown>
  const chosen =
    typeof candidate === 'string' ||
    (typeof contests === 'object' && contests !== null && Object.values(contests).every(Array.isArray))
  return typeof personal_id === 'string' && typeof guid === 'string' && chosen
}
