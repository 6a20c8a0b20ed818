/**
 * Compares receipts with a log: whether the log's key signed the promise, whether the log has the
 * leaf, and if not, whether the promise is already broken. A tracker alone can be searched for too.
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
  /** Undefined if only a tracker was given. */
  readonly election?: string
  readonly promise: SignedPromise | null
}

/** The result for one receipt. */
export type ReceiptState =
  /** The log has the leaf. */
  | 'published'
  /** The log does not have the leaf, but need not have it yet. */
  | 'not-yet-due'
  /** The log does not have the leaf, although its key promised to publish it by now. */
  | 'promise-broken'
  /** The log does not have the leaf, and no valid promise says that it must. */
  | 'not-found'
  /** Not found, in a copy that is not the tree that the log's key signed. */
  | 'unknown'

export interface ReceiptReport {
  readonly tracker: string
  readonly state: ReceiptState
  /** Whether the log's key signed the promise; null if there is no promise. */
  readonly promiseHolds: boolean | null
  /**
   * The promised time in Unix seconds; null if there is no promise, or if it counts from an end of
   * voting that is not known. A promise of version 1 states its time, but is due later if an end of
   * voting before that time was extended.
   */
  readonly publishBy: number | null
  /** The index of its leaf; null if it was not found. */
  readonly leaf: number | null
}

/**
 * Parses the text of a receipt file, or a tracker with or without spaces (docs/protocol.md,
 * "Receipt").
 * @throws {Malformed} if it is neither
 */
export function parseAsked(text: string): AskedReceipt {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{')) {
    const tracker = trimmed.replaceAll(/\s/g, '')
    return { leaf: parseTracker(tracker), tracker, promise: null }
  }
  return parseReceipt(trimmed)
}

/** Parses receipt files or trackers; a text that is neither is a finding. */
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
  /**
   * Searches packed leaf hashes.
   * @param first the index of the first of them
   */
  readonly look: (leaves: Uint8Array, first: number) => void
  readonly leafOf: (asked: AskedReceipt) => number | undefined
}

/** Searches for the leaves of receipts while the log is read. */
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
  /** The id of the election; undefined if it is not known. */
  readonly election: string | undefined
}

/** The log as it was read. */
export interface ReadLog {
  readonly leafOf: TrackerWatch['leafOf']
  /**
   * Whether the entries make the tree that the log's key signed. A leaf missing from a bad copy
   * proves nothing.
   */
  readonly isSignedTree: boolean
  /** Every end of voting, ascending, in Unix milliseconds. The last one is in force. */
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
  // A forged promise, or one of another log, already has a finding.
  if (forged !== undefined) return as('not-found')
  const broken = whyBroken(promise, context)
  if (broken === undefined) return as('not-yet-due')
  return as('promise-broken', wrong('promise-broken', {}, `${tracker}: ${broken}`))
}

/**
 * Checks receipts against a log (docs/protocol.md, "Receipt").
 * @param key the log's key; undefined if it is not known
 * @param log undefined if the log could not be read
 * @returns one report per receipt, in the given order; none if the key or the log is undefined
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

/**
 * @returns why a promise is broken whose leaf the log does not have; undefined if it may still be
 *   kept
 */
function whyBroken(promise: SignedPromise, { stage, nowMs, ends }: ReceiptContext): string | undefined {
  if (stage === 'closed') return 'the log is closed and can get no further entry'
  const atMs = dueMs(promise, ends)
  return atMs !== null && nowMs > atMs ? `it was due at ${new Date(atMs).toISOString()}` : undefined
}

function promisedFor({ term }: SignedPromise, ends: readonly number[]): number | null {
  if (term.v === 1) return term.publishBy
  const end = ends.at(-1)
  return end === undefined ? null : Math.ceil(end / 1000) + term.withinS
}

/**
 * @returns when a promise is due, Unix milliseconds; null if this cannot be determined. A promise
 *   of version 1 that reaches past an end of voting may be for a ballot that is held until then; if
 *   that end was extended, the promise is due later by the same time (docs/protocol.md, "Receipt").
 */
function dueMs({ term }: SignedPromise, ends: readonly number[]): number | null {
  const last = ends.at(-1)
  if (term.v === 2) return last === undefined ? null : last + term.withinS * 1000
  const ms = term.publishBy * 1000
  const until = ends.find((end) => end <= ms)
  return until === undefined ? ms : ms + ends.at(-1)! - until
}

/** @returns why the log's key did not make this promise; undefined if it did */
async function promiseFinding(
  asked: AskedReceipt,
  promise: SignedPromise,
  { hasher, verify, key, election }: ReceiptContext,
): Promise<Finding | undefined> {
  if (asked.election !== undefined && election !== undefined && asked.election !== election)
    return finding('receipt-other-log', {}, `it is for the election "${asked.election}"`)
  const checked = promiseClaims(hasher, asked.leaf, promise, key)
  if ('why' in checked)
    return checked.why === 'other-log'
      ? finding('receipt-other-log', {}, promise.log)
      : finding('receipt-forged', {}, checked.why)
  if (await allHold(checked.claims, verify)) return undefined
  return finding('receipt-forged', {}, 'not-signed')
}

/** @returns why a text is neither a receipt nor a tracker; undefined if it is one */
export function receiptTrouble(text: string): string | undefined {
  try {
    parseAsked(text)
    return undefined
  } catch (error) {
    if (error instanceof Malformed) return error.message
    throw error
  }
}
