import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import { type Books, bookKeeper } from './books.ts'
import type { Kind, Outcome } from './outcome.ts'
import type { PlannedRequest } from './plan.ts'
import { type BalanceSheet, reconcile, totalsOf } from './reconcile.ts'

const OPTIONS = 3
const MUST: Readonly<Record<Kind, Outcome>> = {
  first: 'accepted',
  double: 'key-already-used',
  wrong: 'unknown-key',
  'unknown-candidate': 'unknown-candidate',
  malformed: 'malformed',
  retry: 'repeated',
}

function request(kind: Kind, option: number | null = null): PlannedRequest {
  return {
    ...{ kind, path: '/vote', body: '', contentType: 'application/json', idempotencyKey: null },
    ...{ must: [MUST[kind]], voter: null, earlierTracker: null },
    marks: kind === 'first' ? [option === null ? [] : [option]] : null,
  }
}

interface Event {
  readonly kind: Kind
  readonly option: number | null
  readonly unanswered: boolean
  /** For an unanswered first vote: whether the server recorded it. */
  readonly recorded: boolean
}

const EVENT: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom(...(Object.keys(MUST) as Kind[])),
  option: fc.option(fc.nat(OPTIONS - 1)),
  unanswered: fc.boolean(),
  recorded: fc.boolean(),
})

/** The books of a run and the results of a correct server for a list of events. */
function honest(events: readonly Event[], already: number) {
  const keeper = bookKeeper([OPTIONS])
  const votes = new Array<number>(OPTIONS).fill(already)
  let blank = already
  for (const { kind, option, unanswered, recorded } of events) {
    const planned = request(kind, option)
    keeper.sent(planned)
    if (unanswered) keeper.unanswered(planned)
    else keeper.answered(planned, MUST[kind])
    if (kind !== 'first' || (unanswered && !recorded)) continue
    if (option === null) blank++
    else votes[option]!++
  }
  return {
    books: keeper.books(),
    before: snapshot(new Array<number>(OPTIONS).fill(already), already),
    after: snapshot(votes, blank),
  }
}

/** The results of a server with these votes. */
function snapshot(votes: readonly number[], blank: number): ResultsSnapshot {
  const cast = votes.reduce((a, b) => a + b, 0) + blank
  return {
    election: {
      ...{ id: 'e', title: 'E', opens_at: '', closes_at: '', results: 'live', simulated: false },
      suppress_below: 1,
    },
    ...{ phase: 'open', as_of: '', last_ballot_at: null, eligible: 1e6, cast, votes_per_second: 0 },
    blank,
    held: 0,
    checkpoint: null,
    log: null,
    turnout: [],
    districts: [],
    contests: [
      {
        ...{ seats: 1, measure: false, share_of: 'votes' as const, threshold: null, quorum: null },
        ...{ id: 'c', title: 'C', votes_allowed: 1, eligible: 1e6, ballots: cast, blank },
        undervotes: blank,
        options: votes.map((count, i) => ({ id: `o${i}`, name: `O${i}`, color: null, votes: count })),
        by_district: [],
      },
    ],
    invariant: {
      ...{ keys_used: cast, ballots_stored: cast, ballots_tallied: cast, ballots_summed: cast, holds: true },
    },
  }
}

function broken(sheet: BalanceSheet): readonly string[] {
  return sheet.lines.filter(({ balances }) => !balances).map(({ what, note }) => `${what}: ${note}`)
}

const EVENTS = fc.array(EVENT, { maxLength: 60 })

describe('the reconciliation', () => {
  it('balances for every honest run, whether or not unanswered votes were recorded', () => {
    fc.assert(
      fc.property(EVENTS, fc.nat(50), (events, already) => {
        const { books, before, after } = honest(events, already)
        assert.deepEqual(broken(reconcile(books, before, after)), [])
        assert.equal(totalsOf(books).sent, events.length)
      }),
    )
  })

  it('finds one vote too many or too few for any candidate', () => {
    const changed = fc.constantFrom(-1, 1)
    fc.assert(
      fc.property(EVENTS, fc.nat(OPTIONS - 1), changed, (events, option, change) => {
        const answered = events.map((event) => ({ ...event, unanswered: false }))
        const { books, before, after } = honest(answered, 5)
        const votes = after.contests![0]!.options.map(({ votes }, i) => votes + (i === option ? change : 0))
        const sheet = reconcile(books, before, snapshot(votes, after.contests![0]!.blank))
        const meaning = change < 0 ? /missing from the count/ : /check whether somebody else voted/
        assert.equal(broken(sheet).length, 2)
        for (const words of broken(sheet)) assert.match(words, meaning)
      }),
    )
  })

  it('finds votes moved from one candidate to another, although the number is the same', () => {
    const { books, before, after } = honest(
      [{ kind: 'first', option: 0, unanswered: false, recorded: true }],
      5,
    )
    const votes = after.contests![0]!.options.map(({ votes }) => votes)
    const moved = snapshot([votes[0]! - 1, votes[1]! + 1, votes[2]!], 5)
    assert.deepEqual(
      broken(reconcile(books, before, moved)).map((words) => words.split(':')[0]),
      ['O0', 'O1'],
    )
  })

  it('finds a wrong answer to any kind of request', () => {
    const kinds = fc.constantFrom(...(Object.keys(MUST) as Kind[]))
    const outcomes = fc.constantFrom<Outcome>('http-500', 'overvote', 'another-receipt', 'not-found')
    fc.assert(
      fc.property(EVENTS, kinds, outcomes, (events, kind, outcome) => {
        const keeper = bookKeeper([OPTIONS])
        for (const event of events) {
          keeper.sent(request(event.kind, event.option))
          keeper.unanswered(request(event.kind, event.option))
        }
        keeper.sent(request(kind, 0))
        keeper.answered(request(kind, 0), outcome)
        const none = snapshot([0, 0, 0], 0)
        const found = broken(reconcile(keeper.books(), none, none))
        assert.equal(found.length, 1)
        assert.match(found[0]!, new RegExp(`wrong answers: 1 × ${outcome}`))
      }),
    )
  })

  it('finds a double vote that was accepted', () => {
    const keeper = bookKeeper([OPTIONS])
    const double = { ...request('double'), marks: [[1]] }
    keeper.sent(double)
    keeper.answered(double, 'accepted')
    const found = broken(reconcile(keeper.books(), snapshot([0, 0, 0], 0), snapshot([0, 1, 0], 0)))
    assert.deepEqual(found, ['double votes were refused as such: wrong answers: 1 × accepted'])
  })

  it('finds a request without an outcome', () => {
    const { books, before, after } = honest([], 0)
    const lost: Books = { ...books, sent: { wrong: 1 } }
    assert.match(broken(reconcile(lost, before, after))[0]!, /were lost/)
  })

  it('says that the keys may have been used before', () => {
    const keeper = bookKeeper([OPTIONS])
    keeper.sent(request('first', 0))
    keeper.answered(request('first', 0), 'key-already-used')
    const none = snapshot([0, 0, 0], 0)
    assert.match(broken(reconcile(keeper.books(), none, none))[0]!, /used before this run/)
  })

  it('accepts refusals that say “try again”, and the close of the polls only if they closed', () => {
    const keeper = bookKeeper([OPTIONS])
    for (const outcome of ['too-busy', 'polls-closed'] as const) {
      keeper.sent(request('first', 0))
      keeper.answered(request('first', 0), outcome)
    }
    const none = snapshot([0, 0, 0], 0)
    assert.ok(reconcile(keeper.books(), none, { ...none, phase: 'closed' }).balances)
    assert.match(broken(reconcile(keeper.books(), none, none))[0]!, /1 × polls-closed$/)
  })

  it('compares only ballots cast if results are hidden', () => {
    const events: Event[] = [{ kind: 'first', option: 1, unanswered: false, recorded: true }]
    const { books, before, after } = honest(events, 2)
    const sheet = reconcile(books, { ...before, contests: null }, { ...after, contests: null })
    assert.ok(sheet.balances)
    assert.ok(sheet.lines.every(({ what }) => !/^O\d/.test(what)))
    const short = { ...after, contests: null, cast: after.cast - 1 }
    assert.ok(!reconcile(books, { ...before, contests: null }, short).balances)
  })

  it('balances with held ballots, says how many, and finds votes neither counted nor held', () => {
    const events: Event[] = [0, 0, 1, 2, null].map((option) => ({
      ...{ kind: 'first', option, unanswered: false, recorded: true },
    }))
    const { books, before, after } = honest(events, 4)
    /** The server's count with some of its ballots held. */
    const holding = (votes: readonly number[], blank: number, held: number): ResultsSnapshot => {
      const published = snapshot(votes, blank)
      return { ...published, cast: after.cast, held, invariant: after.invariant }
    }
    // Of all its ballots, one vote for O0, one for O2 and a blank ballot are held.
    const sheet = reconcile(books, before, holding([5, 5, 4], 4, 3))
    assert.deepEqual(broken(sheet), [])
    const line = sheet.lines.find(({ what }) => what === 'accepted = counted + held')!
    assert.deepEqual([line.expected, line.found], [5, 5])
    assert.match(line.note!, /^held now: 3;/)
    // Ballots that were held before the run and are published now.
    const earlier = { ...snapshot([2, 4, 4], 4), cast: before.cast, held: 2 }
    assert.deepEqual(broken(reconcile(books, earlier, after)), [])

    const lost = reconcile(books, before, holding([4, 5, 4], 4, 3))
    assert.deepEqual(broken(lost), ['accepted = counted + held: accepted votes are missing from the count'])
    const more = reconcile(books, before, holding([5, 6, 4], 3, 3))
    assert.match(broken(more).join(), /O1: .*check whether somebody else voted/)
    const none = reconcile(books, before, holding([2, 4, 4], 4, 7))
    assert.match(broken(none).join(), /O0: accepted votes are missing/)
  })

  it('does not balance if voting has closed and not every ballot is published', () => {
    const { books, before, after } = honest(
      [{ kind: 'first', option: 0, unanswered: false, recorded: true }],
      3,
    )
    const closed = { ...after, phase: 'closed' } as const
    assert.deepEqual(broken(reconcile(books, before, closed)), [])
    const words = /voting has closed: counted = cast: not every ballot is published yet/
    const hidden = { ...closed, contests: null, blank: null, held: null }
    assert.match(broken(reconcile(books, before, hidden)).join(), words)
    assert.match(broken(reconcile(books, before, { ...closed, held: 2 })).join(), words)
  })

  it('does not balance on a server whose invariant is broken, or that does not answer', () => {
    const { books, before, after } = honest([], 3)
    const invariant = { ...after.invariant, keys_used: after.invariant.keys_used + 1, holds: false }
    assert.match(broken(reconcile(books, before, { ...after, invariant }))[0]!, /invariant is broken/)
    assert.equal(broken(reconcile(books, before, null)).length, 2)
  })

  it('compares the servers of a cluster', () => {
    const { books, before, after } = honest(
      [{ kind: 'first', option: 0, unanswered: false, recorded: true }],
      3,
    )
    const where = 'gate2:8501'
    const sheet = (results: ResultsSnapshot | null) =>
      broken(reconcile(books, before, after, [{ where, results }]))
    assert.deepEqual(sheet(after), [])
    assert.deepEqual(sheet(before), ['gate2:8501 counts the same: it counts fewer ballots'])
    const [here, there] = [31, 21].map((size) => ({ ...after, checkpoint: { size, root: `${size}` } }))
    assert.deepEqual(broken(reconcile(books, before, here!, [{ where, results: there! }])), [
      'gate2:8501 counts the same: its count is for 21 leaves of the public log, not 31',
    ])
    const [contest] = after.contests!
    const swapped = [contest!.options[1]!, contest!.options[0]!, ...contest!.options.slice(2)]
    const other = { ...after, contests: [{ ...contest!, options: swapped }] }
    assert.deepEqual(sheet(other), [
      'gate2:8501 counts the same: the same number of ballots, but other votes',
    ])
    assert.match(sheet(null).join(), /did not answer/)
  })

  it('reports a count that is not settled', () => {
    const { books, before, after } = honest([], 3)
    const invariant = {
      ...after.invariant,
      keys_used: after.invariant.keys_used + 1,
      settling: true as const,
    }
    assert.match(broken(reconcile(books, before, { ...after, invariant })).join(), /have not caught up/)
  })
})
