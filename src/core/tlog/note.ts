/**
 * Signed notes (C2SP signed-note): a text and signatures over it. The caller provides Ed25519.
 *
 * A platform that verifies signatures only asynchronously, such as a browser with WebCrypto, uses
 * `claimsOf`, which returns the signatures to verify. `verifyNote` does everything at once.
 */
import { base64, fromBase64 } from './base64.ts'
import { Malformed } from './malformed.ts'
import { ED25519, hasControls, isKeyName, type VerifierKey } from './note-key.ts'
import { utf8Bytes } from './utf8.ts'

/** Signs with Ed25519 (RFC 8032, section 5.1.6) and a private key of its own; returns 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array
/**
 * Verifies Ed25519 (RFC 8032, section 5.1.7): whether the key made the signature of 64 bytes over
 * the message.
 */
export type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

export interface NoteSignature {
  readonly name: string
  readonly keyId: number
  /**
   * The bytes after the key id: 64 for Ed25519, 72 for a cosignature, any number for an unknown
   * key.
   */
  readonly signature: Uint8Array
}

export interface Note {
  /** The text, which ends with a line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/**
 * A signature to verify: the claim holds if and only if `signature` is the key's Ed25519 signature
 * over `message`.
 */
export interface Claim {
  readonly key: VerifierKey
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** The result for the signatures of known keys. Signatures of unknown keys are ignored. */
export type Verified =
  | { readonly ok: true; readonly keys: readonly VerifierKey[] }
  | { readonly ok: false; readonly why: 'no-known-signature' }
  | { readonly ok: false; readonly why: 'bad-signature'; readonly key: VerifierKey }

/** The limits of golang.org/x/mod/sumdb/note. */
const MOST_NOTE_CHARACTERS = 1_000_000
const MOST_SIGNATURES = 100

const DASH = '\u2014 '
const KEY_ID_BYTES = 4

/**
 * Parses a signed note (C2SP signed-note).
 * @throws {Malformed} if the form is wrong, the text has control characters, or there are more than
 *   1,000,000 characters or 100 signatures
 */
export function parseNote(note: string): Note {
  if (note.length > MOST_NOTE_CHARACTERS)
    throw new Malformed(`a note longer than ${MOST_NOTE_CHARACTERS} characters`)
  checkText(note)
  const split = note.lastIndexOf('\n\n')
  if (split === -1 || !note.endsWith('\n')) throw new Malformed('a note without signatures')
  return { text: note.slice(0, split + 1), signatures: parseSignatures(note.slice(split + 2)) }
}

/**
 * Parses signature lines alone, as a witness sends them (C2SP tlog-witness).
 * @throws {Malformed} if they are malformed
 */
export function parseSignatures(lines: string): readonly NoteSignature[] {
  if (lines.length > MOST_NOTE_CHARACTERS)
    throw new Malformed(`signatures longer than ${MOST_NOTE_CHARACTERS} characters`)
  if (!lines.endsWith('\n')) throw new Malformed('a signature line that does not end with a line feed')
  const signatures = lines.slice(0, -1).split('\n', MOST_SIGNATURES + 1)
  if (signatures.length > MOST_SIGNATURES) throw new Malformed(`more than ${MOST_SIGNATURES} signatures`)
  return signatures.map(parseSignature)
}

function parseSignature(line: string): NoteSignature {
  const [name = '', text = '', ...rest] = line.startsWith(DASH) ? line.slice(DASH.length).split(' ', 3) : []
  if (!isKeyName(name) || rest.length > 0) throw new Malformed('not a signature line')
  const bytes = fromBase64(text)
  if (bytes.length <= KEY_ID_BYTES) throw new Malformed('a signature that is too short')
  const keyId = new DataView(bytes.buffer).getUint32(0)
  return { name, keyId, signature: bytes.slice(KEY_ID_BYTES) }
}

/**
 * Writes a signed note (C2SP signed-note).
 * @throws {RangeError} if no note may have the text or a name, or there is no signature
 */
export function formatNote({ text, signatures }: Note): string {
  checkNoteText(text)
  if (signatures.length === 0) throw new RangeError('a note needs a signature')
  return `${text}\n${signatures.map(formatSignature).join('')}`
}

/**
 * @returns a signature line with its line feed
 * @throws {RangeError} if the name is not a key name
 */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  if (!isKeyName(name)) throw new RangeError('not a key name')
  const bytes = new Uint8Array(KEY_ID_BYTES + signature.length)
  new DataView(bytes.buffer).setUint32(0, keyId)
  bytes.set(signature, KEY_ID_BYTES)
  return `${DASH}${name} ${base64(bytes)}\n`
}

/**
 * Signs a note's text with Ed25519.
 * @param key the name and key id of the key that `sign` uses
 * @throws {RangeError} if no note may have the text
 */
export function signNote(text: string, key: Pick<VerifierKey, 'name' | 'keyId'>, sign: Sign): NoteSignature {
  checkNoteText(text)
  return { name: key.name, keyId: key.keyId, signature: sign(utf8Bytes(text)) }
}

/** @returns the signatures of `key` on a note, by name and key id */
export function signaturesBy(note: Note, key: VerifierKey): readonly NoteSignature[] {
  return note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
}

/**
 * @returns the claims that must hold for the signatures of known Ed25519 keys to be valid;
 *   signatures of other keys and types are ignored
 */
export function claimsOf(note: Note, keys: readonly VerifierKey[]): readonly Claim[] {
  const message = utf8Bytes(note.text)
  return keys
    .filter(({ type }) => type === ED25519)
    .flatMap((key) => signaturesBy(note, key).map(({ signature }) => ({ key, message, signature })))
}

/**
 * Verifies a note: it is valid if a known key has signed it and no signature of a known key is
 * wrong (C2SP signed-note).
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[], verify: Verify): Verified {
  const claims = claimsOf(note, keys)
  const bad = claims.find(({ key, message, signature }) => !verify(key.publicKey, message, signature))
  if (bad !== undefined) return { ok: false, why: 'bad-signature', key: bad.key }
  if (claims.length === 0) return { ok: false, why: 'no-known-signature' }
  return { ok: true, keys: [...new Set(claims.map(({ key }) => key))] }
}

function checkText(text: string): void {
  if (!text.isWellFormed() || hasControls(text))
    throw new Malformed('it has characters that no note may contain')
}

function checkNoteText(text: string): void {
  if (!text.endsWith('\n')) throw new RangeError('the text of a note must end with a line feed')
  if (!text.isWellFormed() || hasControls(text))
    throw new RangeError('it has characters that no note may contain')
}
