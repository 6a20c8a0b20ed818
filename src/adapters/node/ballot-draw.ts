/**
 * The draws of the release rule (docs/protocol.md, "Release"): HMAC-SHA-256 as two one-shot hashes
 * over buffers that are used again, a fifth of what `createHmac` costs per ballot.
 */
import { hash } from 'node:crypto'
import type { DrawOf } from '../../core/log/group-release.ts'
import { HASH_BYTES } from '../../core/tlog/merkle.ts'

const DRAW_DOMAIN = Buffer.from('digital-elections/v2/draw\n')
/** The block of SHA-256, which HMAC pads its key to (RFC 2104). */
const BLOCK_BYTES = 64
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

/**
 * The key of the step with which a unit has told so many ballots:
 * SHA-256("digital-elections/v2/draw" ‖ LF ‖ secret ‖ told, 8 bytes, big-endian).
 * @param secret the election secret, 32 bytes
 */
export function drawKey(secret: Uint8Array, published: number): Uint8Array {
  const count = Buffer.alloc(8)
  count.writeBigUInt64BE(BigInt(published))
  return hash('sha256', Buffer.concat([DRAW_DOMAIN, secret, count]), 'buffer')
}

/**
 * One draw at a time: a later step's takes the buffers over. @param secret the election secret, 32
 * bytes
 */
export function ballotDraws(secret: Uint8Array): DrawOf {
  const inner = Buffer.alloc(BLOCK_BYTES + HASH_BYTES)
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES)
  const draw = (leaves: Uint8Array, at: number): string => {
    for (let i = 0; i < HASH_BYTES; i++) inner[BLOCK_BYTES + i] = leaves[at + i]!
    const first = hash('sha256', inner, 'binary')
    for (let i = 0; i < HASH_BYTES; i++) outer[BLOCK_BYTES + i] = first.charCodeAt(i)
    return hash('sha256', outer, 'binary')
  }
  return (published) => {
    const key = drawKey(secret, published)
    for (let i = 0; i < BLOCK_BYTES; i++) {
      inner[i] = (key[i] ?? 0) ^ INNER_PAD
      outer[i] = (key[i] ?? 0) ^ OUTER_PAD
    }
    return draw
  }
}
