/**
 * Several gateways, voters who retry there and elsewhere, lost calls, dying gateways, outages and
 * an emptied Redis, in an order that depends on a seed. Then the faults stop, and all counts must
 * agree.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeDigest, tagger } from '../../src/adapters/node/digest.ts'
import { sealer, sealKeyOf } from '../../src/adapters/node/sealer.ts'
import type { Choices } from '../../src/core/election/choices.ts'
import { electionFrom } from '../../src/core/election/definition.ts'
import { parseVoteRecord } from '../../src/core/log/vote-record.ts'
import { clusterBox } from '../../src/pipeline/cluster-box/box.ts'
import type { ClusterBox } from '../../src/pipeline/cluster-box/box-contract.ts'
import { rebuildKeys } from '../../src/pipeline/votes/rebuild-keys.ts'
import type { CastOutcome } from '../../src/ports/ballot-box.ts'
import type { Credential } from '../../src/ports/digest.ts'
import { openElectionFile } from '../server.ts'
import {
  simulatedAppend,
  simulatedKeys,
  simulatedLoading,
  simulatedReader,
  stores,
  type World,
  world,
} from './simulated-world.ts'

const OPTIONS = 500
const election = electionFrom(
  openElectionFile({
    contests: [
      {
        id: 'mayor',
        title: 'Mayor',
        options: Array.from({ length: OPTIONS }, (_, i) => ({ id: `o${i}`, name: `Option ${i}` })),
      },
    ],
  }),
)
const digest = nodeDigest()
const secret = new Uint8Array(32).fill(7)
const seal = sealer(sealKeyOf(secret))
const tagOf = tagger(secret)
const VOTERS = 12
const credentialOf = (voter: number) => digest.credential(`voter ${voter}`) as Credential
const issued = Array.from({ length: VOTERS }, (_, voter) => ({
  tag: tagOf(credentialOf(voter)),
  district: voter % 2,
}))

interface SimulatedGateway {
  readonly box: ClusterBox
  alive: boolean
}

/** A ballot that somebody cast; its choices are unique, so that the log shows which one it is. */
interface CastLine {
  readonly voter: number
  readonly choices: string
  readonly retryMark: string | null
  outcome: CastOutcome | undefined
}

async function run(seed: number, keepRedis: boolean): Promise<void> {
  const sim = world(seed)
  const held = stores()
  const gateways: SimulatedGateway[] = []
  const lines: CastLine[] = []
  let conflicts = 0
  let nonces = 0

  const rebuild = (first: boolean) =>
    rebuildKeys({
      election,
      seal,
      keys: simulatedKeys({ ...sim, trouble: 0 } as World, held, () => true),
      loading: simulatedLoading(held),
      append: first ? null : simulatedAppend({ ...sim, trouble: 0 } as World, held, () => true),
      reader: simulatedReader(held),
      end: null,
      issued: VOTERS,
      roll: (async function* () {
        yield issued
      })(),
      closed: held.closed,
      clock: { nowMs: sim.nowMs },
      timer: sim.timer,
    })
  /** Rebuilds like an operator: if an engine fails meanwhile, it tries again. */
  const untilRebuilt = async (): Promise<void> => {
    for (let done = false; !done; )
      try {
        await rebuild(false)
        done = true
      } catch {
        await new Promise<void>((resolve) => sim.at(500, resolve))
      }
  }
  const open = (): void => {
    const gateway = { alive: true } as SimulatedGateway
    const isAlive = () => gateway.alive
    const timer = {
      elapsedMs: sim.nowMs,
      after: (delayMs: number, call: () => void) => sim.at(delayMs, () => isAlive() && call()),
    }
    const box = clusterBox({
      election,
      keys: simulatedKeys(sim, held, isAlive),
      append: simulatedAppend(sim, held, isAlive),
      tagOf,
      digest: { nonceHex: () => (nonces++ * 2_654_435_761).toString(16).padStart(32, '0').slice(-32) },
      seal,
      clock: { nowMs: sim.nowMs },
      timer,
      onConflict: () => {
        conflicts++
      },
      answerWithinMs: 2_500,
      sweepAfterMs: 3_000,
      sweepEveryMs: 400,
    })
    gateways.push(Object.assign(gateway, { box }))
  }
  const living = () => gateways.filter(({ alive }) => alive)
  const cast = (line: CastLine, closed: boolean): void => {
    const { box } = living()[Math.floor(sim.chance() * living().length)]!
    lines.push(line)
    const ballot = {
      credential: credentialOf(line.voter),
      marked: { choices: line.choices as Choices, districts: null },
      retryMark: line.retryMark,
    }
    box.cast([ballot], closed ? 'polls-closed' : null).then(([outcome]) => {
      line.outcome = outcome
    })
  }

  await sim.until(rebuild(true))
  open()
  open()
  sim.trouble = 0.15
  const RUN_MS = 15_000
  for (let i = 0; i < 60; i++)
    sim.at(sim.chance() * RUN_MS, () => {
      const voter = Math.floor(sim.chance() * VOTERS)
      const before = lines.filter((line) => line.voter === voter && line.retryMark !== null)
      const again = before[Math.floor(sim.chance() * before.length)]
      const retryMark =
        again && sim.chance() < 0.5
          ? again.retryMark
          : sim.chance() < 0.3
            ? null
            : String(lines.length).padStart(16, '-')
      cast(
        { voter, choices: `[[${lines.length}]]`, retryMark, outcome: undefined },
        sim.nowMs() > 0.8 * RUN_MS,
      )
    })
  for (let i = 0; i < 3; i++)
    sim.at(sim.chance() * RUN_MS, () => {
      living()[0]!.alive = false
      open()
    })
  const outage = (which: 'redisUp' | 'kafkaUp') =>
    sim.at(sim.chance() * RUN_MS, () => {
      held[which] = false
      sim.at(sim.chance() * 4_000, () => {
        held[which] = true
      })
    })
  outage('redisUp')
  outage('kafkaUp')
  let rebuilding: Promise<unknown> = Promise.resolve()
  const everybodyCasts = () => {
    for (let voter = 0; voter < VOTERS; voter++)
      cast(
        {
          voter,
          choices: `[[${lines.length}]]`,
          retryMark: String(lines.length).padStart(16, '-'),
          outcome: undefined,
        },
        false,
      )
  }
  if (!keepRedis)
    sim.at(sim.chance() * 0.5 * RUN_MS, () => {
      // Ballots are under way when Redis loses everything, and their voters retry right after.
      sim.trouble = 0.4
      everybodyCasts()
      sim.at(sim.chance() * 200, () => {
        held.keys.clear()
        held.outbox.clear()
        held.ready = false
        sim.at(sim.chance() * 500, () => {
          rebuilding = untilRebuilt().then(() => {
            everybodyCasts()
            sim.trouble = 0.15
          })
        })
      })
    })
  await sim.until(new Promise<void>((resolve) => sim.at(RUN_MS + 5_000, resolve)))
  sim.trouble = 0
  held.redisUp = true
  held.kafkaUp = true
  await sim.until(rebuilding)
  await sim.until(living()[0]!.box.quiet())
  await sim.until(new Promise<void>((resolve) => sim.at(10_000, resolve)))

  const firstOf = new Map<string, string>()
  const inLog = new Map<string, Set<string>>()
  for (const { value } of held.log) {
    const record = parseVoteRecord(value)
    assert.ok(typeof record === 'object')
    if (!firstOf.has(record.tagHex)) firstOf.set(record.tagHex, record.choices)
    const all = inLog.get(record.tagHex) ?? new Set()
    inLog.set(record.tagHex, all.add(record.choices))
  }
  const hexOf = (voter: number) => Buffer.from(tagOf(credentialOf(voter)), 'latin1').toString('hex')
  for (const [tagHex, ballots] of inLog) assert.equal(ballots.size, 1, `one ballot of ${tagHex}`)
  assert.equal(conflicts, 0)
  assert.equal(held.late, 0)
  assert.equal(held.outbox.size, 0)
  for (const { voter, choices, retryMark, outcome } of lines) {
    const counted = firstOf.get(hexOf(voter))
    if (typeof outcome === 'object') {
      assert.equal(outcome.choices, counted, 'every acknowledged ballot is counted')
      if (outcome.choices !== choices)
        assert.ok(lines.some((line) => line.choices === counted && line.retryMark === retryMark))
    } else if (outcome !== undefined && outcome !== 'outcome-unknown') {
      assert.notEqual(choices, counted, `refused with ${outcome}, and in the log`)
      if (outcome === 'key-already-used') assert.ok(counted !== undefined)
    }
  }
  const used = [...held.keys.values()].filter(({ state }) => state === 'used').length
  assert.equal(used, firstOf.size, 'keys used = ballots')
  // Retries now get the true answer.
  sim.trouble = 0
  for (const line of [...lines]) {
    if (line.retryMark === null) continue
    const again: CastLine = { ...line, choices: `[[${lines.length}]]`, outcome: undefined }
    cast(again, true)
    await sim.until(new Promise<void>((resolve) => sim.at(500, resolve)))
    const counted = firstOf.get(hexOf(line.voter))
    const mine = lines.some(({ choices, retryMark }) => choices === counted && retryMark === line.retryMark)
    if (counted === undefined) assert.equal(again.outcome, 'polls-closed')
    else if (mine) assert.equal((again.outcome as { choices: string }).choices, counted)
    else assert.equal(again.outcome, 'key-already-used')
  }
  for (const gateway of gateways) gateway.alive = false
}

test('with any losses, deaths and delays: one ballot per key, every acknowledged one counted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1 }), (seed) => run(seed, true)),
    { numRuns: 150 },
  )
})

test('the same with a Redis that was emptied and rebuilt', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1 }), (seed) => run(seed, false)),
    { numRuns: 150 },
  )
})
