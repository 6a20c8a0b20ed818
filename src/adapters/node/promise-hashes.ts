/** The hashes of a batch of promises by node:crypto's one-shot `hash`, from and to base64, with two buffers used again. */
import { hash } from 'node:crypto'
import type { PromiseHashes } from '../../core/log/promise-batch.ts'

const HASH_BYTES = 32
const TIME_AT = 1 + HASH_BYTES
const SALT_AT = TIME_AT + 8
const SALT_BYTES = 16
const HALF_OF_64_BITS = 2 ** 32

export function nodePromiseHashes(): PromiseHashes {
  const leaf = Buffer.alloc(SALT_AT + SALT_BYTES)
  const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1)
  return {
    leaf: (tracker, publishBy, saltHex) => {
      leaf.write(tracker, 1, HASH_BYTES, 'base64url')
      leaf.writeUInt32BE(Math.floor(publishBy / HALF_OF_64_BITS), TIME_AT)
      leaf.writeUInt32BE(publishBy % HALF_OF_64_BITS, TIME_AT + 4)
      leaf.write(saltHex, SALT_AT, SALT_BYTES, 'hex')
      return hash('sha256', leaf, 'base64')
    },
    node: (left, right) => {
      pair.write(left, 1, HASH_BYTES, 'base64')
      pair.write(right, 1 + HASH_BYTES, HASH_BYTES, 'base64')
      return hash('sha256', pair, 'base64')
    },
  }
}
