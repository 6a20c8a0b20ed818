/** Planted faults: each one is found by the assertion that is named for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { correcting } from './corrections.ts'
import { course } from './course.ts'
import type { Assertion, Fault, Faults } from './faults.ts'
import { logOf, verified } from './public-log.ts'
import { restoring } from './restore.ts'
import { advantage, type Breach, breaches, measure } from './secrecy.ts'
import { clusterBreaches, holds, seeds } from './shown.ts'

type Look = (seed: number, faults: Faults) => readonly Breach[] | Promise<readonly Breach[]>

interface Found {
  readonly by: Assertion
  readonly look: Look
  /** The number of seeds within which it must be found. */
  readonly within: number
}

const live: Look = (seed, faults) => breaches(course({ seed, k: 5, voters: 80, results: 'live', faults }))
const verifier =
  (results: 'live' | 'after-close'): Look =>
  (seed, faults) =>
    verified(logOf(course({ seed, k: 5, voters: 80, results, faults })))

/**
 * The observer over several courses.
 * @param bound the greatest advantage with an honest publisher in this setting
 */
const observer =
  (
    k: number,
    voters: number,
    courses: number,
    bound: number,
    results: 'live' | 'after-close' = 'live',
  ): Look =>
  (seed, faults) => {
    const some = Array.from({ length: courses }, (_, i) => seed * 1000 + i)
    const { strategy, perVote } = advantage(measure({ k, voters, results, faults }, some), 0)
    const detail = `${perVote.toFixed(3)} per vote by “${strategy}”, over ${bound}`
    return perVote <= bound ? [] : [{ assertion: 'observer-advantage', detail }]
  }

/** Each fault, and everything that must find it. */
const TABLE: Readonly<Record<Fault, readonly Found[]>> = {
  oneByOne: [
    { by: 'observer-advantage', look: observer(10, 160, 10, 0.05), within: 1 },
    { by: 'published-otherwise', look: live, within: 1 },
    { by: 'verify', look: verifier('live'), within: 1 },
  ],
  looksAtChoices: [{ by: 'choices-move-something', look: live, within: 40 }],
  orderOfArrival: [
    { by: 'observer-advantage', look: observer(10, 160, 10, 0.01, 'after-close'), within: 1 },
    { by: 'order-says-arrival', look: live, within: 1 },
    { by: 'verify', look: verifier('after-close'), within: 1 },
  ],
  drawnForGood: [{ by: 'observer-advantage', look: observer(5, 600, 8, 0.1), within: 1 }],
  countsBesideLog: [{ by: 'figure-of-no-checkpoint', look: live, within: 1 }],
  swapsNames: [{ by: 'correction-confuses', look: correcting, within: 5 }],
  staleGateway: [{ by: 'withdrawal-unproved', look: clusterBreaches, within: 10 }],
  resurrectsKeys: [{ by: 'counted-twice', look: clusterBreaches, within: 60 }],
  keyBeforeVoid: [{ by: 'counted-twice', look: clusterBreaches, within: 20 }],
  addsLeaf: [{ by: 'roll-update-invalid', look: clusterBreaches, within: 10 }],
  restoredBoxVotes: [{ by: 'acknowledged-twice', look: restoring, within: 5 }],
  overtakesBallots: [{ by: 'acknowledged-not-counted', look: clusterBreaches, within: 80 }],
  unfencedLeader: [{ by: 'log-forked', look: clusterBreaches, within: 60 }],
}

for (const [fault, ways] of Object.entries(TABLE))
  for (const { by, look, within } of ways)
    test(`${fault} is found by ${by}`, async (t) => {
      const among = Array.from({ length: within }, (_, i) => i + 1)
      for (const seed of among) {
        const found = await look(seed, { [fault]: true })
        const breach = found.find(({ assertion }) => assertion === by)
        if (breach === undefined) continue
        t.diagnostic(`seed ${seed}: ${breach.detail}`)
        // Without the fault, the same seed breaks no assertion.
        holds(seed, await look(seed, {}))
        return
      }
      assert.fail(`${fault} was not found in ${within} seeds`)
    })

test('each corrected name stays with one option', () => {
  for (const seed of seeds(600)) holds(seed, correcting(seed, {}))
})

test('a ballot box restored from a copy acknowledges no second ballot for a key', () => {
  for (const seed of seeds(3000)) holds(seed, restoring(seed, {}))
})
