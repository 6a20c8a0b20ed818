/**
 * Receipts and the promise in them (docs/protocol.md, "Receipt"): that the log will hold a leaf by
 * a certain time, or so long after the close of voting, signed with the log's key, so that a leaf
 * that is missing then is evidence anyone can check. Reading and checking; what signs them is
 * promise-batch.ts. SHA-256 and Ed25519 are handed in; no I/O.
 */
import { fromBase64url } from '../election/text-bytes.ts'
import { parseCheckpoint, parseHash } from '../tlog/checkpoint.ts'
import { Malformed } from '../tlog/malformed.ts'
import { asHash, type Hash, leafHash, type TreeHasher } from '../tlog/merkle.ts'
import { verifyInclusion } from '../tlog/merkle-proof.ts'
import { type Claim, claimsOf, parseNote, type Verify } from '../tlog/note.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { parseBounded } from './bounded-json.ts'

/** Promises of one signature at most. */
export const MOST_PROMISES = 256
/** Hashes on the path of one at most: log2 of it. */
const MOST_HASHES = 8
const SALT = /^[0-9a-f]{32}$/
const MOST_RECEIPT_CHARACTERS = 16_384
/** The end of the year 9999: what a date can still say. */
const MOST_SECONDS = 253_402_300_799
/** A hundred years: with the close of voting, still a date. */
const MOST_WITHIN_S = 3_155_760_000

export type PromiseVersion = 1 | 2

/** When the leaf is in the log. */
export type PromiseTerm =
  /** Unix seconds. */
  | { readonly v: 1; readonly publishBy: number }
  /** Seconds after the close of voting that is finally in force. */
  | { readonly v: 2; readonly withinS: number }

export interface SignedPromise {
  /** The log's origin, which names the key. */
  readonly log: string
  readonly term: PromiseTerm
  /**
   * 16 random bytes: without them, whoever holds one promise could find the trackers beside it in
   * its batch.
   */
  readonly salt: Uint8Array
  readonly index: number
  readonly hashes: readonly Hash[]
  /** The signed note over the batch. */
  readonly note: string
}

export interface ReceiptFile {
  readonly election: string
  /** As it is written: base64url, 43 characters. */
  readonly tracker: string
  /** The tracker's bytes: the leaf hash in the log. */
  readonly leaf: Hash
  /** Null where the server that gave the receipt kept no log. */
  readonly promise: SignedPromise | null
}

/** Why a promise binds nobody. */
export type PromiseFault =
  /** Its log is another than the key's. */
  | 'other-log'
  /** Its note is no note over a batch of promises of this log. */
  | 'not-a-batch'
  /** This tracker and term are not in the batch that was signed. */
  | 'not-in-batch'
  /** No signature by the key, or a wrong one. */
  | 'not-signed'

export type PromiseVerdict = { readonly ok: true } | { readonly ok: false; readonly why: PromiseFault }

/**
 * The first line of a note over promises: no checkpoint of the log can be taken for one, nor it for
 * a checkpoint, nor a promise of one version for one of the other, whose seconds mean something
 * else.
 */
export function promisesOrigin(log: string, v: PromiseVersion): string {
  return v === 1 ? `${log}/promises` : `${log}/promises/v2`
}

/**
 * Reads a receipt as the server answered it, or the booth saved it. Members not known are passed
 * over.
 * @throws Malformed, saying what is wrong and nothing of what is in it
 */
export function parseReceipt(text: string): ReceiptFile {
  if (text.length > MOST_RECEIPT_CHARACTERS) throw new Malformed('longer than any receipt')
  const receipt = membersOf(json(text))
  if (receipt.status !== 'recorded') throw new Malformed('no receipt of a recorded ballot')
  const { election, tracker, promise } = receipt
  if (typeof election !== 'string' || election === '') throw new Malformed('a receipt without an election')
  if (typeof tracker !== 'string') throw new Malformed('a receipt without a tracker')
  return {
    election,
    tracker,
    leaf: parseTracker(tracker),
    promise: promise === undefined ? null : parsePromise(membersOf(promise)),
  }
}

/** The leaf hash a tracker is. @throws Malformed */
export function parseTracker(tracker: string): Hash {
  const bytes = tracker.length === 43 ? fromBase64url(tracker) : undefined
  if (bytes === undefined) throw new Malformed('not a tracker: 43 letters, digits, "-" and "_"')
  return asHash(Uint8Array.from(bytes))
}

function parsePromise(promise: Readonly<Record<string, unknown>>): SignedPromise {
  const { log, salt, index, hashes, note } = promise
  if (typeof log !== 'string') throw new Malformed('a promise without a log')
  const term = termOf(promise)
  if (typeof salt !== 'string' || !SALT.test(salt)) throw new Malformed('a promise without a salt')
  if (!isCount(index, MOST_PROMISES - 1)) throw new Malformed('a promise without its place in the batch')
  if (
    !Array.isArray(hashes) ||
    hashes.length > MOST_HASHES ||
    !hashes.every((one) => typeof one === 'string')
  )
    throw new Malformed('a promise without its path in the batch')
  if (typeof note !== 'string') throw new Malformed('a promise without a signed note')
  return { log, term, salt: hexBytes(salt), index, hashes: hashes.map(parseHash), note }
}

function termOf({ v, publish_by: publishBy, within }: Readonly<Record<string, unknown>>): PromiseTerm {
  if (v === undefined) {
    if (isCount(publishBy, MOST_SECONDS)) return { v: 1, publishBy }
  } else if (v !== 2) throw new Malformed('a promise of a version not known here')
  else if (isCount(within, MOST_WITHIN_S)) return { v: 2, withinS: within }
  throw new Malformed('a promise without a time')
}

/** The leaf of a promise in its batch's tree. */
export function promiseLeaf(
  hasher: TreeHasher,
  leaf: Hash,
  { term, salt }: Pick<SignedPromise, 'term' | 'salt'>,
): Hash {
  const bytes = new Uint8Array(56)
  bytes.set(leaf)
  new DataView(bytes.buffer).setBigUint64(32, BigInt(term.v === 1 ? term.publishBy : term.withinS))
  bytes.set(salt, 40)
  return leafHash(hasher, bytes)
}

/**
 * What remains to be checked of a promise: all of it holds exactly when every claim does. For where
 * signatures are checked asynchronously; elsewhere `verifyPromise` does all at once.
 */
export function promiseClaims(
  hasher: TreeHasher,
  leaf: Hash,
  promise: SignedPromise,
  key: VerifierKey,
): { readonly claims: readonly Claim[] } | { readonly why: PromiseFault } {
  if (promise.log !== key.name) return { why: 'other-log' }
  const batch = batchOf(promise)
  if (batch === undefined) return { why: 'not-a-batch' }
  const { note, size, root } = batch
  const own = promiseLeaf(hasher, leaf, promise)
  if (!verifyInclusion(hasher, own, promise.index, size, promise.hashes, root)) return { why: 'not-in-batch' }
  const claims = claimsOf(note, [key])
  return claims.length === 0 ? { why: 'not-signed' } : { claims }
}

/**
 * Whether the log's key promised this leaf. That the leaf is in the log by then is for the caller
 * to see.
 */
export function verifyPromise(
  hasher: TreeHasher,
  verify: Verify,
  leaf: Hash,
  promise: SignedPromise,
  key: VerifierKey,
): PromiseVerdict {
  const checked = promiseClaims(hasher, leaf, promise, key)
  if ('why' in checked) return { ok: false, why: checked.why }
  const holds = checked.claims.every((claim) => verify(claim.key.publicKey, claim.message, claim.signature))
  return holds ? { ok: true } : { ok: false, why: 'not-signed' }
}

function batchOf({ log, term, note: text }: SignedPromise) {
  try {
    const note = parseNote(text)
    const { origin, size, root, extensions } = parseCheckpoint(note.text)
    const isBatch = origin === promisesOrigin(log, term.v) && size <= MOST_PROMISES && extensions.length === 0
    return isBatch ? { note, size, root } : undefined
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function json(text: string): unknown {
  return parseBounded(text, { text: MOST_RECEIPT_CHARACTERS }).value
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed('not a JSON object')
  return value as Readonly<Record<string, unknown>>
}

function isCount(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g)!, (digits) => Number.parseInt(digits, 16))
}
