/**
 * Receipts against a log: whether its key made the promise, whether the leaf is there, and where it is not, whether that
 * is a broken promise already. A tracker alone can be looked for too. No I/O.
 */

import { parseReceipt, parseTracker, promiseClaims, type SignedPromise } from '../log/promise.ts'
import { Malformed } from '../tlog/malformed.ts'
import { equalHashes, HASH_BYTES, type Hash, hashAt, type TreeHasher } from '../tlog/merkle.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { allHold, type VerifyEd25519 } from '../tlog/signature.ts'
import type { FindingList } from './finding.ts'

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
   * Unix seconds by which it was promised, where there is a promise: as that says, or by the end of voting in force; null
   * where that end is not known. One that names its time is due later where an end of voting before it was extended.
   */
  readonly publishBy: number | null
  /** Where it is published. */
  readonly leaf: number | null
}

/** A receipt file's text, or a tracker, with or without the spaces it is shown with. @throws Malformed */
export function parseAsked(text: string): AskedReceipt {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) {
    const tracker = trimmed.replaceAll(/\s/g, '')
    return { leaf: parseTracker(tracker), tracker, promise: null }
  }
  return parseReceipt(trimmed)
}

/** Receipt files' texts or trackers; one that is neither is a finding. */
export function askedReceipts(texts: readonly string[], findings: FindingList): readonly AskedReceipt[] {
  return texts.flatMap((text) => {
    try {
      return [parseAsked(text)]
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      findings.add('receipt-malformed', {}, error.message)
      return []
    }
  })
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

export interface ReceiptContext {
  readonly hasher: TreeHasher
  readonly verify: VerifyEd25519
  readonly key: VerifierKey
  readonly nowMs: number
  /** Whether the tree that was looked through is the one the log's key signed: what a bad copy lacks proves nothing. */
  readonly isSignedTree: boolean
  /** When voting ends, as it was announced and then extended: ascending, Unix milliseconds, the last one in force. */
  readonly ends: readonly number[]
  /** Nothing will come into the log any more. */
  readonly closed: boolean
  /** The election's id, where it is known. */
  readonly election: string | undefined
  readonly findings: FindingList
}

export async function checkReceipt(
  asked: AskedReceipt,
  leaf: number | undefined,
  context: ReceiptContext,
): Promise<ReceiptReport> {
  const { promise, tracker } = asked
  const { findings, closed, nowMs, isSignedTree } = context
  const promiseHolds = promise === null ? null : await holds(asked, promise, context)
  const publishBy = promise === null ? null : promisedFor(promise, context.ends)
  const report = { tracker, promiseHolds, publishBy, leaf: leaf ?? null }
  if (leaf !== undefined) return { ...report, state: 'published' }
  if (!isSignedTree) return { ...report, state: 'unknown' }
  if (promise !== null && promiseHolds) {
    const atMs = dueMs(promise, context.ends)
    if (closed || (atMs !== null && nowMs > atMs)) {
      const due = atMs === null ? '' : new Date(atMs).toISOString()
      const detail = closed ? 'the log is closed, nothing will come any more' : `it was due at ${due}`
      findings.add('promise-broken', {}, `${tracker}: ${detail}`)
      return { ...report, state: 'promise-broken' }
    }
    return { ...report, state: 'not-yet-due' }
  }
  // A forged or foreign promise has a finding of its own.
  if (promise === null) findings.add('tracker-not-found', {}, tracker)
  return { ...report, state: 'not-found' }
}

function promisedFor({ term }: SignedPromise, ends: readonly number[]): number | null {
  if (term.v === 1) return term.publishBy
  const end = ends.at(-1)
  return end === undefined ? null : Math.ceil(end / 1000) + term.withinS
}

/**
 * When a promise is due, Unix milliseconds; null where that cannot be told. One that names its time and reaches past an end of voting may be of a ballot that is held back
 * until then; where that end was extended it moves along (docs/protocol.md, "Receipt").
 */
function dueMs({ term }: SignedPromise, ends: readonly number[]): number | null {
  const last = ends.at(-1)
  if (term.v === 2) return last === undefined ? null : last + term.withinS * 1000
  const ms = term.publishBy * 1000
  const until = ends.find((end) => end <= ms)
  return until === undefined ? ms : ms + ends.at(-1)! - until
}

async function holds(asked: AskedReceipt, promise: SignedPromise, context: ReceiptContext): Promise<boolean> {
  const { hasher, verify, key, election, findings } = context
  if (asked.election !== undefined && election !== undefined && asked.election !== election) {
    findings.add('receipt-other-log', {}, `it is of the election "${asked.election}"`)
    return false
  }
  const checked = promiseClaims(hasher, asked.leaf, promise, key)
  if ('why' in checked) {
    if (checked.why === 'other-log') findings.add('receipt-other-log', {}, promise.log)
    else findings.add('receipt-forged', {}, checked.why)
    return false
  }
  if (await allHold(checked.claims, verify)) return true
  findings.add('receipt-forged', {}, 'not-signed')
  return false
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
