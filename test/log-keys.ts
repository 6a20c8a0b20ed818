/**
 * Ed25519 keys from seeds, by node:crypto, in the form that core takes.
 */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { nodeTreeHasher } from '../src/adapters/node/tree-hasher.ts'
import type { Sign, Verify } from '../src/core/tlog/note.ts'
import { ED25519, type SignatureType, type VerifierKey, verifierKey } from '../src/core/tlog/note-key.ts'

export const HASHER = nodeTreeHasher()

/** PKCS #8 and SPKI around 32 bytes (RFC 8410 sections 7 and 4). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

export interface TestKey {
  readonly key: VerifierKey
  readonly sign: Sign
}

/** @param seed 32 bytes */
export function testKey(name: string, seed: Uint8Array, type: SignatureType = ED25519): TestKey {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  return {
    key: verifierKey(HASHER.sha256, name, type, new Uint8Array(publicKey)),
    sign: (message) => new Uint8Array(sign(null, message, secret)),
  }
}

export const verifyEd25519: Verify = (publicKey, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' }),
    signature,
  )
