/**
 * The worker: reads a log, verifies it by what `elections verify` is made of, and tells how far it is. Reads QR codes too,
 * so that neither keeps the page from answering. Touches the network only where the page says.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import decodeQR from 'qr/decode.js'
import { MOST_CHECKPOINT_BYTES } from '../../core/log/resource-bounds.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import { treeHasher } from '../../core/tlog/merkle.ts'
import { ED25519, parseVerifierKey } from '../../core/tlog/note-key.ts'
import { GENESIS_PATH } from '../../core/verify/beginning.ts'
import { MOST_GENESIS_BYTES, TooManyEntries } from '../../core/verify/bounds.ts'
import { type Recognised, recognised } from '../../core/verify/known-log.ts'
import { parseAsked, receiptTrouble } from '../../core/verify/receipt.ts'
import { verifyLog } from '../../core/verify/verify.ts'
import { counted } from './counted.ts'
import type { Failure, FromWorker, Job, KeyFrom, Outcome, Picture, Progress, ToWorker } from './job.ts'
import { openFolder } from './log-folder.ts'
import { openAddress } from './log-http.ts'
import { type OpenLog, Stopped, Unreachable } from './log-reading.ts'
import { type KnownLog, keyAt, knownLog, rememberedPlace, seenOf } from './memory.ts'
import { publishedBallot } from './published-ballot.ts'
import { verifyEd25519 } from './signatures.ts'

const TELL_EVERY_MS = 100
/** Entries that a browser has memory for: it knows every nonce. */
const MOST_ENTRIES = 10_000_000
const hasher = treeHasher(sha256)
const runs = new Map<number, AbortController>()
const say = (message: FromWorker) => postMessage(message)

/** Asked for something that cannot be verified. */
class Unfit extends Error {
  readonly failure: Failure
  constructor(why: Exclude<Failure['why'], 'unreachable' | 'fault'>) {
    super(why)
    this.failure = { why }
  }
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  const { run } = data
  if (data.type === 'stop') runs.get(run)?.abort()
  else if (data.type === 'picture') say({ type: 'text', run, text: textIn(data.picture) })
  else void begin(run, data.job)
})

async function begin(run: number, job: Job): Promise<void> {
  const controller = new AbortController()
  runs.set(run, controller)
  try {
    const outcome = await check(
      job,
      controller.signal,
      throttled((progress) => say({ type: 'progress', run, progress })),
    )
    say({ type: 'done', run, outcome })
  } catch (error) {
    if (error instanceof Stopped) say({ type: 'stopped', run })
    else say({ type: 'failed', run, failure: failureOf(error) })
  } finally {
    runs.delete(run)
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Unfit) return error.failure
  if (error instanceof TooManyEntries) return { why: 'too-many-entries' }
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof Unreachable) return { why: 'unreachable', where: error.where, detail }
  return { why: 'fault', detail }
}

async function check(
  { source, nowMs, key: typed, receipt, memory }: Job,
  stop: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<Outcome> {
  const startedMs = performance.now()
  if (receipt !== '' && receiptTrouble(receipt) !== undefined) throw new Unfit('bad-receipt')
  if (typed !== '' && !isLogKey(typed)) throw new Unfit('bad-key')
  const log = await opened(source, stop)
  const { read, bytes } = counted(log.read, stop, tell)
  const { key, log: known, namesake } = await whichLog(log, typed, memory)
  const keyFrom: KeyFrom = typed !== '' ? 'given' : key !== undefined ? 'memory' : 'genesis'
  const report = await verifyLog({
    ...{ read, hasher, verify: verifyEd25519, nowMs, seen: seenOf(known), namesake },
    ...{ result: log.result, mostEntries: MOST_ENTRIES, salt: crypto.getRandomValues(new Uint8Array(16)) },
    receipts: receipt === '' ? [] : [receipt],
    ...(key === undefined ? {} : { key }),
    ...(source.kind === 'address' && source.election !== undefined ? { election: source.election } : {}),
  })
  const leaf = report.receipts[0]?.leaf
  const shown =
    leaf !== undefined &&
    leaf !== null &&
    report.checkpoint !== null &&
    report.stage !== 'held-back' &&
    report.checks.some(({ check, passed }) => check === 'genesis' && passed)
  const ballot = shown
    ? await publishedBallot(read, hasher, {
        leaf,
        size: report.checkpoint.size,
        hash: parseAsked(receipt).leaf,
      })
    : null
  const seconds = (performance.now() - startedMs) / 1000
  return { report, keyFrom, place: log.place, ballot, bytes: bytes(), seconds }
}

async function opened(source: Job['source'], stop: AbortSignal): Promise<OpenLog> {
  const log = source.kind === 'files' ? openFolder(source.files) : await openAddress(source.bases, stop)
  if (log === undefined) throw new Unfit('no-log')
  if (typeof log === 'string') throw new Unfit(log)
  return log
}

/** By what this browser remembers of the place, and of what the log calls itself. */
async function whichLog(log: OpenLog, typed: string, memory: Job['memory']): Promise<Recognised<KnownLog>> {
  const ofPlace = keyAt(memory, rememberedPlace(log.place))
  if (typed !== '' && ofPlace !== undefined && ofPlace !== typed) throw new Unfit('key-not-remembered')
  const known = { log: (key: string) => knownLog(memory, key), keys: () => memory.logs.map(([key]) => key) }
  const [genesis, origin] = [await log.read(GENESIS_PATH, MOST_GENESIS_BYTES), await originOf(log)]
  return recognised(known, { given: typed === '' ? undefined : typed, ofPlace, genesis, origin })
}

/** The first line of the checkpoint, whoever signed it. */
async function originOf({ read }: OpenLog): Promise<string | undefined> {
  const checkpoint = await read('checkpoint', MOST_CHECKPOINT_BYTES)
  return checkpoint && new TextDecoder().decode(checkpoint).split('\n', 1)[0]
}

function isLogKey(text: string): boolean {
  try {
    return parseVerifierKey(sha256, text).type === ED25519
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}

function textIn({ width, height, data }: Picture): string | null {
  try {
    return decodeQR({ width, height, data })
  } catch {
    return null // there is no code in it, or none that can be read
  }
}

function throttled(tell: (progress: Progress) => void): (progress: Progress) => void {
  let toldMs = Number.NEGATIVE_INFINITY
  return (progress) => {
    if (performance.now() - toldMs < TELL_EVERY_MS) return
    toldMs = performance.now()
    tell(progress)
  }
}
