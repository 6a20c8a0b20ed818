/**
 * The worker. It reads a log, verifies it with the code of `elections verify`, and reports its
 * progress. It reads QR codes too, so that neither task blocks the page. It uses only the network
 * addresses that the page gives it.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import decodeQR from 'qr/decode.js'
import { ED25519 } from '../../core/tlog/note-key.ts'
import { TooManyEntries } from '../../core/verify/bounds.ts'
import { parseAsked, receiptTrouble } from '../../core/verify/receipt.ts'
import { isKeyOf, keyTyped, type OpenLog, OtherKeyRemembered, verifySession } from '../../verify/session.ts'
import { comparedTotals } from './compared-totals.ts'
import { counted } from './counted.ts'
import { browserTreeHasher } from './hashing.ts'
import type { Failure, FromWorker, Job, LookedUp, Outcome, Picture, Progress, ToWorker } from './job.ts'
import { openFolder } from './log-folder.ts'
import { openAddress } from './log-http.ts'
import { Stopped, Unreachable } from './log-reading.ts'
import { lookUp } from './look-up.ts'
import { publishedBallot } from './published-ballot.ts'
import { isRangeWorker, workerRanges, workOnRanges } from './range-workers.ts'
import { verifyEd25519 } from './signatures.ts'

const REPORT_EVERY_MS = 100
/** The most entries that a browser has memory for: the check keeps every nonce. */
const MOST_ENTRIES = 10_000_000
const hasher = browserTreeHasher()
const runs = new Map<number, AbortController>()
const say = (message: FromWorker) => postMessage(message)

/** The page asked for something that cannot be verified. */
class Unfit extends Error {
  readonly failure: Failure
  constructor(why: Exclude<Failure['why'], 'unreachable' | 'fault'>) {
    super(why)
    this.failure = { why }
  }
}

if (isRangeWorker()) workOnRanges(hasher)
else
  addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    const { run } = data
    if (data.type === 'stop') runs.get(run)?.abort()
    else if (data.type === 'picture') say({ type: 'text', run, text: textIn(data.picture) })
    else if (data.type === 'look-up')
      void begin(data, async (stop) => say({ type: 'looked-up', run, found: await lookedUp(data.job, stop) }))
    else void begin(data, (stop) => checkWhole(data, stop))
  })

type Asked = Extract<ToWorker, { readonly type: 'check' }>

/** @param errand posts its outcome, and throws if it fails */
async function begin(
  { run }: { readonly run: number },
  errand: (stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController()
  runs.set(run, controller)
  try {
    await errand(controller.signal)
  } catch (error) {
    if (error instanceof Stopped) say({ type: 'stopped', run })
    else say({ type: 'failed', run, failure: failureOf(error) })
  } finally {
    runs.delete(run)
  }
}

async function checkWhole({ run, job, processors }: Asked, stop: AbortSignal): Promise<void> {
  const onProgress = throttled((progress) => say({ type: 'progress', run, progress }))
  say({ type: 'done', run, outcome: await check(job, processors, stop, onProgress) })
}

async function lookedUp({ source, key, receipt, memory }: Job, stop: AbortSignal): Promise<LookedUp> {
  const typed = soundKey(key, receipt)
  const { read, place } = await opened(source, stop)
  return lookUp(receipt, typed, { read, place, hasher, verify: verifyEd25519, memory })
}

/** @throws {Unfit} if the receipt or the key is malformed */
function soundKey(key: string, receipt: string): string {
  if (receipt !== '' && receiptTrouble(receipt) !== undefined) throw new Unfit('bad-receipt')
  const typed = keyTyped(key)
  if (typed !== '' && !isKeyOf(ED25519, typed, sha256)) throw new Unfit('bad-key')
  return typed
}

function failureOf(error: unknown): Failure {
  if (error instanceof Unfit) return error.failure
  if (error instanceof OtherKeyRemembered) return { why: 'key-not-remembered' }
  if (error instanceof TooManyEntries) return { why: 'too-many-entries' }
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof Unreachable) return { why: 'unreachable', where: error.where, detail }
  return { why: 'fault', detail }
}

async function check(
  { source, nowMs, key, receipt, memory }: Job,
  processors: number,
  stop: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Outcome> {
  const startedMs = performance.now()
  const typed = soundKey(key, receipt)
  const log = await opened(source, stop)
  const { read, bytes } = counted(log.read, stop, onProgress)
  const asked = {
    receipts: receipt === '' ? [] : [receipt],
    ...(typed === '' ? {} : { key: typed }),
    ...(source.kind === 'address' && source.election !== undefined ? { election: source.election } : {}),
  }
  let published: Uint8Array | undefined
  const result: OpenLog['result'] = async (mostBytes) => (published = await log.result(mostBytes))
  const session = await verifySession({ ...log, read, result }, memory, asked, {
    ...{ hasher, verify: verifyEd25519, nowMs, mostEntries: MOST_ENTRIES },
    salt: crypto.getRandomValues(new Uint8Array(16)),
    ranges: workerRanges(read, hasher, processors),
  })
  const { report } = session
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
  const totals = report.totals && (await comparedTotals(read, report.totals, published))
  const seconds = (performance.now() - startedMs) / 1000
  return { ...session, place: log.place, ballot, totals, bytes: bytes(), seconds }
}

async function opened(source: Job['source'], stop: AbortSignal): Promise<OpenLog> {
  const log = source.kind === 'files' ? openFolder(source.files) : await openAddress(source.bases, stop)
  if (log === undefined) throw new Unfit('no-log')
  if (typeof log === 'string') throw new Unfit(log)
  return log
}

function textIn({ width, height, data }: Picture): string | null {
  try {
    return decodeQR({ width, height, data })
  } catch {
    return null // the picture has no readable code
  }
}

function throttled(onProgress: (progress: Progress) => void): (progress: Progress) => void {
  let reportedMs = Number.NEGATIVE_INFINITY
  return (progress) => {
    if (performance.now() - reportedMs < REPORT_EVERY_MS) return
    reportedMs = performance.now()
    onProgress(progress)
  }
}
