/**
 * The hashes of a batch of promises by node:crypto's one-shot `hash`, from and to base64, with two
 * buffers used again.
 *
 * Texts are read here and not by `Buffer.write`, whose call costs more than the reading of so few
 * characters.
 */
import { hash } from 'node:crypto'
import type { PromiseHashes } from '../../core/log/promise-batch.ts'

const HASH_BYTES = 32
const TIME_AT = 1 + HASH_BYTES
const SALT_AT = TIME_AT + 8
const SALT_BYTES = 16
const HALF_OF_64_BITS = 2 ** 32

/** What a character stands for, in base64 or base64url, and in lower-case hexadecimal. */
const SIX_BITS = valuesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
for (const [value, character] of [...'-_'].entries()) SIX_BITS[character.charCodeAt(0)] = 62 + value
const FOUR_BITS = valuesOf('0123456789abcdef')

export function nodePromiseHashes(): PromiseHashes {
  const leaf = Buffer.alloc(SALT_AT + SALT_BYTES)
  const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1)
  let time = 0
  const writeTime = (publishBy: number): void => {
    if (publishBy === time) return
    leaf.writeUInt32BE(Math.floor(publishBy / HALF_OF_64_BITS), TIME_AT)
    leaf.writeUInt32BE(publishBy % HALF_OF_64_BITS, TIME_AT + 4)
    time = publishBy
  }
  return {
    leaf: (tracker, publishBy, saltHex) => {
      readHash(tracker, leaf, 1)
      writeTime(publishBy)
      for (let i = 0; i < SALT_BYTES; i++)
        leaf[SALT_AT + i] =
          (FOUR_BITS[saltHex.charCodeAt(2 * i)]! << 4) | FOUR_BITS[saltHex.charCodeAt(2 * i + 1)]!
      return hash('sha256', leaf, 'base64')
    },
    node: (left, right) => {
      readHash(left, pair, 1)
      readHash(right, pair, 1 + HASH_BYTES)
      return hash('sha256', pair, 'base64')
    },
  }
}

/**
 * Reads 32 bytes from the first 43 characters: ten times three bytes from four of them, then two
 * from three.
 */
function readHash(base64: string, out: Uint8Array, at: number): void {
  let place = at
  for (let i = 0; i < 40; i += 4) {
    const bits =
      (SIX_BITS[base64.charCodeAt(i)]! << 18) |
      (SIX_BITS[base64.charCodeAt(i + 1)]! << 12) |
      (SIX_BITS[base64.charCodeAt(i + 2)]! << 6) |
      SIX_BITS[base64.charCodeAt(i + 3)]!
    out[place++] = bits >> 16
    out[place++] = bits >> 8
    out[place++] = bits
  }
  const bits =
    (SIX_BITS[base64.charCodeAt(40)]! << 12) |
    (SIX_BITS[base64.charCodeAt(41)]! << 6) |
    SIX_BITS[base64.charCodeAt(42)]!
  out[place++] = bits >> 10
  out[place] = bits >> 2
}

function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128)
  for (const [value, character] of [...alphabet].entries()) values[character.charCodeAt(0)] = value
  return values
}
