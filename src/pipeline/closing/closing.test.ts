/**
 * The end of voting, step by step, with a process that ends at each step and another that
 * continues.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Phase } from '../../core/election/phase.ts'
import { type ClosingPorts, type ClosingStage, closing } from './closing.ts'
import { emptyOutbox } from './outbox.ts'

class Crash extends Error {}

const STEPS = ['refuse', 'others', 'quiet', 'was-closed', 'end', 'forget', 'certification'] as const
type Step = (typeof STEPS)[number]

/** What outlives a process, and the faults to come. */
class World {
  nowMs = 10_000
  phase: Phase = 'closed'
  refused = false
  /** Looks until the last ballot is stored. */
  underWay = 2
  /** Looks until the close of voting is stored. */
  unstored = 1
  log: 'open' | 'closed' = 'open'
  /** Refusals before the close is accepted. */
  refusals = 0
  forgotten = false
  certified = false
  readonly ends: { keysUsed: number; atMs: number }[] = []
  readonly done: Step[] = []
  readonly troubles: unknown[] = []
  /** Where the process ends next, before or after the step. */
  crash: { readonly step: Step; readonly when: 'before' | 'after' } | undefined
  crashed = false

  ports(changes: Partial<ClosingPorts> = {}): ClosingPorts {
    this.crashed = false
    return {
      phase: () => this.phase,
      ballots: {
        refuse: () =>
          this.#step('refuse', () => {
            this.refused = true
          }),
        othersAreStored: () => this.#step('others', () => this.underWay-- <= 0),
        quiet: () => this.#step('quiet', () => {}),
        keysUsed: () => 47,
        forget: () =>
          this.#step('forget', () => {
            this.forgotten = true
          }),
      },
      polls: { wasClosed: () => this.#step('was-closed', () => this.unstored-- <= 0) },
      isLogClosed: () => this.log === 'closed',
      publisher: { end: (counted) => this.#step('end', () => this.#end(counted)) },
      certification: () =>
        this.#step('certification', () => {
          this.certified = true
        }),
      clock: { nowMs: () => this.nowMs },
      onTrouble: (cause) => this.troubles.push(cause),
      ...changes,
    }
  }

  #end(counted: { keysUsed: number; atMs: number }): 'closed' | 'refused' {
    assert.ok(this.refused && this.underWay < 0 && this.unstored < 0, 'the log ends last')
    this.ends.push(counted)
    if (this.refusals-- > 0) return 'refused'
    this.log = 'closed'
    return 'closed'
  }

  /** A process that has ended does nothing more: its promises never settle. */
  async #step<T>(step: Step, work: () => T): Promise<T> {
    if (this.crashed) return new Promise(() => {})
    this.#crashAt(step, 'before')
    const result = work()
    this.done.push(step)
    this.#crashAt(step, 'after')
    return result
  }

  #crashAt(step: Step, when: 'before' | 'after'): void {
    if (this.crash?.step !== step || this.crash.when !== when) return
    this.crash = undefined
    this.crashed = true
    throw new Crash(`${when} ${step}`)
  }
}

/**
 * Looks until the log is closed and its certification was looked for; a crashed process is replaced
 * by another.
 */
async function untilClosed(world: World, most = 20): Promise<ClosingStage[]> {
  const stages: ClosingStage[] = []
  let process = closing(world.ports())
  for (let looks = 0; looks < most; looks++) {
    const stage = await process.look().catch((cause) => {
      assert.ok(cause instanceof Crash, String(cause))
      return undefined
    })
    for (let turns = 0; turns < 10; turns++) await Promise.resolve()
    if (world.crashed) process = closing(world.ports())
    else if (stage !== undefined && stages.at(-1) !== stage) stages.push(stage)
    if (stage === 'closed' && world.crash === undefined && world.certified && world.forgotten) return stages
  }
  assert.fail(`still ${stages.at(-1)} after ${most} looks: ${world.done.join(' ')}`)
}

test('the steps come in order, and the log ends once', async () => {
  const world = new World()
  assert.deepEqual(await untilClosed(world), ['last-ballots', 'ending', 'closed'])
  const firsts = world.done.filter((step, i) => world.done.indexOf(step) === i)
  assert.deepEqual(firsts.slice(0, 5), STEPS.slice(0, 5))
  assert.deepEqual(firsts.slice(5).sort(), ['certification', 'forget'], 'at the same time')
  assert.deepEqual(world.ends, [{ keysUsed: 47, atMs: 10_000 }])
  assert.deepEqual(world.troubles, [])
})

for (const step of STEPS)
  for (const when of ['before', 'after'] as const)
    test(`a process that ends ${when} ${step} is replaced by one that reaches the same end`, async () => {
      const world = new World()
      world.crash = { step, when }
      await untilClosed(world)
      assert.equal(world.crash, undefined, 'it reached that step')
      assert.equal(world.log, 'closed')
      assert.equal(world.ends.length, 1, 'a process that finds the log closed does not end it again')
    })

test('nothing happens before voting has ended', async () => {
  const world = new World()
  for (const phase of ['not-open', 'open'] as const) {
    world.phase = phase
    assert.equal(await closing(world.ports()).look(), 'voting')
  }
  assert.deepEqual(world.done, [])
})

test('a refused close is requested again after 30 seconds', async () => {
  const world = new World()
  Object.assign(world, { underWay: 0, unstored: 0, refusals: 1 })
  const { look } = closing(world.ports())
  const lookAt = async (nowMs: number) => {
    world.nowMs = nowMs
    await look()
    await new Promise(setImmediate)
    return world.ends.length
  }
  assert.deepEqual([await lookAt(0), await lookAt(29_999), await lookAt(30_000)], [1, 1, 2])
  assert.equal(await look(), 'closed')
})

test('the close is not requested twice while the publisher works on it', async () => {
  const world = new World()
  Object.assign(world, { underWay: 0, unstored: 0 })
  let requested = 0
  const publisher = {
    end: () => {
      requested++
      return new Promise<'closed'>(() => {})
    },
  }
  const { look } = closing(world.ports({ publisher }))
  for (let looks = 0; looks < 3; looks++) {
    assert.equal(await look(), 'ending')
    await new Promise(setImmediate)
  }
  assert.equal(requested, 1)
})

test('a storage failure is reported, and the step repeated', async () => {
  const world = new World()
  Object.assign(world, { underWay: 0, unstored: 0 })
  const failures = ['disk full']
  const { wasClosed } = world.ports().polls
  const polls = {
    wasClosed: async () => {
      const failure = failures.pop()
      if (failure !== undefined) throw new Error(failure)
      return wasClosed()
    },
  }
  const { look } = closing(world.ports({ polls }))
  for (let looks = 0; looks < 3; looks++) {
    await look()
    await new Promise(setImmediate)
  }
  assert.deepEqual(world.troubles.map(String), ['Error: disk full'])
  assert.equal(await look(), 'closed')
})

test('if another process publishes, this one refuses ballots and waits', async () => {
  const world = new World()
  const { look } = closing(world.ports({ publisher: null, certification: null }))
  assert.equal(await look(), 'ending')
  assert.deepEqual(world.done, ['refuse'])
  world.log = 'closed'
  assert.equal(await look(), 'closed')
  assert.deepEqual(world.done, ['refuse', 'refuse', 'forget'])
})

test('a certification is noticed while the keys’ storage is unavailable', async () => {
  const world = new World()
  world.log = 'closed'
  const away = async () => {
    throw new Error('Redis is unavailable')
  }
  const { look } = closing(world.ports({ ballots: { ...world.ports().ballots, refuse: away } }))
  await assert.rejects(look(), /Redis is unavailable/)
  assert.ok(world.certified)
})

test('an outbox counts as empty after it had no reservation for the longest delivery time', async () => {
  const world = { elapsedMs: 0, reserved: 1, loaded: true, ended: 0 }
  const isEmpty = emptyOutbox({
    keys: {
      count: async () => ({ used: 3, reserved: world.reserved, loaded: world.loaded }),
      endVoting: async () => {
        world.ended++
      },
    },
    longestOnTheWayMs: 100,
    elapsedMs: () => world.elapsedMs,
  })
  const at = (elapsedMs: number, changes: Partial<typeof world> = {}) => {
    Object.assign(world, { elapsedMs, ...changes })
    return isEmpty()
  }
  assert.equal(await at(0), false)
  assert.equal(await at(500, { reserved: 0 }), false)
  assert.equal(await at(599), false)
  assert.equal(await at(600, { reserved: 1 }), false, 'one more')
  assert.equal(await at(610, { reserved: 0, loaded: false }), false, 'the keys are being loaded')
  assert.equal(await at(620, { loaded: true }), false)
  assert.equal(world.ended, 0)
  assert.equal(await at(720), true)
  assert.equal(world.ended, 1)
})
