import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import {
  CHALLENGE_BITS,
  CHALLENGE_S,
  hashedText,
  hasZeroBits,
  readChallenge,
  SOLUTION_HEADER,
} from '../core/access/challenge.ts'
import type { SharedCounts, WrongKeyCount } from '../ports/shared-counts.ts'
import { Challenges } from './challenges.ts'

const START_MS = Date.parse('2026-11-29T20:00:00Z')

/** A request from an address, with a solution if one is given. */
const request = (address: string, solution?: string): IncomingMessage =>
  ({ headers: { [SOLUTION_HEADER]: solution }, socket: { remoteAddress: address } }) as never

function solutionOf(challenge: string, isRight = true): string {
  const read = readChallenge(challenge)!
  for (let number = 0; ; number++) {
    const digest = hash('sha256', hashedText(read, number), 'buffer')
    if (hasZeroBits(digest, read.bits) === isRight) return `${challenge}.${number}`
  }
}

/** Servers that exchange their counts when `exchange` is called. */
function servers(many: number, secret = 'the same secret') {
  const clock = { nowMs: START_MS }
  const sent: [SharedCounts, WrongKeyCount][] = []
  const listeners = new Map<SharedCounts, (counts: readonly WrongKeyCount[]) => void>()
  const all = Array.from({ length: many }, () => {
    const counts: SharedCounts = {
      add: (kind, name, within) => void sent.push([counts, { kind, name, within, times: 1 }]),
      onLearned: (listener) => void listeners.set(counts, listener),
      state: () => ({ up: true, failures: 0, dropped: 0 }),
    }
    return new Challenges({
      networkOf: ({ socket }) => socket.remoteAddress!,
      nowMs: () => clock.nowMs,
      shared: { counts, secret },
    })
  })
  const exchange = () => {
    for (const [from, count] of sent.splice(0))
      for (const [counts, listener] of listeners) if (counts !== from) listener([count])
  }
  const tell = (count: WrongKeyCount) => {
    for (const listener of listeners.values()) listener([count])
  }
  return { all, clock, exchange, tell }
}

const fate = (challenges: Challenges, ...asked: Parameters<typeof request>): string => {
  const before = new Map(challenges.fates())
  const passed = challenges.passes(request(...asked))
  const [what] = [...challenges.fates()].find(([name, times]) => times !== (before.get(name) ?? 0)) ?? [
    'none',
  ]
  assert.equal(passed, what === 'passed')
  return what
}

test('a solution passes once, from the address that requested the challenge, before it expires', () => {
  const { all, clock } = servers(1)
  const [one] = all as [Challenges]
  const solution = solutionOf(one.make(request('198.51.100.7')))
  assert.equal(fate(one, '203.0.113.9', solution), 'wrong')
  assert.equal(fate(one, '198.51.100.7', solution), 'passed')
  assert.equal(fate(one, '198.51.100.7', solution), 'used')
  assert.equal(fate(one, '198.51.100.7'), 'none')
  const late = solutionOf(one.make(request('198.51.100.7')))
  clock.nowMs += CHALLENGE_S * 1000 + 1000
  assert.equal(fate(one, '198.51.100.7', late), 'wrong')
})

test('a forged solution is refused: later expiry, easier, another key, unsolved or malformed', () => {
  const { all } = servers(1)
  const [one] = all as [Challenges]
  const from = '198.51.100.7'
  const challenge = one.make(request(from))
  const solution = solutionOf(challenge)
  const [, expires, nonce, mac] = challenge.split('.') as [string, string, string, string]
  const forged = [
    solutionOf(challenge, false),
    solutionOf(`1.${expires}.${nonce}.${mac}`),
    solutionOf(`${CHALLENGE_BITS}.${Number(expires) + 60}.${nonce}.${mac}`),
    solutionOf(`${CHALLENGE_BITS}.${expires}.${'A'.repeat(16)}.${mac}`),
    solutionOf(servers(1, 'another secret').all[0]!.make(request(from))),
    challenge,
    `${solution}0`,
    `${solution}.1`,
    ` ${solution}`,
    '',
    '.',
    'x'.repeat(10_000),
  ]
  for (const text of forged) assert.equal(fate(one, from, text), 'wrong', text.slice(0, 80))
  assert.equal(fate(one, from, solution), 'passed')
})

test('a challenge of one server is valid at another, and once among all of them', () => {
  const { all, exchange } = servers(2)
  const [one, two] = all as [Challenges, Challenges]
  const solution = solutionOf(one.make(request('198.51.100.7')))
  assert.equal(fate(two, '198.51.100.7', solution), 'passed')
  exchange()
  assert.equal(fate(one, '198.51.100.7', solution), 'used')
  assert.equal(fate(two, '198.51.100.7', solution), 'used')
})

test('memory of used solutions is bounded: while it is full no solution passes, and it empties again', () => {
  const { all, clock, tell } = servers(1)
  const [one] = all as [Challenges]
  const from = '198.51.100.7'
  for (let i = 0; i < 25_000; i++) tell({ kind: 'used', name: `M${i}`, within: '', times: 1 })
  assert.equal(fate(one, from, solutionOf(one.make(request(from)))), 'no-room')
  clock.nowMs += 2 * CHALLENGE_S * 1000
  const solution = solutionOf(one.make(request(from)))
  assert.equal(fate(one, from, solution), 'passed')
  assert.equal(fate(one, from, solution), 'used')
})
