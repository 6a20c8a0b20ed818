/** Ed25519 verification (RFC 8032) by node:crypto. */
import { createPublicKey, verify } from 'node:crypto'

/**
 * SubjectPublicKeyInfo around an Ed25519 public key (RFC 8410 section 4): everything but the key.
 */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

export function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
  return verify(null, message, key, signature)
}
