/**
 * Keys of signed notes (c2sp.org/signed-note): names, key ids, and the texts of public keys (vkey)
 * and private keys (skey) as golang.org/x/mod/sumdb/note writes them. A private key's text is a
 * secret. No I/O.
 */
import { base64, fromBase64 } from './base64.ts'
import { isEd25519Key } from './ed25519-key.ts'
import { Malformed } from './malformed.ts'
import type { Sha256 } from './merkle.ts'
import { utf8Bytes } from './utf8.ts'

/** Ed25519 over the note's text. */
export const ED25519 = 0x01
/** Timestamped Ed25519 cosignature of a witness (c2sp.org/tlog-cosignature). */
export const COSIGNATURE = 0x04
export type SignatureType = typeof ED25519 | typeof COSIGNATURE

const KEY_BYTES = 32
const MOST_KEY_CHARACTERS = 1024

/** What no name may hold: the plus, white space as Unicode has it, what no note may hold. */
const UNFIT = /[+\p{White_Space}\p{Cs}]/u

export interface VerifierKey {
  readonly name: string
  readonly keyId: number
  readonly type: SignatureType
  /** 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array
}

export interface SignerKey {
  readonly name: string
  readonly keyId: number
  readonly type: SignatureType
  /** 32 bytes, the private key of RFC 8032: secret. */
  readonly seed: Uint8Array
}

/** Whether text has ASCII control characters other than the line feed. */
export function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 && text[i] !== '\n') return true
  return false
}

export function isKeyName(name: string): boolean {
  return name !== '' && !UNFIT.test(name) && !hasControls(name)
}

/** The first four bytes of SHA-256(name ‖ LF ‖ type ‖ public key), as a number. */
export function keyIdOf(sha256: Sha256, name: string, type: SignatureType, publicKey: Uint8Array): number {
  const prefix = utf8Bytes(`${name}\n`)
  const message = new Uint8Array(prefix.length + 1 + publicKey.length)
  message.set(prefix)
  message[prefix.length] = type
  message.set(publicKey, prefix.length + 1)
  const digest = sha256(message)
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0)
}

/** @throws RangeError for a name that no key may have, or a key of another length */
export function verifierKey(
  sha256: Sha256,
  name: string,
  type: SignatureType,
  publicKey: Uint8Array,
): VerifierKey {
  if (!isKeyName(name)) throw new RangeError('not a key name')
  if (publicKey.length !== KEY_BYTES) throw new RangeError('an Ed25519 public key has 32 bytes')
  return { name, keyId: keyIdOf(sha256, name, type, publicKey), type, publicKey }
}

/** `NAME+KEYID+BASE64(type ‖ public key)` */
export function formatVerifierKey(key: VerifierKey): string {
  return `${key.name}+${hex8(key.keyId)}+${typed(key.type, key.publicKey)}`
}

/**
 * @throws Malformed, also where the key id is not the key's, and for bytes that others than its
 *   owner can sign for
 */
export function parseVerifierKey(sha256: Sha256, text: string): VerifierKey {
  const [name = '', id = '', ...rest] = textOf(text).split('+')
  const { type, key } = untyped(rest.join('+'))
  if (!isKeyName(name)) throw new Malformed('not a verifier key')
  const parsed = verifierKey(sha256, name, type, key)
  if (hex8(parsed.keyId) !== id) throw new Malformed('the key id is not that of the key')
  if (!isEd25519Key(key)) throw new Malformed('not an Ed25519 key that one owner alone can sign for')
  return parsed
}

/** `PRIVATE+KEY+NAME+KEYID+BASE64(type ‖ seed)`: secret. */
export function formatSignerKey(key: SignerKey): string {
  return `PRIVATE+KEY+${key.name}+${hex8(key.keyId)}+${typed(key.type, key.seed)}`
}

/**
 * The key id is taken as written: whoever can derive the public key from the seed compares it with
 * `keyIdOf`.
 * @throws Malformed, saying nothing of the text
 */
export function parseSignerKey(text: string): SignerKey {
  const [first, second, name = '', id = '', ...rest] = textOf(text).split('+')
  const { type, key } = untyped(rest.join('+'))
  if (first !== 'PRIVATE' || second !== 'KEY' || !isKeyName(name) || !/^[0-9a-f]{8}$/.test(id))
    throw new Malformed('not a signer key')
  return { name, keyId: Number.parseInt(id, 16), type, seed: key }
}

function textOf(text: string): string {
  if (text.length > MOST_KEY_CHARACTERS) throw new Malformed('a key longer than any')
  return text
}

function typed(type: SignatureType, key: Uint8Array): string {
  const bytes = new Uint8Array(1 + key.length)
  bytes[0] = type
  bytes.set(key, 1)
  return base64(bytes)
}

function untyped(text: string): { readonly type: SignatureType; readonly key: Uint8Array } {
  const bytes = fromBase64(text)
  const type = bytes[0]
  if ((type !== ED25519 && type !== COSIGNATURE) || bytes.length !== 1 + KEY_BYTES)
    throw new Malformed('not an Ed25519 key of a type known here')
  return { type, key: bytes.slice(1) }
}

function hex8(id: number): string {
  return id.toString(16).padStart(8, '0')
}
