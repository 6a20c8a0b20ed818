/**
 * The Merkle tree's hashes by node:crypto's one-shot `hash`. Digests come as latin1 strings and are
 * written into the tree's arrays: a third of what a Buffer per digest costs
 * (docs/decisions/004-digests-as-latin1.md).
 */
import { hash } from 'node:crypto'
import { HASH_BYTES, type TreeHasher } from '../../core/tlog/merkle.ts'

const PAIR_BYTES = 2 * HASH_BYTES
/** Entries up to this length are copied behind their prefix into a buffer that is used again. */
const SHORT_ENTRY_BYTES = 4096

export function nodeTreeHasher(): TreeHasher {
  const pair = Buffer.alloc(1 + PAIR_BYTES, 1)
  const short = Buffer.alloc(1 + SHORT_ENTRY_BYTES)
  /** Of it by length: a view per hash would cost as much as the copying. */
  const shorts: Buffer[] = []
  const shortOf = (length: number): Buffer => {
    const known = shorts[length]
    if (known !== undefined) return known
    const made = short.subarray(0, 1 + length)
    shorts[length] = made
    return made
  }
  return {
    sha256: (bytes) => hash('sha256', bytes, 'buffer'),
    leaf: (source, from, to, out, at) => {
      const length = to - from
      const prefixed = length <= SHORT_ENTRY_BYTES ? shortOf(length) : Buffer.alloc(1 + length)
      for (let i = 0; i < length; i++) prefixed[1 + i] = source[from + i]!
      writeDigest(hash('sha256', prefixed, 'binary'), out, at)
    },
    node: (source, from, out, at) => {
      for (let i = 0; i < PAIR_BYTES; i++) pair[1 + i] = source[from + i]!
      writeDigest(hash('sha256', pair, 'binary'), out, at)
    },
  }
}

/** Any array takes it, a Buffer or not. */
function writeDigest(latin1: string, out: Uint8Array, at: number): void {
  for (let i = 0; i < HASH_BYTES; i++) out[at + i] = latin1.charCodeAt(i)
}
