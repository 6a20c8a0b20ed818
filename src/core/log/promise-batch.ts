/**
 * Makes promises (docs/protocol.md, "Receipt"): up to 256 of them under one signature, each with its path in the batch's
 * tree, since a signature per vote would cost more than everything else about it. Hashes and the signing of a note are
 * handed in; no I/O.
 *
 * This lies on the way of a vote: hashes are the base64 that the receipt shows, and a promise is put together as JSON text
 * by hand.
 */
import { MOST_PROMISES, promisesOrigin } from './promise.ts'

/** The hashes of a batch's tree (RFC 6962 section 2.1), each as padded base64, 44 characters. */
export interface PromiseHashes {
  /** SHA-256(0x00 ‖ tracker (32 bytes) ‖ publish_by (8 bytes, big-endian) ‖ salt (16 bytes)) */
  readonly leaf: (tracker: string, publishBy: number, saltHex: string) => string
  /** SHA-256(0x01 ‖ left ‖ right) */
  readonly node: (left: string, right: string) => string
}

export interface PromiseWriterDeps {
  /** The log's origin. */
  readonly log: string
  readonly hashes: PromiseHashes
  /** 16 fresh random bytes as 32 lower-case hexadecimal digits. */
  readonly saltHex: () => string
  /** The text of a checkpoint, with its last line feed, as a note signed with the log's key. */
  readonly signedNote: (text: string) => string
}

/**
 * Promises for ballots that are durable, as JSON objects in ASCII, in the order of the trackers.
 * @param publishBy Unix seconds, one per tracker
 */
export type PromiseWriter = (trackers: readonly string[], publishBy: readonly number[]) => readonly string[]

export function promiseWriter(deps: PromiseWriterDeps): PromiseWriter {
  const { hashes, saltHex } = deps
  const origin = promisesOrigin(deps.log)
  const head = `{"log":${asciiJson(deps.log)},"publish_by":`

  const writeBatch = (
    trackers: readonly string[],
    publishBy: readonly number[],
    from: number,
    to: number,
    promises: string[],
  ): void => {
    const size = to - from
    const salts = new Array<string>(size)
    const leaves = new Array<string>(size)
    for (let i = 0; i < size; i++) {
      salts[i] = saltHex()
      leaves[i] = hashes.leaf(trackers[from + i]!, publishBy[from + i]!, salts[i]!)
    }
    const levels = treeLevels(leaves, hashes.node)
    const root = levels.at(-1)![0]!
    const tail = `],"note":${asciiJson(deps.signedNote(`${origin}\n${size}\n${root}\n`))}}`
    for (let i = 0; i < size; i++) {
      const time = String(publishBy[from + i])
      const path = pathText(levels, i)
      promises.push(
        [head, time, ',"salt":"', salts[i], '","index":', String(i), ',"hashes":[', path, tail].join(''),
      )
    }
  }

  return (trackers, publishBy) => {
    const promises: string[] = []
    for (let from = 0; from < trackers.length; from += MOST_PROMISES)
      writeBatch(trackers, publishBy, from, Math.min(from + MOST_PROMISES, trackers.length), promises)
    return promises
  }
}

/** The tree level by level, leaves first: a last hash without a sibling goes up as it is, as RFC 6962 splits the leaves. */
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

/** The hashes beside the way from a leaf to the root, as members of a JSON list. */
function pathText(levels: readonly (readonly string[])[], index: number): string {
  const siblings: string[] = []
  let place = index
  for (let level = 0; level < levels.length - 1; level++, place >>= 1) {
    const sibling = levels[level]![place ^ 1]
    if (sibling !== undefined) siblings.push(sibling)
  }
  return siblings.length === 0 ? '' : `"${siblings.join('","')}"`
}

/**
 * JSON of a text in nothing but ASCII: a receipt's length in bytes is then its length. Made anew from its codes, for what
 * engines derive from a text with wider characters (a signature line's dash) they keep in two bytes a character, and
 * with it every receipt that it becomes a part of: that costs a vote more than its promise.
 */
function asciiJson(text: string): string {
  const ascii = JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return String.fromCharCode(...Array.from(ascii, (character) => character.charCodeAt(0)))
}
