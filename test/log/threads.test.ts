/**
 * Verification in several threads reports the same as in one, whatever is wrong with a log and
 * wherever.
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { writeClosedLog } from '../../bench/verify-log.ts'
import { logFolderReader } from '../../src/adapters/files/log-reading.ts'
import { type ThreadsAsked, threadedRanges } from '../../src/adapters/files/range-threads.ts'
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import type { LogReader } from '../../src/core/verify/range.ts'
import {
  type FromThread,
  type RangeThread,
  rangePool,
  rangeThread,
} from '../../src/core/verify/range-pool.ts'
import { type VerifyInput, verifyLog } from '../../src/core/verify/verify.ts'
import { runCli } from '../server.ts'
import { honest } from './attacks.ts'
import { AFTERWARDS_MS, cityLog } from './honest-log.ts'
import { crewRanges, verifyInThreads } from './in-threads.ts'
import type { Files } from './log-bytes.ts'

const LOG = cityLog({ ballots: 3000 })
const BUNDLES = 12
const TOOLS = { hasher: nodeTreeHasher(), verify: ed25519Verify, nowMs: AFTERWARDS_MS }
const readerOf =
  (files: Files): LogReader =>
  (path) =>
    files.get(path)

/** A manipulation of the files of one bundle; it may affect any stretch, and several. */
const fault = fc.record({
  bundle: fc.nat(BUNDLES - 1),
  place: fc.constantFrom('entries', '0'),
  how: fc.constantFrom('gone', 'cut', 'bit', 'longer', 'swapped', 'special'),
  at: fc.nat(),
})
type Fault = typeof fault extends fc.Arbitrary<infer Of> ? Of : never

function harm(files: Files, { bundle, place, how, at }: Fault): void {
  const path = `tile/${place}/${String(bundle).padStart(3, '0')}`
  const name = [...files.keys()].find((each) => each === path || each.startsWith(`${path}.p/`))
  const bytes = name === undefined ? undefined : files.get(name)
  if (name === undefined || bytes === undefined) return
  const place0 = at % bytes.length
  if (how === 'gone') files.delete(name)
  else if (how === 'cut') files.set(name, bytes.subarray(0, place0))
  else if (how === 'longer') files.set(name, Buffer.concat([bytes, Buffer.of(1)]))
  else if (how === 'swapped') files.set(name, files.get(`tile/${place}/000`) ?? bytes)
  else {
    const copy = Buffer.from(bytes)
    if (how === 'bit') copy[place0]! ^= 1 << (at % 8)
    // A ballot is replaced by bytes that begin like another kind of entry.
    else copy.write('{"v":2,"entry":"close"', 2)
    files.set(name, copy)
  }
}

test('any number of threads and any length of stretch report the same, whatever was damaged', async () => {
  let found = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 6 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: BUNDLES + 1 }),
      fc.boolean(),
      fc.option(fc.nat(3), { nil: undefined }),
      fc.nat(),
      async (faults, threads, stretchBundles, ownReader, breaksAfter, seed) => {
        const { files, input } = honest(LOG)
        for (const each of faults) harm(files, each)
        const whole: VerifyInput = { read: readerOf(files), ...TOOLS, ...input, stretchBundles }
        const alone = await verifyLog(whole)
        const crew = { threads, ownReader, seed, ...(breaksAfter === undefined ? {} : { breaksAfter }) }
        assert.deepEqual(await verifyLog({ ...whole, ranges: crewRanges(whole, crew) }), alone)
        assert.equal(alone.verified, alone.findings.length === 0)
        if (!alone.verified) found++
      },
    ),
    { numRuns: 40 },
  )
  assert.ok(found > 15, `${found} damaged logs were found`)
})

test('a fault is found in whichever stretch it lies', async () => {
  for (let bundle = 0; bundle < BUNDLES; bundle++) {
    const { files, input } = honest(LOG)
    harm(files, { bundle, place: 'entries', how: 'bit', at: 8 * 700 })
    const report = await verifyInThreads({ read: readerOf(files), ...TOOLS, ...input, stretchBundles: 2 })
    const [at] = report.findings.flatMap(({ leaf }) => (leaf === undefined ? [] : [Math.floor(leaf / 256)]))
    assert.equal(at, bundle)
  }
})

test('a ballot copied into another stretch is found by its nonce', async () => {
  const again = cityLog({ ballots: 3000 })
  const { files, input } = honest(again)
  files.set('tile/entries/009', files.get('tile/entries/002')!)
  const whole = { read: readerOf(files), ...TOOLS, ...input, stretchBundles: 1 }
  const report = await verifyLog({
    ...whole,
    ranges: crewRanges(whole, { threads: 3, ownReader: true, seed: 9 }),
  })
  const [first] = report.findings.filter(({ code }) => code === 'nonce-repeated')
  assert.deepEqual([first?.leaf, first?.message.endsWith(`leaf ${2 * 256} has it too`)], [9 * 256, true])
})

test('an error of the reader fails the verification with that error, after the threads ended', async () => {
  const { files, input } = honest(LOG)
  const refused = new Error('permission denied')
  const read: LogReader = (path) => {
    if (path === 'tile/entries/007') throw refused
    return files.get(path)
  }
  for (const ownReader of [true, false]) {
    let ended = 0
    const ranges = crewRanges({ read, hasher: TOOLS.hasher }, { threads: 3, ownReader, seed: 3 })
    const counting: typeof ranges = async (...asked) => {
      const made = await ranges(...asked)
      const end = () => {
        ended++
        made.end()
      }
      return { ...made, end }
    }
    await assert.rejects(
      verifyLog({ read, ...TOOLS, ...input, stretchBundles: 1, ranges: counting }),
      (cause) => cause === refused,
    )
    assert.equal(ended, 1)
  }
})

test('after the verification nothing is read, even if threads crash while they end', async () => {
  const { files, input } = honest(LOG)
  // A hole ends the reading while later stretches are being checked.
  for (const place of ['entries/002', '0/002']) files.delete(`tile/${place}`)
  let reads = 0
  const read: LogReader = (path) => {
    reads++
    return files.get(path)
  }
  const thread = (): RangeThread => {
    const broken: (() => void)[] = []
    let hears: (message: FromThread) => void = () => {}
    const hear = rangeThread((message) => setImmediate(() => hears(message)), TOOLS.hasher, readerOf(files))
    return {
      // Stretches after the hole are never checked.
      post: (message) => {
        if (message.type !== 'check' || message.job.from < 3 * 256) hear(message)
      },
      onMessage: (to) => {
        hears = to
      },
      onBroken: (to) => void broken.push(to),
      end: () => {
        for (const fallen of broken) fallen()
      },
    }
  }
  const ranges = rangePool([thread(), thread()], read, TOOLS.hasher)
  const report = await verifyLog({ read, ...TOOLS, ...input, stretchBundles: 1, ranges })
  assert.ok(report.notChecked.some((why) => why.includes('there is a hole')))
  const then = reads
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(reads, then)
})

function folderOf(t: TestContext, files: Files): string {
  const dir = mkdtempSync(join(tmpdir(), 'elections-threads-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), bytes)
  }
  return dir
}

test('real threads report the same for good and damaged folders, with or without their reader', async (t) => {
  for (const faults of [[], [3, 8, 11]]) {
    const { files, input } = honest(LOG)
    for (const bundle of faults) harm(files, { bundle, place: 'entries', how: 'bit', at: 999 })
    const dir = folderOf(t, files)
    const whole = { ...TOOLS, ...input, read: logFolderReader(dir), stretchBundles: 2 }
    const alone = await verifyLog(whole)
    assert.equal(alone.verified, faults.length === 0)
    const ways: ThreadsAsked[] = [
      { threads: 3, dir, from: 0 },
      { threads: 2, from: 0 },
      { threads: 2, dir },
      { threads: 1, dir, from: 0 },
    ]
    for (const asked of ways)
      assert.deepEqual(await verifyLog({ ...whole, ranges: threadedRanges(whole.read, asked) }), alone)
  }
})

test('if a thread cannot read a file, the error comes from the calling thread', async (t) => {
  const { files, input } = honest(LOG)
  const dir = folderOf(t, files)
  rmSync(join(dir, 'tile/0/004'))
  mkdirSync(join(dir, 'tile/0/004'))
  const read = logFolderReader(dir)
  const ranges = threadedRanges(read, { threads: 2, dir, from: 0 })
  await assert.rejects(
    verifyLog({ ...TOOLS, ...input, read, stretchBundles: 1, ranges }),
    ({ name, message }: Error) => name === 'BadInput' && message.startsWith(join(dir, 'tile/0/004')),
  )
})

test('the command prints the same for one thread and for three, and refuses other numbers', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'elections-threads-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  writeClosedLog(dir, 110_000)
  const bundle = join(dir, 'log/tile/entries/300')
  const bytes = readFileSync(bundle)
  bytes[bytes.length - 5]! ^= 1
  writeFileSync(bundle, bytes)
  const result = ['--result', join(dir, 'results.json'), '--state', join(dir, 'state')]
  const report = async (threads: string) => {
    const run = await runCli(['verify', join(dir, 'log'), ...result, '--json', '--threads', threads])
    assert.equal(run.code, 1, run.stderr)
    return { ...JSON.parse(run.stdout), seconds: 0 }
  }
  const alone = await report('1')
  assert.ok(alone.findings.length > 0)
  assert.deepEqual(await report('3'), alone)
  for (const wrong of ['0', '257', 'all']) {
    const run = await runCli(['verify', join(dir, 'log'), '--threads', wrong])
    assert.equal(run.code, 2, wrong)
    assert.match(run.stderr, /--threads/)
  }
})
