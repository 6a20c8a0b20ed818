/**
 * Receipts against a log: whether its key made the promise, whether the leaf is there, and where it
 * is not, whether that is a broken promise already. A tracker alone can be looked for too. No I/O.
 */

import { parseReceipt, parseTracker, promiseClaims, type SignedPromise } from '../log/promise.ts'
import { Malformed } from '../tlog/malformed.ts'
import { equalHashes, HASH_BYTES, type Hash, hashAt, type TreeHasher } from '../tlog/merkle.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { allHold, type VerifyEd25519 } from '../tlog/signature.ts'
import { type Finding, finding } from './finding.ts'
import { addedUp, type Found, looked, NOTHING, wrong } from './found.ts'

export interface AskedReceipt {
  readonly leaf: Hash
  readonly tracker: string
  /** Undefined where only a tracker was handed in. */
  readonly election?: string
  readonly promise: SignedPromise | null
}

/** What became of a receipt. */
export type ReceiptState =
  /** The leaf is in the log. */
  | 'published'
  /** It is not, and need not be yet. */
  | 'not-yet-due'
  /** It is not, though the log's key promised it would be. */
  | 'promise-broken'
  /** It is not, and nothing valid says that it should. */
  | 'not-found'
  /** It was not found, in a copy that is not what the log's key signed. */
  | 'unknown'

export interface ReceiptReport {
  readonly tracker: string
  readonly state: ReceiptState
  /** Whether the log's key signed the promise; null where there is none. */
  readonly promiseHolds: boolean | null
  /**
   * Unix seconds by which it was promised, where there is a promise: as that says, or by the end of
   * voting in force; null where that end is not known. One that names its time is due later where
   * an end of voting before it was extended.
   */
  readonly publishBy: number | null
  /** Where it is published. */
  readonly leaf: number | null
}

/**
 * A receipt file's text, or a tracker, with or without the spaces it is shown with. @throws
 * Malformed
 */
export function parseAsked(text: string): AskedReceipt {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) {
    const tracker = trimmed.replaceAll(/\s/g, '')
    return { leaf: parseTracker(tracker), tracker, promise: null }
  }
  return parseReceipt(trimmed)
}

/** Receipt files' texts or trackers; one that is neither is a finding. */
export function askedReceipts(texts: readonly string[]): Found & { readonly asked: readonly AskedReceipt[] } {
  const findings: Finding[] = []
  const asked = texts.flatMap((text) => {
    try {
      return [parseAsked(text)]
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      findings.push(finding('receipt-malformed', {}, error.message))
      return []
    }
  })
  return { findings, asked }
}

export interface TrackerWatch {
  /** Looks among packed leaf hashes, of which the first is leaf `first`. */
  readonly look: (leaves: Uint8Array, first: number) => void
  readonly leafOf: (asked: AskedReceipt) => number | undefined
}

export function trackerWatch(asked: readonly AskedReceipt[]): TrackerWatch {
  const byFirstByte = new Map<number, AskedReceipt[]>()
  for (const each of asked) byFirstByte.set(each.leaf[0]!, [...(byFirstByte.get(each.leaf[0]!) ?? []), each])
  const found = new Map<AskedReceipt, number>()
  return {
    look: (leaves, first) => {
      if (asked.length === 0) return
      for (let at = 0; at < leaves.length; at += HASH_BYTES) {
        for (const each of byFirstByte.get(leaves[at]!) ?? [])
          if (!found.has(each) && equalHashes(hashAt(leaves, at / HASH_BYTES), each.leaf))
            found.set(each, first + at / HASH_BYTES)
      }
    },
    leafOf: (each) => found.get(each),
  }
}

export interface ReceiptDeps {
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  readonly nowMs: number
  /** The election's id, where it is known. */
  readonly election: string | undefined
}

/** The log as it was read. */
export interface ReadLog {
  readonly leafOf: TrackerWatch['leafOf']
  /**
   * Whether the tree that was looked through is the one the log's key signed: what a bad copy lacks
   * proves nothing.
   */
  readonly isSignedTree: boolean
  /**
   * When voting ends, as it was announced and then extended: ascending, Unix milliseconds, the last
   * one in force.
   */
  readonly ends: readonly number[]
  readonly stage: 'open' | 'closed' | 'held-back'
}

type ReceiptContext = ReceiptDeps & ReadLog & { readonly key: VerifierKey }

async function checkReceipt(
  asked: AskedReceipt,
  context: ReceiptContext,
): Promise<Found & { readonly receipt: ReceiptReport }> {
  const { promise, tracker } = asked
  const leaf = context.leafOf(asked)
  const forged = promise === null ? undefined : await promiseFinding(asked, promise, context)
  const promiseHolds = promise === null ? null : forged === undefined
  const publishBy = promise === null ? null : promisedFor(promise, context.ends)
  const report = { tracker, promiseHolds, publishBy, leaf: leaf ?? null }
  const as = (state: ReceiptState, found?: Found) => ({
    findings: [...(forged === undefined ? [] : [forged]), ...(found?.findings ?? [])],
    receipt: { ...report, state },
  })
  if (leaf !== undefined) return as('published')
  if (!context.isSignedTree) return as('unknown')
  if (promise === null) return as('not-found', wrong('tracker-not-found', {}, tracker))
  // A forged or foreign promise has a finding of its own.
  if (forged !== undefined) return as('not-found')
  const broken = whyBroken(promise, context)
  if (broken === undefined) return as('not-yet-due')
  return as('promise-broken', wrong('promise-broken', {}, `${tracker}: ${broken}`))
}

/**
 * What became of each, in the order in which they were asked for; of none where the log could not
 * be read.
 * @param key the log's
 */
export async function checkReceipts(
  asked: readonly AskedReceipt[],
  key: VerifierKey | undefined,
  log: ReadLog | undefined,
  deps: ReceiptDeps,
): Promise<Found & { readonly receipts: readonly ReceiptReport[] }> {
  if (asked.length === 0) return { ...NOTHING, receipts: [] }
  if (key === undefined || log === undefined) return { ...looked('receipts', 0), receipts: [] }
  const each = await Promise.all(asked.map((one) => checkReceipt(one, { ...deps, ...log, key })))
  const receipts = each.map(({ receipt }) => receipt)
  return { ...addedUp([...each, looked('receipts', receipts.length)]), receipts }
}

/** Of a promise whose leaf is not there. @returns undefined while it may still be kept */
function whyBroken(promise: SignedPromise, { stage, nowMs, ends }: ReceiptContext): string | undefined {
  // Nothing will come into the log any more.
  if (stage === 'closed') return 'the log is closed, nothing will come any more'
  const atMs = dueMs(promise, ends)
  return atMs !== null && nowMs > atMs ? `it was due at ${new Date(atMs).toISOString()}` : undefined
}

function promisedFor({ term }: SignedPromise, ends: readonly number[]): number | null {
  if (term.v === 1) return term.publishBy
  const end = ends.at(-1)
  return end === undefined ? null : Math.ceil(end / 1000) + term.withinS
}

/**
 * When a promise is due, Unix milliseconds; null where that cannot be told. One that names its time
 * and reaches past an end of voting may be of a ballot that is held back until then; where that end
 * was extended it moves along (docs/protocol.md, "Receipt").
 */
function dueMs({ term }: SignedPromise, ends: readonly number[]): number | null {
  const last = ends.at(-1)
  if (term.v === 2) return last === undefined ? null : last + term.withinS * 1000
  const ms = term.publishBy * 1000
  const until = ends.find((end) => end <= ms)
  return until === undefined ? ms : ms + ends.at(-1)! - until
}

/** Why it is no promise of this log's key; undefined where it is one. */
async function promiseFinding(
  asked: AskedReceipt,
  promise: SignedPromise,
  { hasher, verify, key, election }: ReceiptContext,
): Promise<Finding | undefined> {
  if (asked.election !== undefined && election !== undefined && asked.election !== election)
    return finding('receipt-other-log', {}, `it is of the election "${asked.election}"`)
  const checked = promiseClaims(hasher, asked.leaf, promise, key)
  if ('why' in checked)
    return checked.why === 'other-log'
      ? finding('receipt-other-log', {}, promise.log)
      : finding('receipt-forged', {}, checked.why)
  if (await allHold(checked.claims, verify)) return undefined
  return finding('receipt-forged', {}, 'not-signed')
}

/** What is wrong with text that is no receipt, for a finding. @returns undefined where it is one */
export function receiptTrouble(text: string): string | undefined {
  try {
    parseAsked(text)
    return undefined
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}
