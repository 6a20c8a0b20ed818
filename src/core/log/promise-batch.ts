/**
 * Makes promises (docs/protocol.md, "Receipt"): up to 256 of them under one signature, each with
 * its path in the batch's tree, since a signature per vote would cost more than everything else
 * about it. Hashes and the signing of a note are handed in; no I/O.
 *
 * This lies on the way of a vote: hashes are the base64 that the receipt shows, and a promise is
 * put together as JSON text by hand.
 */
import { MOST_PROMISES, type PromiseVersion, promisesOrigin } from './promise.ts'

/** The hashes of a batch's tree (RFC 6962 section 2.1), each as padded base64, 44 characters. */
export interface PromiseHashes {
  /** SHA-256(0x00 ‖ tracker (32 bytes) ‖ seconds (8 bytes, big-endian) ‖ salt (16 bytes)) */
  readonly leaf: (tracker: string, seconds: number, saltHex: string) => string
  /** SHA-256(0x01 ‖ left ‖ right) */
  readonly node: (left: string, right: string) => string
}

export interface PromiseWriterDeps {
  readonly v: PromiseVersion
  /** The log's origin. */
  readonly log: string
  readonly hashes: PromiseHashes
  /** 16 fresh random bytes as 32 lower-case hexadecimal digits. */
  readonly saltHex: () => string
  /** The text of a checkpoint, with its last line feed, as a note signed with the log's key. */
  readonly signedNote: (text: string) => Promise<string>
}

/**
 * Promises as JSON objects in ASCII, in the order of the trackers; for ballots that are durable
 * before anybody sees them.
 * @param seconds one number for all: Unix seconds to publish by in version 1, seconds from the
 *   close in version 2
 */
export type PromiseWriter = (trackers: readonly string[], seconds: number) => Promise<readonly string[]>

export function promiseWriter(deps: PromiseWriterDeps): PromiseWriter {
  const { v, hashes, saltHex } = deps
  const origin = promisesOrigin(deps.log, v)
  const log = `"log":${asciiJson(deps.log)}`
  const begin = v === 1 ? `{${log},"publish_by":` : `{"v":2,${log},"within":`

  const writeBatch = async (trackers: readonly string[], seconds: number): Promise<readonly string[]> => {
    const size = trackers.length
    const salts = new Array<string>(size)
    const leaves = new Array<string>(size)
    for (let i = 0; i < size; i++) {
      salts[i] = saltHex()
      leaves[i] = hashes.leaf(trackers[i]!, seconds, salts[i]!)
    }
    const levels = treeLevels(leaves, hashes.node)
    const note = await deps.signedNote(`${origin}\n${size}\n${levels.at(-1)![0]!}\n`)
    const ends = endsOf(levels, `],"note":${asciiJson(note)}}`)
    const head = `${begin}${seconds},"salt":"`
    const promises = new Array<string>(size)
    for (let i = 0; i < size; i++) {
      const sibling = leaves[i ^ 1]
      const end = ends[i >> 1]!
      const path = sibling === undefined ? end.slice(end.startsWith(',') ? 1 : 0) : `"${sibling}"${end}`
      promises[i] = `${head}${salts[i]}","index":${i},"hashes":[${path}`
    }
    return promises
  }

  return async (trackers, seconds) => {
    const batches: Promise<readonly string[]>[] = []
    for (let from = 0; from < trackers.length; from += MOST_PROMISES)
      batches.push(writeBatch(trackers.slice(from, from + MOST_PROMISES), seconds))
    return (await Promise.all(batches)).flat()
  }
}

/**
 * The tree level by level, leaves first: a last hash without a sibling goes up as it is, as RFC
 * 6962 splits the leaves.
 */
function treeLevels(leaves: string[], node: PromiseHashes['node']): readonly (readonly string[])[] {
  const levels = [leaves]
  for (let level = leaves; level.length > 1; levels.push(level)) {
    const above = new Array<string>((level.length + 1) >> 1)
    for (let i = 0; i + 1 < level.length; i += 2) above[i >> 1] = node(level[i]!, level[i + 1]!)
    if (level.length % 2 === 1) above[above.length - 1] = level.at(-1)!
    level = above
  }
  return levels
}

/**
 * What ends the promises below each hash of the second level: the hashes beside its way to the
 * root, then what all promises of the batch end with. Worked out from the root down, so that
 * promises share what their paths share.
 */
function endsOf(levels: readonly (readonly string[])[], ofAll: string): readonly string[] {
  let ends: readonly string[] = [ofAll]
  for (let at = levels.length - 2; at >= 1; at--) {
    const level = levels[at]!
    const above = ends
    ends = level.map((_, i) => {
      const sibling = level[i ^ 1]
      const end = above[i >> 1]!
      if (sibling === undefined) return end
      // One flat text where promises begin: each of them is put together from it and written out
      // but once.
      return at === 1 ? [',"', sibling, '"', end].join('') : `,"${sibling}"${end}`
    })
  }
  return ends
}

/**
 * JSON of a text in nothing but ASCII: a receipt's length in bytes is then its length. Made anew
 * from its codes, for what engines derive from a text with wider characters (a signature line's
 * dash) they keep in two bytes a character, and with it every receipt that it becomes a part of:
 * that costs a vote more than its promise.
 */
function asciiJson(text: string): string {
  const ascii = JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return String.fromCharCode(...Array.from(ascii, (character) => character.charCodeAt(0)))
}
