/**
 * Finds a leaf's number by its hash, for proofs: of every leaf the first four bytes of its hash and
 * its number, 8 bytes, in sorted runs. New leaves make a run; runs are merged as binary numbers
 * carry, so there are at most some thirty. A hash found is a candidate: the caller compares the
 * whole hash with the tile's. No I/O.
 */
import { HASH_BYTES } from './merkle.ts'

export interface LeafIndex {
  /** Adds leaves by their packed hashes; they are numbered on from `size()`. */
  readonly add: (hashes: Uint8Array) => void
  /** Leaves in it. */
  readonly size: () => number
  /** Numbers of leaves whose hash may be this one. */
  readonly candidates: (hash: Uint8Array) => readonly number[]
}

interface Run {
  readonly words: Uint32Array
  readonly numbers: Uint32Array
}

export function leafIndex(): LeafIndex {
  const runs: Run[] = []
  let size = 0
  return {
    add: (hashes) => {
      const count = hashes.length / HASH_BYTES
      if (count === 0) return
      let run = sortedRun(hashes, count, size)
      size += count
      while (runs.length > 0 && runs.at(-1)!.words.length < 2 * run.words.length)
        run = merged(runs.pop()!, run)
      runs.push(run)
    },
    size: () => size,
    candidates: (hash) => {
      const word = wordAt(hash, 0)
      const found: number[] = []
      for (const { words, numbers } of runs)
        for (let i = firstNotBelow(words, word); words[i] === word; i++) found.push(numbers[i]!)
      return found
    },
  }
}

function sortedRun(hashes: Uint8Array, count: number, first: number): Run {
  const unsorted = new Uint32Array(count)
  for (let i = 0; i < count; i++) unsorted[i] = wordAt(hashes, i * HASH_BYTES)
  const numbers = new Uint32Array(count)
  for (let i = 0; i < count; i++) numbers[i] = i
  numbers.sort((a, b) => unsorted[a]! - unsorted[b]!)
  const words = numbers.map((i) => unsorted[i]!)
  for (let i = 0; i < count; i++) numbers[i]! += first
  return { words, numbers }
}

function merged(a: Run, b: Run): Run {
  const length = a.words.length + b.words.length
  const words = new Uint32Array(length)
  const numbers = new Uint32Array(length)
  for (let i = 0, j = 0; i + j < length; ) {
    const fromA = j >= b.words.length || (i < a.words.length && a.words[i]! <= b.words[j]!)
    const at = i + j
    words[at] = fromA ? a.words[i]! : b.words[j]!
    numbers[at] = fromA ? a.numbers[i++]! : b.numbers[j++]!
  }
  return { words, numbers }
}

function firstNotBelow(words: Uint32Array, word: number): number {
  let [from, to] = [0, words.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (words[middle]! < word) from = middle + 1
    else to = middle
  }
  return from
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}
