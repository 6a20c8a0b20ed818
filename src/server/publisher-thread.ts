/**
 * The publisher in a thread of its own, over connections of its own: votes never wait for it. It looks for new ballots
 * ten times a second and publishes them before the first has waited too long; what fails is tried again, and told.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { definitionFile } from '../adapters/embedded/layout.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { ed25519Verify } from '../adapters/node/ed25519.ts'
import { stepBackBehindVotes } from '../adapters/node/thread-priority.ts'
import { systemTimer } from '../adapters/node/timer.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { amended } from '../core/log/amended.ts'
import { BrokenLog } from '../core/log/broken-log.ts'
import type { WitnessProblem } from '../core/status/public-log-state.ts'
import type { ToldBatch } from '../core/tally/told-batch.ts'
import { closingTexts } from '../organise/close-entry.ts'
import { type ClusterLogPlace, openClusterLog } from '../organise/cluster/cluster-log.ts'
import { type LogLead, openLog } from '../organise/public-log.ts'
import { proveStep } from '../pipeline/prove.ts'
import { type ClosingTexts, openPublisher, type Publisher } from '../pipeline/publish/publish.ts'
import { type Witnessing, witnessing } from '../pipeline/witness/witness.ts'
import { openWitnesses, type WitnessSettings } from './witnesses.ts'

export interface PublisherData {
  /** The election's folder. */
  readonly dir: string
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /** Where its ballots and its journal lie where that is a cluster; null: in the folder. */
  readonly cluster: ClusterLogPlace | null
}

export type ToPublisher =
  | { readonly ask: 'close'; readonly keysUsed: number; readonly atMs: number }
  | { readonly ask: 'stop' }
  /** Of an election of one machine: an entry that changes it. */
  | { readonly ask: 'amend'; readonly id: number; readonly text: string }
  | { readonly ask: 'proof'; readonly id: number; readonly leaf: Uint8Array }

export type FromPublisher =
  | {
      readonly tell: 'published'
      readonly size: number
      /** 32 bytes. */
      readonly root: Uint8Array
      readonly ballots: number
      readonly closed: boolean
    }
  | { readonly tell: 'failed'; readonly reason: string }
  /** What a batch told of choices; after a start those of the past come before the first `published`. */
  | { readonly tell: 'told'; readonly told: ToldBatch }
  /** All ballots are being put in one order, after the close. */
  | { readonly tell: 'sorting'; readonly ballots: number; readonly of: number }
  /** Another process publishes this log; this one waits. */
  | { readonly tell: 'standby' }
  /** On a cluster: leaves, ballots and keys used are not as many. It is to be asked again. */
  | { readonly tell: 'close-refused'; readonly reason: string }
  /** The log would fork: the process must end. */
  | { readonly tell: 'broken'; readonly reason: string }
  | { readonly tell: 'proof'; readonly id: number; readonly proof: string | null }
  /** What became of an amendment. */
  | { readonly tell: 'amended'; readonly id: number; readonly end: AmendmentEnd; readonly reason: string }
  | {
      readonly tell: 'witnesses'
      readonly states: ReturnType<Witnessing['states']>
      readonly witnessed: number | null
    }
  | {
      readonly tell: 'witness-failed'
      /** '' where what a witness gave could not be stored. */
      readonly name: string
      readonly problem: WitnessProblem | 'not-stored'
      readonly reason: string
    }

/** `in-log`: decided, whatever failed since. `not-in-log`: nothing of it is there. `unknown`: the journal cannot be read. */
export type AmendmentEnd = 'in-log' | 'not-in-log' | 'unknown'

const LOOK_MS = 100
const RETRY_MS = 1_000
/** How often it is looked whether another process publishes. */
const LEAD_LOOK_MS = 1_000
/** How long the last ballots may take to be published when the server stops; the next start goes on. */
const STOP_MS = 5_000
/** How often the progress of a long sorting is told. */
const SORTING_MS = 2_000
/** Readers may be between a checkpoint and its tiles for so long. */
const SWEEP_MS = 600_000

const setLate = stepBackBehindVotes()
const port = parentPort!
const { dir, publishEveryMs, witnesses: settings, cluster } = workerData as PublisherData
const { election } = await readDefinition(definitionFile(dir))
const log = cluster === null ? await openLog(dir, election) : await openClusterLog(dir, election, cluster)
const { lead } = log
const prove = proveStep({ store: log.folder, hasher: nodeTreeHasher() })
const witnesses = openWitnesses(settings)
const witnessed = witnessing({
  witnesses,
  quorum: settings.quorum ?? witnesses.length,
  store: log.folder,
  log: log.deps.signer,
  hasher: nodeTreeHasher(),
  verify: ed25519Verify,
  timer: systemTimer,
  onChange: () => tellWitnesses(),
  onProblem: (name, problem, reason) => tell({ tell: 'witness-failed', name, problem, reason }),
})
const store = witnesses.length === 0 ? log.folder : { ...log.folder, ...witnessed.store }

type Amendment = Extract<ToPublisher, { ask: 'amend' }>
/** Amendments that are asked for and not published yet, in order. */
const amendments: Amendment[] = []
let closing: { readonly keysUsed: number; readonly atMs: number } | undefined
let stopping = false
/** Whether batches are to be expected from this process. */
let leads = lead === null
/** Woken by a message, or by the time. */
let wake: () => void = () => {}
/** Proofs that wait for the next batch. */
let waiting: { readonly id: number; readonly leaf: Uint8Array }[] = []
const tell = (message: FromPublisher): void => port.postMessage(message)

port.on('message', (message: ToPublisher) => {
  if (message.ask === 'close') closing = message
  else if (message.ask === 'stop') stopping = true
  else if (message.ask === 'amend') amendments.push(message)
  else answerProof(message, true)
  if (message.ask !== 'proof') wake()
})

/** A leaf that is not there may be in the next batch. */
function answerProof(request: { readonly id: number; readonly leaf: Uint8Array }, mayWait: boolean): void {
  prove(request.leaf).then(
    (proof) => {
      if (proof === undefined && mayWait && leads && !stopping) waiting.push(request)
      else tell({ tell: 'proof', id: request.id, proof: proof ?? null })
    },
    () => tell({ tell: 'proof', id: request.id, proof: null }),
  )
}

async function textsFor(asked: { readonly keysUsed: number; readonly atMs: number }): Promise<ClosingTexts> {
  const { journal, source, release } = log.deps
  const records = (await journal.records()).map(({ record }) => record!)
  const facts = { ...amended(log.election, records), v: release.version, issued: log.issued, source }
  const { end, close } = closingTexts({ ...facts, ...asked })
  return { end: () => refusable(end()), close: (ballots, endAtMs) => refusable(close(ballots, endAtMs)) }
}

async function refusable<T>(text: Promise<T>): Promise<T> {
  try {
    return await text
  } catch (cause) {
    // Its engines are others' to mend; until then the log stays open, and nothing is lost.
    if (lead !== null && cause instanceof BrokenLog) throw new CloseRefused(cause.message)
    throw cause
  }
}

class CloseRefused extends Error {}

/** @throws what publishing throws, once it is said whether the entry is in the log all the same */
async function amend(publisher: Publisher, { id, text }: Amendment): Promise<void> {
  try {
    await publisher.amend(text)
    tell({ tell: 'amended', id, end: 'in-log', reason: '' })
  } catch (cause) {
    tell({ tell: 'amended', id, end: await endOf(text), reason: (cause as Error).message })
    throw cause
  }
}

/** Those that wait: who asked decides whether to ask again. */
function refuseAmendments(reason: string): void {
  for (const { id } of amendments.splice(0)) tell({ tell: 'amended', id, end: 'not-in-log', reason })
}

/** What is in the journal is published, if not now then at the next try. */
async function endOf(text: string): Promise<AmendmentEnd> {
  try {
    const batches = await log.deps.journal.records()
    return batches.some(({ record }) => record === text) ? 'in-log' : 'not-in-log'
  } catch {
    return 'unknown'
  }
}

function tellWitnesses(): void {
  tell({ tell: 'witnesses', states: witnessed.states(), witnessed: witnessed.witnessed() })
}

let sortingToldMs = 0

/** Now and then. */
function tellSorting(ballots: number, of: number): void {
  const nowMs = performance.now()
  if (nowMs - sortingToldMs < SORTING_MS) return
  sortingToldMs = nowMs
  tell({ tell: 'sorting', ballots, of })
}

function tellState(publisher: Publisher): void {
  tell({ tell: 'published', ...publisher.state() })
}

async function run(): Promise<void> {
  let publisher: Publisher | undefined
  while (!stopping) {
    try {
      publisher ??= await opened()
      if (publisher !== undefined) await publishUntilStopped(publisher)
    } catch (cause) {
      // What it holds may not be what is stored: it begins again from there.
      publisher = undefined
      tellFailure(cause)
      answerWaiting()
      refuseAmendments((cause as Error).message)
      if (cause instanceof BrokenLog) return
      await sleep(RETRY_MS)
    }
  }
}

/** @returns undefined where this process is to stop before its turn comes */
async function opened(): Promise<Publisher | undefined> {
  if (lead !== null && !(await turnCame(lead))) return undefined
  const publisher = await openPublisher({
    ...{ ...log.deps, store },
    onTold: lead?.told ?? ((told) => tell({ tell: 'told', told })),
    onSorting: tellSorting,
  })
  tellState(publisher)
  if (witnesses.length > 0) {
    await witnessed.begin()
    tellWitnesses()
  }
  return publisher
}

async function turnCame({ take }: LogLead): Promise<boolean> {
  while (!stopping) {
    leads = await take()
    if (leads) return true
    tell({ tell: 'standby' })
    answerWaiting()
    await nextLook(LEAD_LOOK_MS)
  }
  return false
}

function tellFailure(cause: unknown): void {
  const { message } = cause as Error
  if (cause instanceof CloseRefused) {
    closing = undefined
    return tell({ tell: 'close-refused', reason: message })
  }
  tell({ tell: cause instanceof BrokenLog ? 'broken' : 'failed', reason: message })
}

async function publishUntilStopped(publisher: Publisher): Promise<void> {
  let firstSeenMs: number | undefined
  let tookMs = 0
  let sweptMs = performance.now()
  let confirmedMs = sweptMs
  for (;;) {
    const nowMs = performance.now()
    if ((await publisher.waiting()) !== 0) firstSeenMs ??= nowMs - LOOK_MS
    const patienceMs = Math.max(0, publishEveryMs - LOOK_MS - 2 * tookMs)
    if (stopping || closing || (firstSeenMs !== undefined && nowMs - firstSeenMs >= patienceMs)) {
      const until = stopping ? nowMs + STOP_MS : Number.POSITIVE_INFINITY
      const size = publisher.state().size
      while ((await publisher.publish()) && performance.now() < until)
        setLate(performance.now() - nowMs > publishEveryMs)
      if (closing && !stopping) await publisher.close(await textsFor(closing))
      tookMs = performance.now() - nowMs
      setLate(tookMs > publishEveryMs)
      firstSeenMs = undefined
      if (publisher.state().size !== size) tellState(publisher)
      closing = undefined
    }
    if (stopping) return
    for (let asked = amendments.shift(); asked !== undefined; asked = amendments.shift()) {
      await amend(publisher, asked)
      tellState(publisher)
    }
    if (lead !== null && nowMs - confirmedMs >= LEAD_LOOK_MS) {
      confirmedMs = nowMs
      await lead.confirm()
      const { size } = publisher.state()
      await lead.answer(publisher.amend)
      if (publisher.state().size !== size) tellState(publisher)
    }
    if (firstSeenMs === undefined) answerWaiting()
    if (nowMs - sweptMs >= SWEEP_MS) {
      sweptMs = nowMs
      await log.folder.removeSuperseded()
    }
    await nextLook()
  }
}

function answerWaiting(): void {
  const now = waiting
  waiting = []
  for (const request of now) answerProof(request, false)
}

function nextLook(afterMs = LOOK_MS): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, afterMs)
  wake = () => {
    clearTimeout(timer)
    resolve()
  }
  return promise
}

await run()
answerWaiting()
refuseAmendments('the server is stopping')
if (witnesses.length > 0) await witnessed.stop()
for (const witness of witnesses) await witness.close()
// The rest of what was asked is answered before the files are let go.
setImmediate(() => {
  log.close()
  port.close()
})
