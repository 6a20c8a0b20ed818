/**
 * The ballot box contract (src/ports/ballot-box.ts) as tests, which every adapter passes. Each test
 * tries to break one promise.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeDigest } from '../../src/adapters/node/digest.ts'
import { ballotRules, type MarkedBallot } from '../../src/core/election/choices.ts'
import { credentialPrefix, credentialText } from '../../src/core/election/credential.ts'
import { type Election, electionFrom } from '../../src/core/election/definition.ts'
import {
  type BallotBox,
  type CastBallot,
  type CastOutcome,
  isSameBallot,
  type RecordedBallot,
} from '../../src/ports/ballot-box.ts'
import type { BallotLog, FollowedLog } from '../../src/ports/ballot-log.ts'
import type { Credential } from '../../src/ports/digest.ts'
import type { IssuedCredential, VoterRoll } from '../../src/ports/voter-roll.ts'
import { openElectionFile } from '../server.ts'

export interface BoxUnderTest {
  readonly box: BallotBox
  readonly log: BallotLog
  readonly roll: VoterRoll
  /**
   * Resolves when the length of the ballot log includes every ballot acknowledged so far. Needed
   * for a box whose log is read at intervals.
   */
  readonly settled?: () => Promise<void>
  /** Releases everything and opens the same storage again, as after a restart. */
  readonly reopen: () => Promise<BoxUnderTest>
  readonly dispose: () => Promise<void>
}

export type MakeBox = (election: Election, issued: readonly IssuedCredential[]) => Promise<BoxUnderTest>

const digest = nodeDigest()
const election = electionFrom(
  openElectionFile({
    contests: [
      {
        id: 'mayor',
        title: 'Mayor',
        options: [
          { id: 'ada', name: 'Ada' },
          { id: 'grace', name: 'Grace' },
        ],
      },
      {
        id: 'north-only',
        title: 'Harbour',
        options: [
          { id: 'yes', name: 'Yes' },
          { id: 'no', name: 'No' },
        ],
        districts: ['north'],
      },
    ],
  }),
)
const rules = ballotRules(election)
const prefix = credentialPrefix(election.id)
const credentialOf = (voter: number): Credential =>
  digest.credential(
    credentialText(prefix, `P${voter}`, `00000000-0000-4000-8000-${String(voter).padStart(12, '0')}`),
  )
const marked = (selections: Record<string, string[]>): MarkedBallot => rules.mark(selections) as MarkedBallot
const ADA = marked({ mayor: ['ada'] })
const GRACE = marked({ mayor: ['grace'] })
const NORTH_ONLY = marked({ 'north-only': ['yes'] })
const ballot = (voter: number, what = ADA, retry: string | null = null): CastBallot => ({
  credential: credentialOf(voter),
  marked: what,
  retryMark: retry === null ? null : digest.retryMark(credentialOf(voter), retry),
})
const isRecorded = (outcome: CastOutcome | undefined): outcome is RecordedBallot =>
  typeof outcome === 'object'
/** Voters with even numbers vote in the north (district 0), the others in the south. */
const issued = (voters: number): IssuedCredential[] =>
  Array.from({ length: voters }, (_, i) => ({ credential: credentialOf(i), district: i % 2 }))
const counted = async (log: BallotLog): Promise<number> => {
  let ballots = 0
  for await (const groups of log.replay()) for (const { times } of groups) ballots += times
  return ballots
}

/**
 * A box as if in another process: everything that crosses the border is copied, so object identity
 * cannot be used.
 */
export function boxBehindMessages(box: BallotBox): BallotBox {
  return {
    ...box,
    keysUsed: () => box.keysUsed(),
    cast: async (ballots, refusal, onUnderWay) => {
      const reported =
        onUnderWay && ((under: readonly unknown[]) => onUnderWay(structuredClone(under) as never))
      return structuredClone(await box.cast(structuredClone(ballots), refusal, reported))
    },
  }
}

export function ballotBoxContract(name: string, make: MakeBox): void {
  const withBox = (
    title: string,
    voters: number,
    body: (under: BoxUnderTest) => Promise<BoxUnderTest | undefined>,
  ) =>
    test(`${name}: ${title}`, async () => {
      let under = await make(election, issued(voters))
      try {
        under = (await body(under)) ?? under
      } finally {
        await under.dispose()
      }
    })

  withBox('a ballot is recorded with its district and choices', 2, async ({ box, log, settled }) => {
    const [north, south] = await box.cast([ballot(0, GRACE), ballot(1)], null)
    assert.ok(isRecorded(north) && isRecorded(south))
    assert.deepEqual([north.district, north.choices], [0, '[[1],[]]'])
    assert.deepEqual([south.district, south.choices], [1, '[[0],[]]'])
    assert.match(north.nonceHex, /^[0-9a-f]{32}$/)
    assert.notEqual(north.nonceHex, south.nonceHex)
    await settled?.()
    assert.deepEqual([box.keysUsed(), log.length(), await counted(log)], [2, 2, 2])
    return undefined
  })

  withBox(
    'a ballot reported as under way is recorded as exactly that ballot, or not at all',
    3,
    async ({ box }) => {
      await box.cast([ballot(0, ADA, 'mark')], null)
      let reported: readonly (RecordedBallot | undefined)[] = []
      let calls = 0
      const cast = [ballot(1), ballot(0), ballot(9), ballot(0, GRACE, 'mark'), ballot(1, GRACE), ballot(2)]
      const outcomes = await box.cast(cast, null, (ballots) => {
        reported = ballots
        calls++
      })
      assert.ok(calls <= 1)
      for (const [i, under] of Array.from(reported).entries()) {
        const outcome = outcomes[i]
        if (under === undefined) continue
        assert.ok(isRecorded(outcome) && isSameBallot(outcome, under))
        assert.deepEqual(outcome, under)
      }
      assert.deepEqual(
        outcomes.map((outcome) => (isRecorded(outcome) ? outcome.choices : outcome)),
        ['[[0],[]]', 'key-already-used', 'unknown-key', '[[0],[]]', 'key-already-used', '[[0],[]]'],
      )
      return undefined
    },
  )

  withBox('of 200 casts at once with one key, one is recorded', 1, async ({ box, log }) => {
    const outcomes = (
      await Promise.all(
        Array.from({ length: 200 }, (_, i) => box.cast([ballot(0, i % 2 ? ADA : GRACE)], null)),
      )
    ).flat()
    assert.equal(outcomes.filter(isRecorded).length, 1)
    assert.equal(outcomes.filter((outcome) => outcome === 'key-already-used').length, 199)
    assert.deepEqual([box.keysUsed(), await counted(log)], [1, 1])
    return undefined
  })

  withBox('a key used twice in one batch is recorded once', 1, async ({ box }) => {
    const [first, second] = await box.cast([ballot(0), ballot(0, GRACE)], null)
    assert.ok(isRecorded(first))
    assert.equal(second, 'key-already-used')
    return undefined
  })

  withBox(
    'a retry with the same mark gets the recorded ballot; another mark, or no mark, does not',
    1,
    async ({ box }) => {
      const [first] = await box.cast([ballot(0, ADA, 'attempt-1')], null)
      const [again, other, none] = await box.cast(
        [ballot(0, GRACE, 'attempt-1'), ballot(0, ADA, 'attempt-2'), ballot(0)],
        null,
      )
      assert.deepEqual(again, first)
      assert.deepEqual([other, none], ['key-already-used', 'key-already-used'])
      return undefined
    },
  )

  withBox('retries that race their first attempt get the same ballot', 1, async ({ box, log }) => {
    const outcomes = (
      await Promise.all(Array.from({ length: 20 }, () => box.cast([ballot(0, ADA, 'attempt')], null)))
    ).flat()
    for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0])
    assert.ok(isRecorded(outcomes[0]))
    assert.equal(await counted(log), 1)
    return undefined
  })

  withBox('a ballot without a mark is not returned to a retry', 1, async ({ box }) => {
    await box.cast([ballot(0)], null)
    assert.deepEqual(await box.cast([ballot(0, ADA, 'attempt')], null), ['key-already-used'])
    return undefined
  })

  withBox('an unissued key is unknown and stores nothing', 1, async ({ box, log }) => {
    assert.deepEqual(await box.cast([ballot(7)], null), ['unknown-key'])
    assert.equal(await counted(log), 0)
    return undefined
  })

  withBox('a contest of another district is refused, and the key stays unused', 2, async ({ box }) => {
    assert.deepEqual(await box.cast([ballot(1, NORTH_ONLY)], null), ['unknown-contest'])
    const [north, south] = await box.cast([ballot(0, NORTH_ONLY), ballot(1)], null)
    assert.ok(isRecorded(north) && isRecorded(south))
    return undefined
  })

  withBox(
    'while voting is not open new ballots are refused, and recorded ones are still returned',
    2,
    async ({ box }) => {
      assert.deepEqual(await box.cast([ballot(0)], 'polls-not-open'), ['polls-not-open'])
      const [first] = await box.cast([ballot(0, ADA, 'attempt')], null)
      assert.deepEqual(await box.cast([ballot(0, ADA, 'attempt'), ballot(0), ballot(1)], 'polls-closed'), [
        first,
        'key-already-used',
        'polls-closed',
      ])
      return undefined
    },
  )

  withBox('a restart forgets nothing', 3, async (before) => {
    const [first] = await before.box.cast([ballot(0, GRACE, 'attempt'), ballot(1)], null)
    const after = await before.reopen()
    await after.settled?.()
    assert.deepEqual([after.box.keysUsed(), after.log.length(), await counted(after.log)], [2, 2, 2])
    assert.deepEqual(await after.box.cast([ballot(0, ADA, 'attempt'), ballot(1)], null), [
      first,
      'key-already-used',
    ])
    const [third] = await after.box.cast([ballot(2)], null)
    assert.ok(isRecorded(third))
    assert.equal(await counted(after.log), 3)
    return after
  })

  withBox('closing stores ballots under way and refuses later ones', 100, async ({ box }) => {
    const underWay = box.cast(
      Array.from({ length: 99 }, (_, i) => ballot(i)),
      null,
    )
    const closed = box.close()
    const late = box.cast([ballot(99)], null)
    assert.ok((await underWay).every(isRecorded))
    assert.deepEqual(await late, ['stopping'])
    await closed
    return undefined
  })

  withBox(
    'the roll has the district and use of every issued credential, and no other credential',
    5,
    async ({ box, roll }) => {
      await box.cast([ballot(1)], null)
      const found = await Promise.all([0, 1, 4, 5].map((voter) => roll.find(credentialOf(voter))))
      assert.deepEqual(found, [
        { district: 0, used: false },
        { district: 1, used: true },
        { district: 0, used: false },
        undefined,
      ])
      assert.deepEqual([...roll.eligible], [3, 2])
      return undefined
    },
  )

  /** One voter more than keys were issued. */
  const UNKNOWN = 7
  test(`${name}: any mix of casts obeys a model of one ballot per key`, async () => {
    const step = fc.record({
      voter: fc.integer({ min: 0, max: UNKNOWN }),
      grace: fc.boolean(),
      retry: fc.option(fc.constantFrom('a', 'b'), { nil: null }),
      open: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 8 }), async (batches) => {
        let under = await make(election, issued(UNKNOWN))
        const model = new Map<number, { retry: string | null; outcome: RecordedBallot }>()
        try {
          for (const [i, batch] of batches.entries()) {
            for (const { voter, grace, retry, open } of batch) {
              const [outcome] = await under.box.cast(
                [ballot(voter, grace ? GRACE : ADA, retry)],
                open ? null : 'polls-closed',
              )
              const spent = model.get(voter)
              if (voter === UNKNOWN) assert.equal(outcome, 'unknown-key')
              else if (spent && retry !== null && spent.retry === retry)
                assert.deepEqual(outcome, spent.outcome)
              else if (spent) assert.equal(outcome, 'key-already-used')
              else if (!open) assert.equal(outcome, 'polls-closed')
              else {
                assert.ok(isRecorded(outcome))
                model.set(voter, { retry, outcome })
              }
            }
            if (i === 2) under = await under.reopen()
            assert.equal(await counted(under.log), model.size)
            assert.equal(under.box.keysUsed(), model.size)
          }
        } finally {
          await under.dispose()
        }
      }),
      // A box is expensive and a step cheap, so there are few long runs.
      { numRuns: 6 },
    )
  })
}

/** The further promises of a ballot log that one process keeps. */
export function followedLogContract(
  name: string,
  make: (...of: Parameters<MakeBox>) => Promise<BoxUnderTest & { readonly log: FollowedLog }>,
): void {
  test(`${name}: the follower gets every ballot once, in log order, before its voter’s answer`, async () => {
    const { box, log, dispose } = await make(election, issued(500))
    try {
      const heard: string[] = []
      log.follow((ballots) => heard.push(...ballots.map(({ district, choices }) => `${district}${choices}`)))
      const casts = Array.from({ length: 50 }, (_, i) =>
        box
          .cast(
            Array.from({ length: 10 }, (_, j) => ballot(i * 10 + j, j % 3 ? ADA : GRACE)),
            null,
          )
          .then((outcomes) => {
            assert.ok(outcomes.every(isRecorded))
            assert.ok(heard.length >= 10)
          }),
      )
      await Promise.all(casts)
      assert.equal(heard.length, 500)
      assert.equal(await counted(log), 500)
    } finally {
      await dispose()
    }
  })
}
