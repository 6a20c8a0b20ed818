/**
 * Logs at other stages and sizes than a closed one of a few thousand ballots: open, held back,
 * large; and hostile readers.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import { treeHasher } from '../../src/core/tlog/merkle.ts'
import type { VerifyReport } from '../../src/core/verify/report.ts'
import type { VerifyInput } from '../../src/core/verify/verify.ts'
import {
  AFTERWARDS_MS,
  ballotEntry,
  CLOSES,
  CLOSES_LATER,
  checkpointOf,
  cityLog,
  DURING_MS,
  filesOf,
  type HonestLog,
} from './honest-log.ts'
import { verifyInThreads } from './in-threads.ts'
import { type Files, receipts, sha256, signedNote, trackerOf } from './log-bytes.ts'

function verified(files: Files, input: Partial<VerifyInput> = {}): Promise<VerifyReport> {
  return verifyInThreads({
    ...{ read: (path: string) => files.get(path), hasher: nodeTreeHasher(), verify: ed25519Verify },
    nowMs: DURING_MS,
    ...input,
  })
}
const codes = ({ findings }: VerifyReport) => [...new Set(findings.map(({ code }) => code))].sort()

const LIVE = cityLog({ ballots: 1500 })
const HIDDEN = cityLog({ ballots: 700, changes: { results: 'after-close' } })
const SMALL = cityLog({ ballots: 40, batch: 10, changes: { suppress_below: 1 }, issued: [40, 40, 5, 8, 4] })

/** The public files of an after-close election before the close: no entries. */
function hidden(log: HonestLog, size: number): Files {
  const files = filesOf(log, log.entries.slice(0, size))
  for (const path of files.keys()) if (path.startsWith('tile/entries/')) files.delete(path)
  return files
}

test('an open log is verified as far as possible, and the report states what was not checked', async () => {
  for (const size of LIVE.published.slice(0, 6)) {
    const seen = LIVE.published.filter((each) => each <= size)
    const report = await verified(filesOf(LIVE, LIVE.entries.slice(0, size)), {
      seen: seen.map((each) => ({
        note: checkpointOf(LIVE, LIVE.entries.slice(0, each)),
        seenAtMs: DURING_MS,
      })),
      result: Buffer.from('of another moment'),
    })
    assert.deepEqual([codes(report), report.stage], [[], 'open'])
    assert.match(report.notChecked.join(), /published result: voting goes on/)
    const release = report.checks.find(({ check }) => check === 'release')
    assert.equal(release?.count, 1 + seen.length)
  }
})

test('a promise beyond an extended end is due later by the extension, any other as stated', async () => {
  const { definition, entries, key, published } = LIVE
  const extended = filesOf(LIVE, entries.slice(0, published[3]))
  assert.ok(entries.slice(0, published[3]).some((entry) => entry.includes(CLOSES_LATER)))
  const stateAt = async (nowMs: number, publishBy: number, files = extended) => {
    const report = await verified(files, {
      ...{ nowMs, receipts: receipts([trackerOf('held back')], definition.id, publishBy, key) },
    })
    assert.equal(codes(report).includes('promise-broken'), report.receipts[0]!.state === 'promise-broken')
    return report.receipts[0]!.state
  }
  const [end, later] = [Date.parse(CLOSES), Date.parse(CLOSES_LATER)]
  const ofHeld = end / 1000 + 600
  assert.equal(await stateAt(end + 700_000, ofHeld), 'not-yet-due')
  assert.equal(await stateAt(later + 599_000, ofHeld), 'not-yet-due')
  assert.equal(await stateAt(later + 601_000, ofHeld), 'promise-broken')
  assert.equal(await stateAt(end + 700_000, end / 1000 - 1), 'promise-broken')
  const announced = filesOf(LIVE, entries.slice(0, published[1]))
  assert.equal(await stateAt(end + 599_000, ofHeld, announced), 'not-yet-due')
  assert.equal(await stateAt(end + 601_000, ofHeld, announced), 'promise-broken')
  // A closed log can get no further entry.
  assert.equal(await stateAt(later + 1_000, ofHeld, filesOf(LIVE)), 'promise-broken')
})

test('a verifier without a key uses the one in the genesis, and the report says so', async () => {
  const files = filesOf(LIVE)
  const report = await verified(files, { nowMs: AFTERWARDS_MS })
  assert.deepEqual([report.verified, report.keyFrom, report.key], [true, 'genesis', LIVE.key.vkey])
  assert.match(report.notChecked.join(), /published result: none was handed in/)
})

test('ballots public too early are found during voting, and later with a checkpoint seen then', async () => {
  // The last batch before the close has the small districts.
  const all = LIVE.entries.slice(0, -1)
  assert.deepEqual(codes(await verified(filesOf(LIVE, all))), ['released-too-early'])
  assert.deepEqual(codes(await verified(filesOf(LIVE, all), { nowMs: AFTERWARDS_MS })), [])
  const note = checkpointOf(LIVE, all)
  const later = { nowMs: AFTERWARDS_MS, result: Buffer.from(LIVE.result) }
  const seenThen = await verified(filesOf(LIVE), { ...later, seen: [{ note, seenAtMs: DURING_MS }] })
  assert.deepEqual(codes(seenThen), ['released-too-early'])
  assert.deepEqual(codes(await verified(filesOf(LIVE), { ...later, seen: [{ note }] })), [])
  const one = LIVE.entries.slice(0, 1).concat(ballotEntry(LIVE.ballots[0]!, LIVE.issued))
  assert.deepEqual(codes(await verified(filesOf(LIVE, one))), ['released-too-early'])
})

test('if entries are held back, hashes are checked, and the report says that nothing else was', async () => {
  const size = HIDDEN.published[2]!
  const seen = HIDDEN.published
    .slice(0, 3)
    .map((each) => ({ note: checkpointOf(HIDDEN, HIDDEN.entries.slice(0, each)) }))
  const receipts = [HIDDEN.receipts[0]!, HIDDEN.receipts[3]!]
  const report = await verified(hidden(HIDDEN, size), { seen, receipts })
  assert.deepEqual([report.verified, report.stage, report.ballots], [true, 'held-back', 0])
  assert.match(report.notChecked.join(), /what the entries say, the ballots and the count/)
  assert.deepEqual(
    report.receipts.map(({ state }) => state),
    ['published', 'not-yet-due'],
  )
  const afterwards = await verified(filesOf(HIDDEN), {
    nowMs: AFTERWARDS_MS,
    result: Buffer.from(HIDDEN.result),
  })
  assert.deepEqual([codes(afterwards), afterwards.notChecked], [[], []])
})

test('if entries are held back, manipulated hashes are still found', async () => {
  const size = HIDDEN.published[2]!
  const change = async (edit: (files: Files) => void, input: Partial<VerifyInput> = {}) => {
    const files = hidden(HIDDEN, size)
    edit(files)
    return codes(await verified(files, input))
  }
  const flipped = (files: Files, path: string, at: number) => {
    const bytes = Buffer.from(files.get(path)!)
    bytes[at]! ^= 1
    files.set(path, bytes)
  }
  const rebuilt = HIDDEN.entries.slice(0, size).with(5, 'another')
  const seen = [{ note: checkpointOf(HIDDEN, HIDDEN.entries.slice(0, HIDDEN.published[1]!)) }]
  assert.deepEqual(await change((files) => flipped(files, 'tile/0/000', 40)), [
    'root-differs',
    'tile-differs',
  ])
  assert.deepEqual(await change((files) => flipped(files, 'tile/1/000.p/1', 0)), ['tile-differs'])
  assert.deepEqual(await change((files) => files.delete('tile/0/000')), ['genesis-differs', 'tile-missing'])
  const another = (files: Files) => {
    for (const [path, bytes] of filesOf(HIDDEN, rebuilt))
      if (!path.startsWith('tile/entries/')) files.set(path, bytes)
  }
  assert.deepEqual(await change(another, { seen }), ['rewritten'])
  const genesis = (files: Files) =>
    files.set(
      'genesis.json',
      Buffer.from(`${files.get('genesis.json')}`.replace('"results":"after-close"', '"results":"live"')),
    )
  assert.ok((await change(genesis)).includes('genesis-differs'))
})

test('entries that are public before the close, against the policy, are found', async () => {
  const entries = HIDDEN.entries.slice(0, HIDDEN.published[2]!)
  assert.deepEqual(codes(await verified(filesOf(HIDDEN, entries))), ['entries-before-close'])
})

test('an election without held ballots that names all its districts is accepted', async () => {
  const result = Buffer.from(SMALL.result)
  assert.deepEqual(codes(await verified(filesOf(SMALL), { nowMs: AFTERWARDS_MS, result })), [])
  const unnamed = SMALL.entries.map((entry) => entry.replace(',"district":"hill"', ''))
  const wrong = await verified(filesOf(SMALL, unnamed), { nowMs: AFTERWARDS_MS, result })
  assert.deepEqual(codes(wrong), ['district-must-be-named'])
})

test('partial files that full ones have superseded may be missing', async () => {
  const files = filesOf(LIVE)
  const older = LIVE.entries.slice(0, LIVE.published[3]!)
  files.set('checkpoint', Buffer.from(checkpointOf(LIVE, older)))
  for (const path of filesOf(LIVE, older).keys())
    if (path.startsWith('tile/1/')) files.set(path, filesOf(LIVE, older).get(path)!)
  assert.equal([...files.keys()].filter((path) => /tile\/(0|entries)\/002\.p/.test(path)).length, 0)
  assert.deepEqual(codes(await verified(files)), [])
})

test('a log with only its genesis is accepted, and one with an empty tree is not', async () => {
  assert.deepEqual(codes(await verified(filesOf(LIVE, LIVE.entries.slice(0, 1)))), [])
  const empty = filesOf(LIVE, LIVE.entries.slice(0, 1))
  empty.set('checkpoint', Buffer.from(checkpointOf(LIVE, [])))
  assert.deepEqual(codes(await verified(empty)), ['genesis-differs'])
  const hidden = filesOf(HIDDEN, HIDDEN.entries.slice(0, 1))
  hidden.set('checkpoint', Buffer.from(checkpointOf(HIDDEN, [])))
  assert.deepEqual(codes(await verified(hidden)), ['genesis-differs'])
})

test('a tree with three levels of tiles is accepted; a flipped byte in the highest is found', async () => {
  const large = cityLog({ ballots: 70_000, batch: 70_000, changes: { suppress_below: 1 } })
  const files = filesOf(large)
  assert.ok(files.has('tile/2/000.p/1'))
  const input = { nowMs: AFTERWARDS_MS, result: Buffer.from(large.result) }
  const report = await verified(files, input)
  assert.deepEqual([codes(report), report.ballots], [[], 70_000])
  const counts = Object.fromEntries(report.checks.map(({ check, count }) => [check, count]))
  // 274 leaf tiles and as many bundles, one full and one partial tile above, and one of a single
  // hash.
  assert.deepEqual([counts.bundles, counts.tiles], [274, 277])
  const top = files.get('tile/2/000.p/1')!
  files.set('tile/2/000.p/1', Buffer.concat([Buffer.of(top[0]! ^ 1), top.subarray(1)]))
  assert.deepEqual(codes(await verified(files, input)), ['tile-differs'])
  // Any SHA-256 implementation works, and Ed25519 may answer asynchronously, as in a browser.
  const slow = await verified(filesOf(SMALL), {
    ...{ nowMs: AFTERWARDS_MS, result: Buffer.from(SMALL.result), receipts: SMALL.receipts },
    hasher: treeHasher((bytes) => new Uint8Array(sha256(bytes))),
    verify: async (...claim) => ed25519Verify(...claim),
  })
  assert.deepEqual([codes(slow), slow.receipts.map(({ state }) => state)], [[], Array(4).fill('published')])
})

test('a claimed size of petabytes without data costs only a few reads and causes findings', async () => {
  const files = filesOf(SMALL)
  const text = `${SMALL.key.name}\n${2 ** 50}\n${Buffer.alloc(32, 1).toString('base64')}\n`
  files.set('checkpoint', Buffer.from(signedNote(text, SMALL.key.line(text))))
  let reads = 0
  const read = (path: string) => {
    reads++
    return files.get(path)
  }
  const input = { read, nowMs: AFTERWARDS_MS, receipts: [trackerOf('x')] }
  await assert.rejects(verified(files, input), /1,125,899,906,842,624 entries, more than 20,000,000/)
  const report = await verified(files, { ...input, mostEntries: 2 ** 53 })
  assert.ok(codes(report).includes('bundle-missing') && codes(report).includes('tile-missing'))
  assert.match(report.notChecked.join(), /the tree from entry 0 on/)
  assert.ok(reads < 1000)
})

test('an error of the reader is thrown, and is not a finding', async () => {
  const files = filesOf(SMALL)
  for (const failing of ['checkpoint', 'genesis.json', 'tile/0/000.p/44', 'tile/entries/000.p/44']) {
    const broken = verified(files, {
      read: (path) => {
        if (path === failing) throw new Error(`no route to ${failing}`)
        return files.get(path)
      },
    })
    await assert.rejects(broken, new RegExp(`no route to ${failing}`))
  }
})
