/** Digests by node:crypto's one-shot `hash`, random bytes drawn from a pool. */
import { hash, randomFillSync } from 'node:crypto'
import type { Credential, Digest, Tag } from '../../ports/digest.ts'

const NONCE_BYTES = 16
const NONCES_PER_DRAW = 1024
const CREDENTIAL_BYTES = 32

/**
 * Nonces are drawn a thousand at a time: one call into the kernel per nonce would cost more than
 * the hash.
 */
function noncePool(): () => string {
  const pool = Buffer.alloc(NONCE_BYTES * NONCES_PER_DRAW)
  let hex = ''
  let next = NONCES_PER_DRAW
  return () => {
    if (next === NONCES_PER_DRAW) {
      hex = randomFillSync(pool).toString('hex')
      next = 0
    }
    const at = next++ * NONCE_BYTES * 2
    return hex.slice(at, at + NONCE_BYTES * 2)
  }
}

/** Of a text its UTF-8 bytes; lower-case hexadecimal. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}

export function nodeDigest(): Digest {
  return {
    credential: (text) => hash('sha256', text, 'binary') as string as Credential,
    tracker: (leafText) => hash('sha256', leafText, 'base64url'),
    retryMark: (credential, idempotencyKey) =>
      hash(
        'sha256',
        `${Buffer.from(credential, 'latin1').toString('hex')}\n${idempotencyKey}`,
        'binary',
      ).slice(0, 16),
    nonceHex: noncePool(),
  }
}

/**
 * The function from credentials to tags under one election secret. It writes into one buffer of its
 * own, so it allocates nothing but the tag.
 * @param secret 32 bytes
 */
export function tagger(secret: Uint8Array): (credential: Credential) => Tag {
  const input = Buffer.alloc(secret.length + CREDENTIAL_BYTES)
  input.set(secret)
  return (credential) => {
    input.write(credential, secret.length, CREDENTIAL_BYTES, 'latin1')
    return hash('sha256', input, 'binary') as string as Tag
  }
}
