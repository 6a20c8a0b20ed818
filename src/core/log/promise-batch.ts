/**
 * Makes promises (docs/protocol.md, "Receipt"). One signature covers up to 256 promises, each with
 * its path in the batch's tree, because a signature per vote would cost more than everything else
 * for it. The caller provides the hashes and the signature.
 *
 * This code runs for every vote. Hashes are the base64 texts of the receipt, and promises are
 * concatenated as JSON text.
 */
import { MOST_PROMISES, type PromiseVersion, promisesOrigin } from './promise.ts'

/** The hashes of a batch's tree (RFC 6962, section 2.1), each as padded base64 of 44 characters. */
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
  /** Returns 16 fresh random bytes as 32 lower-case hexadecimal digits. */
  readonly saltHex: () => string
  /** Signs the text of a checkpoint, which ends with a line feed, as a note with the log's key. */
  readonly signedNote: (text: string) => Promise<string>
}

/**
 * Makes promises for trackers whose ballots are durable before the promises are sent.
 * @param trackers base64url, 43 characters each
 * @param seconds for all promises: in version 1 the Unix time to publish by, in version 2 the
 *   seconds after the close of voting
 * @returns the promises as JSON objects in ASCII, in the order of the trackers
 */
export type PromiseWriter = (trackers: readonly string[], seconds: number) => Promise<readonly string[]>

/** Creates the writer of promises (docs/protocol.md, "Receipt"). */
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
 * The levels of the tree, leaves first. A last hash without a sibling is copied to the next level,
 * which gives the tree of RFC 6962.
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
 * The ends of the promises below each hash of the second level: the hashes beside the path to the
 * root, then the end that all promises of the batch share. Computed from the root downwards, so
 * that promises share the texts that their paths share.
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
      // One flat text, because each promise appends it only once and writes it only once.
      return at === 1 ? [',"', sibling, '"', end].join('') : `,"${sibling}"${end}`
    })
  }
  return ends
}

/**
 * Writes a text as ASCII JSON, so that the length of a receipt in characters is its length in
 * bytes. The result is built again from its character codes: an engine stores a text derived from
 * wider characters (such as the dash of a signature line) with two bytes per character, and so
 * every receipt that contains it, which costs more per vote than its promise.
 */
function asciiJson(text: string): string {
  const ascii = JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return String.fromCharCode(...Array.from(ascii, (character) => character.charCodeAt(0)))
}
