/**
 * Tests the warm-up votes before the first voter's: they take the whole path and leave nothing
 * behind.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ballotRules } from '../core/election/choices.ts'
import { electionFrom } from '../core/election/definition.ts'
import type { ServedElection } from './served-election.ts'
import { warmUp } from './warm-up.ts'

const election = electionFrom({
  id: 'warm',
  title: 'Warm',
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
})

/** An election with this many voters that must get no vote, and the keys that were looked up. */
function served(voters: number, changes: Partial<ServedElection> = {}) {
  const keys = new Set<string>()
  const one = {
    election,
    rules: ballotRules(election),
    cast: () => assert.fail('a warm-up vote reached the ballot box'),
    ballotStyle: async (personalId: string, guid: string) => {
      keys.add(`${personalId} ${guid}`)
      return 'unknown-key'
    },
    roll: { eligible: Float64Array.of(voters) },
    pipeline: null,
    ...changes,
  } as unknown as ServedElection
  return { one: { byId: new Map([[election.id, one]]), default: one }, keys }
}

test('every request has another key and is answered, and none reaches the ballot box', async () => {
  const { one, keys } = served(1_000_000)
  await warmUp(one)
  // As many as two seconds allow: at least one round of all connections.
  assert.ok(keys.size >= 64, `${keys.size} keys were looked up`)
})

test('a small election does not wait, and a cluster’s engines get no requests', async () => {
  for (const { one, keys } of [served(40_000), served(1_000_000, { pipeline: () => ({}) as never })]) {
    await warmUp(one)
    assert.equal(keys.size, 0)
  }
})

test('a look-up that never ends or fails does not delay the server’s start', async () => {
  await Promise.all([
    warmUp(served(1_000_000, { ballotStyle: () => new Promise(() => {}) }).one),
    warmUp(served(1_000_000, { ballotStyle: () => Promise.reject(new Error('no disk')) }).one),
  ])
})
