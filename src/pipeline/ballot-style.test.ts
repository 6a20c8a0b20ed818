/**
 * Ballot style: the district's contests alone, and the refusals of casting in the order of casting.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { electionFrom } from '../core/election/definition.ts'
import { type Phase, REFUSAL_IN } from '../core/election/phase.ts'
import type { Credential } from '../ports/digest.ts'
import { ballotStyleStep } from './ballot-style.ts'

const option = { id: 'yes', name: 'Yes' }
const election = electionFrom({
  id: 'e',
  title: 'E',
  opens_at: '2026-01-01T00:00:00Z',
  closes_at: '2026-01-02T00:00:00Z',
  results: 'live',
  districts: [
    { id: 'north', name: 'North' },
    { id: 'south', name: 'South' },
  ],
  contests: [
    { id: 'both', title: 'Both', options: [option] },
    { id: 'south-only', title: 'South', options: [option], districts: ['south'] },
    { id: 'north-only', title: 'North', options: [option], districts: ['north'] },
  ],
})
/** The credential is the text itself: who is on the roll can be read below. */
const on = (personalId: string) => `digital-elections/v1/credential\ne\n${personalId}\ng` as Credential
const districts = new Map([
  [on('ann'), 0],
  [on('bob'), 1],
  [on('used'), 1],
])
const at = (phase: Phase) =>
  ballotStyleStep({
    election,
    digest: { credential: (text) => text as Credential },
    refusal: () => REFUSAL_IN[phase],
    roll: {
      eligible: new Float64Array([1, 2]),
      find: async (credential) => {
        const district = districts.get(credential)
        return district === undefined ? undefined : { district, used: credential === on('used') }
      },
    },
  })

test('each voter gets the contests of their district, in the order of the definition', async () => {
  assert.deepEqual(await at('open')('ann', 'G'), { district: 'north', contests: ['both', 'north-only'] })
  assert.deepEqual(await at('open')('bob', 'g'), { district: 'south', contests: ['both', 'south-only'] })
})

test('refusals come in the order of casting: unknown key, used key, closed polls', async () => {
  for (const phase of ['not-open', 'open', 'closed'] as const) {
    assert.equal(await at(phase)('eve', 'g'), 'unknown-key')
    assert.equal(await at(phase)('ann', 'x'), 'unknown-key')
    assert.equal(await at(phase)('used', 'g'), 'key-already-used')
  }
  assert.equal(await at('not-open')('ann', 'g'), 'polls-not-open')
  assert.equal(await at('closed')('ann', 'g'), 'polls-closed')
})
