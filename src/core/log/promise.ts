/**
 * Receipts and their promises (docs/protocol.md, "Receipt"). A promise, signed with the log's key,
 * says that the log will contain a leaf by a certain time or within some time after the close of
 * voting. A leaf that is missing after that is evidence that anyone can check. This file parses and
 * checks promises; promise-batch.ts makes them. The caller provides SHA-256 and Ed25519.
 */
import { fromBase64url } from '../election/text-bytes.ts'
import { parseCheckpoint, parseHash } from '../tlog/checkpoint.ts'
import { Malformed } from '../tlog/malformed.ts'
import { asHash, type Hash, leafHash, type TreeHasher } from '../tlog/merkle.ts'
import { verifyInclusion } from '../tlog/merkle-proof.ts'
import { type Claim, claimsOf, parseNote, type Verify } from '../tlog/note.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { parseBounded } from './bounded-json.ts'

/** The most promises under one signature. */
export const MOST_PROMISES = 256
/** The longest path of a promise, in hashes: log2(256). */
const MOST_HASHES = 8
const SALT = /^[0-9a-f]{32}$/
const MOST_RECEIPT_CHARACTERS = 16_384
/** The end of the year 9999, the last time that a date can express. */
const MOST_SECONDS = 253_402_300_799
/** A hundred years: the sum with the close of voting is still a valid date. */
const MOST_WITHIN_S = 3_155_760_000

export type PromiseVersion = 1 | 2

/** When the log must contain the leaf. */
export type PromiseTerm =
  /** Unix seconds. */
  | { readonly v: 1; readonly publishBy: number }
  /** Seconds after the end of voting that is finally in force. */
  | { readonly v: 2; readonly withinS: number }

export interface SignedPromise {
  /** The log's origin, which is the name of its key. */
  readonly log: string
  readonly term: PromiseTerm
  /**
   * 16 random bytes. Without them, the holder of one promise could find the other trackers of its
   * batch by trying.
   */
  readonly salt: Uint8Array
  readonly index: number
  readonly hashes: readonly Hash[]
  /** The signed note over the batch. */
  readonly note: string
}

export interface ReceiptFile {
  readonly election: string
  /** As written: base64url, 43 characters. */
  readonly tracker: string
  /** The tracker's bytes: the leaf hash in the log. */
  readonly leaf: Hash
  /** Null if the server that issued the receipt has no public log. */
  readonly promise: SignedPromise | null
}

/** Why a promise is invalid. */
export type PromiseFault =
  /** It names another log than the key's. */
  | 'other-log'
  /** Its note is not a note over a batch of promises of this log. */
  | 'not-a-batch'
  /** This tracker and term are not in the signed batch. */
  | 'not-in-batch'
  /** The key's signature is missing or wrong. */
  | 'not-signed'

export type PromiseVerdict = { readonly ok: true } | { readonly ok: false; readonly why: PromiseFault }

/**
 * The first line of a note over promises. It differs from that of a checkpoint, and between the
 * versions, whose seconds have different meanings; so none of them can be mistaken for another.
 */
export function promisesOrigin(log: string, v: PromiseVersion): string {
  return v === 1 ? `${log}/promises` : `${log}/promises/v2`
}

/**
 * Parses a receipt as the server sent it or the booth saved it. Unknown members are ignored.
 * @throws {Malformed} with a message that says what is wrong and quotes nothing of the receipt
 */
export function parseReceipt(text: string): ReceiptFile {
  if (text.length > MOST_RECEIPT_CHARACTERS)
    throw new Malformed(`longer than ${MOST_RECEIPT_CHARACTERS} characters`)
  const receipt = membersOf(json(text))
  if (receipt.status !== 'recorded') throw new Malformed('not the receipt of a recorded ballot')
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

/**
 * Parses a tracker.
 * @param tracker base64url, 43 characters
 * @returns the leaf hash
 * @throws {Malformed} if it is not a tracker
 */
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
  if (!isCount(index, MOST_PROMISES - 1)) throw new Malformed('a promise without its index in the batch')
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
  } else if (v !== 2) throw new Malformed('a promise of an unknown version')
  else if (isCount(within, MOST_WITHIN_S)) return { v: 2, withinS: within }
  throw new Malformed('a promise without a time')
}

/** @returns the leaf hash of a promise in the tree of its batch (docs/protocol.md, "Receipt") */
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
 * Checks a promise except for the signature. The promise is valid if and only if every returned
 * claim holds. For callers that verify signatures asynchronously; `verifyPromise` does everything
 * at once.
 * @param leaf the leaf hash that the promise is for
 * @param key the log's key
 * @returns the signatures to verify, or why the promise is invalid
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
 * Checks whether the log's key promised this leaf. The caller checks whether the log contains it by
 * then.
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
