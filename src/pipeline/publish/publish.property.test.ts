/**
 * The publisher on storage that fails wherever it can: whatever is cut off, in whatever state it
 * restarts, the log never forks, no ballot is lost or doubled, and nothing is told that the release
 * rule holds back.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ed25519Verify } from '../../adapters/node/ed25519.ts'
import { newLogKey } from '../../adapters/node/log-signer.ts'
import { nodeTreeHasher } from '../../adapters/node/tree-hasher.ts'
import type { Choices } from '../../core/election/choices.ts'
import { electionFrom } from '../../core/election/definition.ts'
import { BrokenLog } from '../../core/log/broken-log.ts'
import { entryStarts, entryWriter } from '../../core/log/entry.ts'
import { publishedOf } from '../../core/log/group-release.ts'
import { formatRecord, type LogVersion, parseRecord } from '../../core/log/record.ts'
import type { PublishedBatch } from '../../core/tally/published-batch.ts'
import { parseCheckpoint } from '../../core/tlog/checkpoint.ts'
import { compactRange } from '../../core/tlog/compact-range.ts'
import { decodeBundle } from '../../core/tlog/entry-bundle.ts'
import { leafHash } from '../../core/tlog/merkle.ts'
import { parseNote } from '../../core/tlog/note.ts'
import { bundlePath, bundlesGrown, tilePath, tilesGrown } from '../../core/tlog/tile.ts'
import { tileBuilder } from '../../core/tlog/tile-builder.ts'
import { logRelease } from '../../organise/log-release.ts'
import type { BallotSource } from '../../ports/ballot-source.ts'
import { BatchTaken, type JournalBatch, type LogJournal } from '../../ports/log-journal.ts'
import type { LogStore } from '../../ports/log-store.ts'
import type { PublishDeps } from './deps.ts'
import { type ClosingTexts, openPublisher, type Publisher } from './publish.ts'
import { recheckLog } from './recheck.ts'

const hasher = nodeTreeHasher()
const { signer } = newLogKey('example.org/simulated')
const sha = (text: string) => createHash('sha256').update(text).digest('hex')
const bytesOf = (text: string) => new TextEncoder().encode(text)

interface Ballot {
  readonly district: number
  readonly choices: Choices
  readonly nonceHex: string
}

function election(results: 'live' | 'after-close', suppressBelow: number) {
  return electionFrom({
    id: 'simulated',
    title: 'Simulated',
    opens_at: '2020-01-01T00:00:00Z',
    closes_at: '2030-01-01T00:00:00Z',
    results,
    suppress_below: suppressBelow,
    districts: ['a', 'b', 'c'].map((id) => ({ id, name: id })),
    contests: [{ id: 'mayor', title: 'Mayor', options: ['x', 'y'].map((id) => ({ id, name: id })) }],
  })
}
/** District c is too small for entries to name it. */
const ISSUED = [1000, 1000, 1]

class Crash extends Error {}

/** Storage that survives crashes, and crashes when it is told to. */
function storage(nextCrash: () => number | undefined) {
  const ballots: Ballot[] = []
  const batches: JournalBatch[] = []
  const files = new Map<string, Uint8Array>()
  const notes: string[] = []
  let shown: string | undefined
  let calls = 0
  let crashAt = nextCrash()
  /** Whether this call, or only half of it, is the last thing that happens. */
  const crashes = (): 'before' | 'after' | undefined => {
    if (crashAt === undefined || calls++ < crashAt) return undefined
    calls = 0
    const half = crashAt % 2 === 0 ? 'before' : 'after'
    crashAt = nextCrash()
    return half
  }
  const step = (work: () => void, halfWork: () => void = () => {}): void => {
    const crash = crashes()
    if (crash === 'before') halfWork()
    else work()
    if (crash !== undefined) throw new Crash()
  }
  const source: BallotSource = {
    start: '0',
    read: async function* (from, to) {
      const end = to === null ? ballots.length : Number(to)
      for (let at = Number(from); at < end; at += 7) {
        step(() => {})
        const page = ballots.slice(at, Math.min(at + 7, end))
        yield {
          count: page.length,
          districts: page.map(({ district }) => district),
          choices: page.map(({ choices }) => choices),
          nonces: page.map(({ nonceHex }) => nonceHex).join(''),
          upTo: String(at + page.length),
        }
      }
    },
    countAfter: async (position) => ballots.length - Number(position),
  }
  const journal: LogJournal = {
    last: async () => batches.at(-1),
    ofSize: async (size) => batches.find((batch) => batch.size === size),
    batches: async function* (from) {
      yield* batches.slice(from)
    },
    records: async () => batches.filter(({ record }) => record !== null),
    append: async (batch) => {
      if (batch.number !== batches.length) throw new BatchTaken()
      step(() => batches.push(batch))
    },
  }
  const store: LogStore = {
    read: async (path) => files.get(path),
    write: async (written) => {
      assert.equal(new Set(written.map(({ path }) => path)).size, written.length, 'a path twice in one write')
      const put = (some: typeof written) => {
        for (const { path, bytes } of some) {
          const before = files.get(path)
          if (before)
            assert.deepEqual(Buffer.from(bytes), Buffer.from(before), `${path} was written with other bytes`)
          files.set(path, bytes)
        }
      }
      step(
        () => put(written),
        () => put(written.filter((_, i) => i % 2 === 0)),
      )
    },
    checkpoint: async () => shown,
    writeCheckpoint: async (note) =>
      step(() => {
        notes.push(note)
        shown = note
      }),
  }
  return {
    ...{ ballots, batches, files, notes, source, journal, store },
    loseCheckpoint: () => {
      shown = undefined
    },
    calm: () => {
      crashAt = undefined
    },
  }
}

type Storage = ReturnType<typeof storage>

interface Policy {
  readonly v: LogVersion
  readonly results: 'live' | 'after-close'
  readonly below: number
}

const SECRET = new Uint8Array(32).fill(3)

function depsFor(
  at: Storage,
  { v, results, below }: Policy,
  secret: Uint8Array | null = SECRET,
): PublishDeps {
  const one = election(results, below)
  return {
    source: at.source,
    journal: at.journal,
    store: at.store,
    signer,
    hasher,
    verify: ed25519Verify,
    entryStarts: entryStarts(one, ISSUED),
    release: logRelease({ election: one, issued: ISSUED, v, hasher, secret }),
    spill: async () => {
      let all = new Uint8Array(0)
      return {
        append: async (bytes) => {
          const at = all.length
          all = Uint8Array.from([...all, ...bytes])
          return at
        },
        read: async (at, length) => all.slice(at, at + length),
        close: async () => {},
      }
    },
    nowMs: () => at.batches.length * 1000,
    batchLimit: 20,
  }
}

const genesis = ({ v, results, below }: Policy) =>
  formatRecord({
    v,
    entry: 'genesis',
    election: 'simulated',
    log: signer.verifierKey,
    definitionSha256: sha('definition'),
    roll: { size: 2001, root: leafHash(hasher, bytesOf('roll')), perDistrictSha256: sha('districts') },
    release: { results, suppressBelow: below },
  })

const begun = (policy: Policy): JournalBatch => ({
  ...{ number: 0, record: genesis(policy), upTo: '0', everything: false, size: 1, atMs: 0 },
  root: leafHash(hasher, bytesOf(genesis(policy))),
})

const closing = (at: Storage, v: LogVersion): ClosingTexts => ({
  end: async () => {
    const ballots = at.ballots.length
    const text = formatRecord({ v: 2, entry: 'end', election: 'simulated', atMs: 1, ballots })
    return { upTo: String(ballots), ballots, text }
  },
  close: async (ballots, endAtMs) => {
    assert.equal(endAtMs, v === 1 ? null : 1)
    return formatRecord({
      v,
      entry: 'close',
      election: 'simulated',
      atMs: 1,
      ballots,
      keysIssued: 2001,
      keysUsed: ballots,
      resultSha256: sha('result'),
      totals: null,
    })
  },
})

/** Entries of a log of that size, out of its bundles. */
function entriesOf(files: ReadonlyMap<string, Uint8Array>, size: number): Uint8Array[] {
  return [...bundlesGrown(0, size)].flatMap((bundle) =>
    decodeBundle(files.get(bundlePath(bundle))!, bundle.width),
  )
}

function checkLog(at: Storage, { v, results, below }: Policy): void {
  const { size } = parseCheckpoint(parseNote(at.notes.at(-1)!).text)
  const entries = entriesOf(at.files, size)
  assert.equal(entries.length, size)
  const leaves = entries.map((entry) => leafHash(hasher, entry))

  // Every checkpoint ever seen is of a tree that the last one begins with.
  const tree = compactRange(hasher)
  const rootOf = new Map<number, string>()
  for (const leaf of leaves) {
    tree.append(leaf)
    rootOf.set(tree.size(), Buffer.from(tree.root()).toString('hex'))
  }
  let before = 0
  for (const note of at.notes) {
    const checkpoint = parseCheckpoint(parseNote(note).text)
    assert.equal(Buffer.from(checkpoint.root).toString('hex'), rootOf.get(checkpoint.size))
    assert.ok(checkpoint.size >= before, 'the log never shrinks')
    before = checkpoint.size
  }

  // Every ballot once, each batch in the order of its leaf hashes.
  const entry = entryWriter(election(results, below), ISSUED)
  const texts = entries.map((bytes) => new TextDecoder().decode(bytes))
  const ballots = texts.filter((text) => !text.includes('"entry":'))
  assert.deepEqual(
    ballots.toSorted(),
    at.ballots.map(({ district, choices, nonceHex }) => entry(district, choices, nonceHex)).toSorted(),
  )
  for (const [i, batch] of at.batches.entries()) {
    const own = leaves
      .slice(at.batches[i - 1]?.size ?? 0, batch.size)
      .map((leaf) => Buffer.from(leaf).toString('hex'))
    assert.deepEqual(own, own.toSorted())
    assert.ok(own.length > 0)
  }
  if (v === 2)
    checkEnd(
      texts,
      leaves.map((leaf) => Buffer.from(leaf).toString('hex')),
      below,
    )

  // Tiles of every size that had a checkpoint, or full ones that begin with them.
  const full = new Map<string, Uint8Array>()
  const builder = tileBuilder(hasher, (tile, bytes) => full.set(tilePath(tile), bytes))
  for (const leaf of leaves) builder.append(leaf)
  for (const { tile, bytes } of builder.partials()) full.set(tilePath(tile), bytes)
  for (const tile of tilesGrown(0, size))
    assert.deepEqual(
      Buffer.from(at.files.get(tilePath(tile))!),
      Buffer.from(full.get(tilePath(tile))!),
      tilePath(tile),
    )
  for (const note of at.notes) {
    const past = parseCheckpoint(parseNote(note).text).size
    for (const tile of tilesGrown(0, past))
      assert.ok(
        at.files.has(tilePath(tile)) || at.files.has(tilePath({ ...tile, width: 256 })),
        tilePath(tile),
      )
  }
}

/** Behind the end of voting all that was held back stands in one order, and the close. */
function checkEnd(texts: readonly string[], leaves: readonly string[], below: number): void {
  const at = texts.findIndex((text) => text.startsWith('{"v":2,"entry":"end"'))
  const rest = leaves.slice(at + 1, -1)
  assert.deepEqual(rest, rest.toSorted())
  assert.match(texts.at(-1)!, /^\{"v":2,"entry":"close"/)
  const isBallot = (text: string) => !text.includes('"entry":')
  assert.ok(texts.slice(at + 1, -1).every(isBallot))
  const end = parseRecord(texts[at]!)
  assert.equal(end.entry === 'end' && end.ballots, texts.filter(isBallot).length)
  if (below > 1)
    for (const own of unitsOf(texts.slice(0, at))) assert.equal(own.length % below, 0, 'told in groups')
}

const MARKS = ['"district":"a"', '"district":"b"', '"style":"1","choices"']
const unitsOf = (texts: readonly string[]) => MARKS.map((mark) => texts.filter((text) => text.includes(mark)))

/** Of each unit exactly as many are told as there are groups but one, whatever they say. */
function checkGroups(at: Storage, k: number): void {
  const { size } = parseCheckpoint(parseNote(at.notes.at(-1)!).text)
  const texts = entriesOf(at.files, size).map((bytes) => new TextDecoder().decode(bytes))
  for (const [unit, own] of unitsOf(texts).entries()) {
    const stored = at.ballots.filter(({ district }) => district === unit).length
    assert.equal(own.length, publishedOf(stored, k))
  }
}

/** No unit has a ballot in the log before it may be told, by a count made anew. */
function checkGate(at: Storage, below: number): void {
  const { size } = parseCheckpoint(parseNote(at.notes.at(-1)!).text)
  const texts = entriesOf(at.files, size).map((bytes) => new TextDecoder().decode(bytes))
  for (const mark of ['"district":"a"', '"district":"b"', '"style":"1","choices"']) {
    const own = texts.filter((text) => text.includes(mark))
    if (own.length === 0) continue
    assert.ok(own.length >= below, `${own.length} ballots of ${mark} are told`)
    assert.ok(
      new Set(own.map((text) => /"choices":(.*?),"nonce"/.exec(text)![1])).size > 1,
      `${mark} is told all alike`,
    )
  }
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('vote' as const),
      count: fc.integer({ min: 1, max: 60 }),
      alike: fc.boolean(),
      district: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('publish' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('amend' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('lose files' as const), checkpointToo: fc.boolean() }),
  },
)

const POLICIES: readonly Policy[] = [
  ...([1, 2] as const).flatMap((v): Policy[] => [
    { v, results: 'live', below: 1 },
    { v, results: 'live', below: 5 },
    { v, results: 'after-close', below: 5 },
  ]),
]

for (const policy of POLICIES) {
  const { v, results, below } = policy
  test(`crashes anywhere, version ${v}, results ${results}, ${below} ballots to be told`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 }),
        async (steps, crashes) => {
          const left = [...crashes]
          const at = storage(() => left.shift())
          let nonce = 0
          let publisher: Publisher | undefined
          at.batches.push(begun(policy))
          /** What was told of choices, by batch: the same whenever it is told again. */
          const published = new Map<number, PublishedBatch>()
          const onPublished = (batch: PublishedBatch) => {
            const sorted = batch.groups.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
            if (published.has(batch.number))
              assert.deepEqual({ ...batch, groups: sorted }, published.get(batch.number))
            published.set(batch.number, { ...batch, groups: sorted })
            assert.ok(at.notes.length > 0, 'told before its checkpoint')
          }
          /** Tries until it is done, restarting after each crash. */
          const insist = async (work: (publisher: Publisher) => Promise<unknown>): Promise<void> => {
            for (;;)
              try {
                publisher ??= await openPublisher({ ...depsFor(at, policy), onPublished })
                await work(publisher)
                return
              } catch (cause) {
                publisher = undefined
                if (!(cause instanceof Crash)) throw cause
              }
          }
          for (const one of steps) {
            if (one.do === 'vote')
              for (let i = 0; i < one.count; i++)
                at.ballots.push({
                  district: one.district,
                  choices: (one.alike || i % 3 === 0 ? '[[0]]' : '[[1]]') as Choices,
                  nonceHex: sha(`${nonce++}`).slice(0, 32),
                })
            else if (one.do === 'restart') publisher = undefined
            else if (one.do === 'lose files') {
              // The folder comes back from ballots and journal.
              at.files.clear()
              if (one.checkpointToo) at.loseCheckpoint()
              publisher = undefined
            } else if (one.do === 'amend') {
              const text = formatRecord({
                ...{ v, entry: 'amendment', election: 'simulated', atMs: at.batches.length },
                change: { closesAtMs: 2e12 + at.batches.length },
              })
              await insist(async (open) => {
                // A crash after the journal has it: it is there, and not asked for again.
                if (at.batches.at(-1)?.record !== text) await open.amend(text)
              })
            } else {
              await insist(async (open) => {
                while (await open.publish());
              })
              const { ballots } = publisher!.state()
              if (below === 1 || (v === 1 && results === 'after-close'))
                assert.equal(ballots, at.ballots.length)
              else if (results === 'after-close') assert.equal(ballots, 0)
              else if (v === 1) checkGate(at, below)
              else checkGroups(at, below)
              assert.equal(await publisher!.waiting(), 0)
              if (v === 1 && results === 'after-close')
                assert.ok(
                  ![...at.files.keys()].some((path) => path.startsWith('tile/entries')),
                  'entries before the close',
                )
            }
          }
          await insist((open) => open.close(closing(at, v)))
          at.calm()
          checkLog(at, policy)
          const { size: leaves } = at.batches.at(-1)!
          assert.deepEqual(await recheckLog(depsFor(at, policy)), { leaves, byBatch: true })
          const byBatch = !(v === 2 && results === 'live' && below > 1)
          assert.deepEqual(await recheckLog(depsFor(at, policy, null)), { leaves, byBatch })
          assert.match(at.batches.at(-1)!.record!, /"entry":"close"/)
          assert.equal(at.batches.filter(({ record }) => record?.includes('"entry":"close"')).length, 1)
          checkPublished(at, policy, published)
          // Closed for good, also for whoever opens it again, and once the secret is gone.
          for (const secret of [SECRET, null]) {
            const again = await openPublisher(depsFor(at, policy, secret))
            assert.equal(again.state().closed, true)
            assert.equal(await again.publish(), false)
          }
          const again = await openPublisher(depsFor(at, policy))
          at.ballots.push({ district: 0, choices: '[[0]]' as Choices, nonceHex: sha('late').slice(0, 32) })
          await assert.rejects(again.publish(), BrokenLog)
        },
      ),
      { numRuns: v === 1 ? 50 : 150 },
    )
  })
}

/** What was told of choices adds up to what the log holds. */
function checkPublished(
  at: Storage,
  { v, results, below }: Policy,
  published: ReadonlyMap<number, PublishedBatch>,
): void {
  const all = [...published.values()]
  if (results === 'live' && below === 1) return assert.deepEqual(all, [])
  const last = published.get(at.batches.length - 1)!
  assert.equal(last.complete, true)
  assert.equal(last.stored, v === 1 ? null : at.ballots.length)
  assert.equal(v === 1 && all.some(({ number, complete }) => complete && number !== last.number), false)
  if (results === 'after-close')
    return assert.deepEqual(
      all.flatMap(({ groups }) => groups),
      [],
    )
  const count = all.flatMap(({ groups }) => groups).reduce((sum, { times }) => sum + times, 0)
  assert.equal(count, at.ballots.length)
}

const AT_ONCE: Policy = { v: 2, results: 'live', below: 1 }

async function started(count: number, policy = AT_ONCE) {
  const at = storage(() => undefined)
  at.batches.push(begun(policy))
  for (let i = 0; i < count; i++)
    at.ballots.push({ district: 0, choices: '[[0]]' as Choices, nonceHex: sha(`${i}`).slice(0, 32) })
  const publisher = await openPublisher(depsFor(at, policy))
  while (await publisher.publish());
  return { at, publisher }
}

test('older ballots, an older journal, other ballots, another key: nothing is published', async () => {
  const reopened = (at: Storage, changes: Partial<PublishDeps> = {}) =>
    assert.rejects(openPublisher({ ...depsFor(at, AT_ONCE), ...changes }), BrokenLog)
  const fewer = (await started(50)).at
  fewer.ballots.length = 30
  await reopened(fewer)
  const olderJournal = (await started(50)).at
  olderJournal.batches.length = 2
  await reopened(olderJournal)
  const others = (await started(50)).at
  others.ballots[3] = { ...others.ballots[3]!, choices: '[[1]]' as Choices }
  await assert.rejects(recheckLog(depsFor(others, AT_ONCE)), BrokenLog)
  const groups: Policy = { v: 2, results: 'live', below: 5 }
  const { at: closed, publisher } = await started(50, groups)
  await publisher.close(closing(closed, 2))
  assert.equal((await recheckLog(depsFor(closed, groups, null))).leaves, 53)
  closed.ballots[3] = { ...closed.ballots[3]!, choices: '[[1]]' as Choices }
  for (const secret of [SECRET, null])
    await assert.rejects(recheckLog(depsFor(closed, groups, secret)), BrokenLog)
  others.files.clear()
  await reopened(others)
  await reopened((await started(50)).at, { signer: newLogKey('example.org/simulated').signer })
})

test('of two publishers that took the same batch one is stopped before it signs', async () => {
  const { at } = await started(10)
  const [one, other] = [await openPublisher(depsFor(at, AT_ONCE)), await openPublisher(depsFor(at, AT_ONCE))]
  at.ballots.push({ district: 1, choices: '[[1]]' as Choices, nonceHex: sha('new').slice(0, 32) })
  await one.publish()
  const notes = at.notes.length
  at.ballots.push({ district: 1, choices: '[[1]]' as Choices, nonceHex: sha('newer').slice(0, 32) })
  await assert.rejects(other.publish(), BatchTaken)
  assert.equal(at.notes.length, notes)
})

test('a ballot that was stored after the end of voting breaks the log, wherever the closing was cut off', async () => {
  for (const policy of POLICIES.filter(({ v }) => v === 2)) {
    const { at, publisher } = await started(40, policy)
    const texts = closing(at, 2)
    const cut = { ...texts, close: () => Promise.reject(new Crash()) }
    await assert.rejects(publisher.close(cut), Crash)
    assert.match(at.batches.find(({ record }) => record?.includes('"end"'))!.record!, /"ballots":40/)
    at.ballots.push({ district: 0, choices: '[[0]]' as Choices, nonceHex: sha('late').slice(0, 32) })
    const again = await openPublisher(depsFor(at, policy))
    await assert.rejects(again.close(texts), BrokenLog)
    await assert.rejects(again.publish(), BrokenLog)
  }
})

test('where the counts do not agree nothing of the end is written', async () => {
  const { at, publisher } = await started(40, { v: 2, results: 'live', below: 5 })
  const batches = at.batches.length
  const refused = { ...closing(at, 2), end: () => Promise.reject(new BrokenLog('other keys used')) }
  await assert.rejects(publisher.close(refused), BrokenLog)
  const fewer = { ...closing(at, 2), end: async () => ({ ...(await closing(at, 2).end()), ballots: 39 }) }
  await assert.rejects(publisher.close(fewer), /being stored/)
  assert.equal(at.batches.length, batches)
})
