/**
 * Witnesses of every temper, storage that fails, time moved by hand: what is kept is always true
 * and never goes back.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HASHER, testKey, verifyEd25519 } from '../../../test/log-keys.ts'
import { type Checkpoint, parseCheckpoint } from '../../core/tlog/checkpoint.ts'
import { cosign, verifyCosignatures } from '../../core/tlog/cosignature.ts'
import { leafHash } from '../../core/tlog/merkle.ts'
import { verifyConsistency } from '../../core/tlog/merkle-proof.ts'
import { formatSignature, parseNote } from '../../core/tlog/note.ts'
import { COSIGNATURE, formatVerifierKey } from '../../core/tlog/note-key.ts'
import { signedCheckpoint } from '../../core/tlog/signed-checkpoint.ts'
import { tilePath } from '../../core/tlog/tile.ts'
import { tileBuilder } from '../../core/tlog/tile-builder.ts'
import { utf8Bytes } from '../../core/tlog/utf8.ts'
import { parseAddCheckpoint, SIZE_CONTENT_TYPE } from '../../core/tlog/witness.ts'
import { NoAnswer, type Witness, type WitnessedStore, type WitnessReply } from '../../ports/witness.ts'
import { witnessing } from './witness.ts'

const LOG = testKey('log.example', new Uint8Array(32).fill(1))
const IDENTITY = { origin: 'log.example', verifierKey: formatVerifierKey(LOG.key), sign: LOG.sign }
const settle = async () => {
  for (let i = 0; i < 60; i++) await Promise.resolve()
}

/** Time, moved by hand. */
function clockwork() {
  let nowMs = 0
  const due = new Map<object, { atMs: number; call: () => void }>()
  return {
    timer: {
      elapsedMs: () => nowMs,
      after: (delayMs: number, call: () => void) => {
        const handle = {}
        due.set(handle, { atMs: nowMs + delayMs, call })
        return () => void due.delete(handle)
      },
    },
    advance: async (byMs: number) => {
      const endMs = nowMs + byMs
      for (;;) {
        await settle()
        const next = [...due].filter(([, { atMs }]) => atMs <= endMs).sort((a, b) => a[1].atMs - b[1].atMs)[0]
        if (next === undefined) break
        due.delete(next[0])
        nowMs = Math.max(nowMs, next[1].atMs)
        next[1].call()
      }
      nowMs = endMs
      await settle()
    },
  }
}

type Clockwork = ReturnType<typeof clockwork>

/** Files in memory; writes fail while `failing`. */
function memoryLog() {
  const files = new Map<string, Uint8Array>()
  const notes = new Map<string, string>()
  const history: { name: string; note: string }[] = []
  const builder = tileBuilder(HASHER, (tile, bytes) => void files.set(tilePath(tile), bytes.slice()))
  const log = { failing: false }
  let writes = 0
  const put = async (name: string, note: string) => {
    // Now sooner, now later: who does not wait for one write is overtaken by the next.
    for (let turns = (writes++ * 7) % 23; turns > 0; turns--) await Promise.resolve()
    if (log.failing) throw new Error('the disk is full')
    notes.set(name, note)
    history.push({ name, note })
  }
  const store: WitnessedStore = {
    read: async (path) => files.get(path),
    checkpoint: async () => notes.get('checkpoint'),
    writeCheckpoint: (note) => put('checkpoint', note),
    witnessed: async () => notes.get('witnessed'),
    writeWitnessed: (note) => put('witnessed', note),
  }
  return Object.assign(log, {
    store,
    history,
    note: (name: string) => notes.get(name),
    grow: (leaves: number): string => {
      for (let i = 0; i < leaves; i++) builder.append(leafHash(HASHER, utf8Bytes(`${builder.size()}`)))
      for (const { tile, bytes } of builder.partials()) files.set(tilePath(tile), bytes.slice())
      return signedCheckpoint(HASHER.sha256, IDENTITY, { size: builder.size(), root: builder.root() })
    },
  })
}

type Temper = 'good' | 'down' | 'garbage' | 'wrong' | 'forgets'

/** A witness that checks what the specification has it check; it answers after `delayMs`. */
function simulated(seed: number, clock: Clockwork) {
  const { key, sign } = testKey(`w${seed}.example`, new Uint8Array(32).fill(seed), COSIGNATURE)
  let seen: Checkpoint | undefined
  const state = { temper: 'good' as Temper, delayMs: 0, open: 0, most: 0 }
  const answer = (request: string): WitnessReply => {
    const { oldSize, proof, checkpoint } = parseAddCheckpoint(request)
    const { text } = parseNote(checkpoint)
    const next = parseCheckpoint(text)
    if (state.temper === 'down') throw new NoAnswer('refused')
    if (state.temper === 'garbage') return { status: 200, contentType: '', body: 'hello' }
    if (state.temper === 'forgets') seen = undefined
    const size = seen?.size ?? 0
    if (oldSize !== size) return { status: 409, contentType: SIZE_CONTENT_TYPE, body: `${size}\n` }
    if (seen !== undefined) {
      const holds = verifyConsistency(HASHER, size, next.size, proof, seen.root, next.root)
      if (!holds) return { status: 422, contentType: '', body: 'inconsistent' }
    }
    seen = next
    const signed = cosign(text, key, 1_800_000_000, state.temper === 'wrong' ? LOG.sign : sign)
    return { status: 200, contentType: '', body: formatSignature(signed) }
  }
  const witness: Witness = {
    key,
    addCheckpoint: async (request) => {
      state.most = Math.max(state.most, ++state.open)
      const { promise, resolve } = Promise.withResolvers<void>()
      clock.timer.after(state.delayMs, resolve)
      await promise
      state.open--
      return answer(request)
    },
  }
  return Object.assign(state, { witness, key })
}

const sizeIn = (note: string) => parseCheckpoint(parseNote(note).text).size

function world(witnesses: number, quorum: number) {
  const clock = clockwork()
  const log = memoryLog()
  const all = Array.from({ length: witnesses }, (_, i) => simulated(10 + i, clock))
  const keys = all.map(({ key }) => key)
  const goodIn = (note: string) => {
    const { good, bad } = verifyCosignatures(parseNote(note), keys, verifyEd25519)
    assert.equal(bad, undefined, 'a wrong cosignature was kept')
    return good.length
  }
  const problems: string[] = []
  const open = () =>
    witnessing({
      ...{ witnesses: all.map(({ witness }) => witness), quorum, store: log.store, log: IDENTITY },
      ...{ hasher: HASHER, verify: verifyEd25519, timer: clock.timer, onChange: () => {} },
      onProblem: (_name, problem) => problems.push(problem),
    })
  return { clock, log, all, goodIn, open, problems }
}

const tempers = fc.constantFrom<Temper>('good', 'down', 'garbage', 'wrong', 'forgets')
const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('grow' as const), leaves: fc.integer({ min: 1, max: 300 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ do: fc.constant('become' as const), who: fc.nat(2), temper: tempers },
      delayMs: fc.constantFrom(0, 300, 3_000, 20_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), failing: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
)

test('whatever happens, checkpoints only grow, what is kept holds, and in the end all have cosigned', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 30 }),
      fc.integer({ min: 1, max: 3 }),
      async (events, quorum) => {
        const { clock, log, all, goodIn, open } = world(3, quorum)
        let one = open()
        await one.store.writeCheckpoint(log.grow(1))
        await one.begin()
        let last = 1
        const publish = async (note: string) => {
          await one.store.writeCheckpoint(note).then(
            () => {
              last = sizeIn(note)
            },
            () => assert.ok(log.failing),
          )
        }
        for (const each of events) {
          if (each.do === 'grow') await publish(log.grow(each.leaves))
          else if (each.do === 'become')
            Object.assign(all[each.who]!, { temper: each.temper, delayMs: each.delayMs })
          else if (each.do === 'wait') await clock.advance(each.ms)
          else if (each.do === 'disk') log.failing = each.failing
          else {
            await one.stop()
            await clock.advance(60_000)
            one = open()
            await one.begin().catch(() => assert.ok(log.failing))
          }
        }
        log.failing = false
        for (const each of all) Object.assign(each, { temper: 'good', delayMs: 10 })
        await one.begin()
        await publish(log.grow(1))
        await clock.advance(300_000)

        for (const name of ['checkpoint', 'witnessed']) {
          const notes = log.history.filter((written) => written.name === name).map(({ note }) => note)
          for (const [i, note] of notes.entries()) {
            if (i > 0) assert.ok(sizeIn(note) >= sizeIn(notes[i - 1]!), `${name} went back`)
            if (name === 'witnessed') assert.ok(goodIn(note) >= quorum)
            else goodIn(note)
          }
        }
        for (const name of ['checkpoint', 'witnessed']) {
          assert.equal(sizeIn(log.note(name)!), last, name)
          assert.equal(goodIn(log.note(name)!), 3, name)
        }
        assert.equal(one.witnessed(), last)
        assert.deepEqual(
          one.states().map(({ size, problem }) => [size, problem]),
          all.map(() => [last, null]),
        )
        for (const each of all) assert.ok(each.most <= 1, 'two requests at once')
        await one.stop()
      },
    ),
    { numRuns: 60 },
  )
})

test('witnesses of different speed cosign the same checkpoints while the log grows', async () => {
  const { clock, log, all, goodIn, open } = world(2, 2)
  Object.assign(all[0]!, { delayMs: 2_100 })
  Object.assign(all[1]!, { delayMs: 3_700 })
  const one = open()
  await one.begin()
  for (let i = 0; i < 80; i++) {
    await one.store.writeCheckpoint(log.grow(3))
    await clock.advance(500)
  }
  const both = log.history.filter(({ name }) => name === 'witnessed')
  assert.ok(both.length > 8, `only ${both.length}`)
  for (const { note } of both) assert.equal(goodIn(note), 2)
  await one.stop()
})

test('one that never answers costs the others one wait, not one per checkpoint', async () => {
  const { clock, log, all, open } = world(2, 1)
  Object.assign(all[1]!, { delayMs: 10_000, temper: 'down' })
  const one = open()
  await one.begin()
  for (let i = 0; i < 60; i++) {
    await one.store.writeCheckpoint(log.grow(1))
    await clock.advance(1_000)
  }
  const witnessed = log.history.filter(({ name }) => name === 'witnessed').length
  assert.ok(witnessed >= 60 - 6, `only ${witnessed} of 60`)
  await one.stop()
})

test('a log put back from older data is told apart from one that grew', async () => {
  const before = world(1, 1)
  const first = before.open()
  await first.store.writeCheckpoint(before.log.grow(9))
  await first.begin()
  await before.clock.advance(1_000)
  assert.equal(first.states()[0]!.size, 9)
  await first.stop()
  const restored = memoryLog()
  const problems: string[] = []
  const second = witnessing({
    ...{ witnesses: [before.all[0]!.witness], quorum: 1, store: restored.store, log: IDENTITY },
    ...{ hasher: HASHER, verify: verifyEd25519, timer: before.clock.timer, onChange: () => {} },
    onProblem: (_name, problem) => problems.push(problem),
  })
  await second.store.writeCheckpoint(restored.grow(5))
  await second.begin()
  await before.clock.advance(500)
  assert.deepEqual(problems, ['ahead'])
  assert.equal(second.states()[0]!.problem, 'ahead')
  await second.stop()
})
