/** Searches the number that solves a challenge (core/access/challenge.ts), in short batches. */
import { sha256 } from '@noble/hashes/sha2.js'
import { hashedText, hasZeroBits, readChallenge } from '../../core/access/challenge.ts'

/** Some milliseconds. */
const TRIES = 2_000

/** Yields how many numbers were tried; returns the solution. */
export function* tries(challenge: string): Generator<number, number> {
  const read = readChallenge(challenge)
  if (read === undefined) throw new Error('the challenge is malformed')
  const text = new TextEncoder()
  for (let number = 0; ; number++) {
    if (hasZeroBits(sha256(text.encode(hashedText(read, number))), read.bits)) return number
    if (number % TRIES === TRIES - 1) yield number + 1
  }
}
