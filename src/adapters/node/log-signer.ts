/**
 * The log's Ed25519 key by node:crypto, kept and shown as C2SP `signed-note` has it: signer key
 * `PRIVATE+KEY+<name>+<hash>+<base64(0x01 ‖ seed)>`, verifier key
 * `<name>+<hash>+<base64(0x01 ‖ public key)>`, where hash is the first 4 bytes of SHA-256(name ‖ LF
 * ‖ 0x01 ‖ public key) in hexadecimal.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { LogSigner } from '../../ports/log-signer.ts'

const ED25519 = 0x01
const SEED_BYTES = 32
/** PKCS #8 around an Ed25519 seed (RFC 8410 section 7): everything but the seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const SIGNER_KEY = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/
const MAX_NAME = 255
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const NAME = /^[^\s+\u0000-\u001f\u007f-\u009f]+$/

/**
 * Whether the text can be a log's origin: a C2SP key name, without white space, plus or control
 * characters.
 */
export function isLogOrigin(text: string): boolean {
  return text.length <= MAX_NAME && NAME.test(text) && text.isWellFormed()
}

/**
 * A new key of that name. `signerKey` is secret: it is for a file that only the server reads.
 * @throws RangeError where the name can be no key's
 */
export function newLogKey(origin: string): { readonly signerKey: string; readonly signer: LogSigner } {
  if (!isLogOrigin(origin)) throw new RangeError(`"${origin}" cannot name a log`)
  const seed = randomBytes(SEED_BYTES)
  const { key, publicKey } = keyPair(seed)
  const signerKey = `PRIVATE+KEY+${origin}+${keyHash(origin, publicKey)}+${encoded(seed)}`
  return { signerKey, signer: logSigner(origin, key, publicKey) }
}

/**
 * The signer behind the text of a signer key; white space around it does not matter.
 * @throws Error where the text is not one, or its hash is another key's; the message tells nothing
 *   of the key
 */
export function loadLogKey(signerKey: string): LogSigner {
  const parts = SIGNER_KEY.exec(signerKey.trim())
  if (parts === null) throw new Error('is not a C2SP signer key, "PRIVATE+KEY+name+hash+key"')
  const [, origin, hashHex, encodedSeed] = parts as unknown as [string, string, string, string]
  const typed = Buffer.from(encodedSeed, 'base64')
  if (!isLogOrigin(origin) || typed.length !== SEED_BYTES + 1 || typed.toString('base64') !== encodedSeed)
    throw new Error('is not a C2SP signer key, "PRIVATE+KEY+name+hash+key"')
  if (typed[0] !== ED25519) throw new Error('is a signer key of another kind than Ed25519')
  const { key, publicKey } = keyPair(typed.subarray(1))
  if (keyHash(origin, publicKey) !== hashHex) throw new Error('is damaged: its hash is not that of its key')
  return logSigner(origin, key, publicKey)
}

function keyPair(seed: Uint8Array): { key: KeyObject; publicKey: Buffer } {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return { key, publicKey: spki.subarray(spki.length - SEED_BYTES) }
}

const signedAside = promisify(sign)

function logSigner(origin: string, key: KeyObject, publicKey: Buffer): LogSigner {
  return {
    origin,
    verifierKey: `${origin}+${keyHash(origin, publicKey)}+${encoded(publicKey)}`,
    sign: (message) => sign(null, message, key),
    signAside: (message) => signedAside(null, message, key),
  }
}

function encoded(keyBytes: Uint8Array): string {
  return Buffer.concat([Buffer.of(ED25519), keyBytes]).toString('base64')
}

function keyHash(origin: string, publicKey: Uint8Array): string {
  const named = Buffer.concat([Buffer.from(`${origin}\n`), Buffer.of(ED25519), publicKey])
  return hash('sha256', named, 'hex').slice(0, 8)
}
