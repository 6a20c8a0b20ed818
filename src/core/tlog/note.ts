/**
 * Signed notes (c2sp.org/signed-note): a text and signatures over it. Ed25519 is handed in; no I/O.
 *
 * Where signatures can only be checked asynchronously (a browser's WebCrypto), `claimsOf` says what
 * is to be checked; `verifyNote` does all of it at once.
 */
import { base64, fromBase64 } from './base64.ts'
import { Malformed } from './malformed.ts'
import { ED25519, hasControls, isKeyName, type VerifierKey } from './note-key.ts'
import { utf8Bytes } from './utf8.ts'

/** Ed25519 (RFC 8032) with a private key it knows: 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array
/** Ed25519 (RFC 8032): whether the signature of 64 bytes is the key's over the message. */
export type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

export interface NoteSignature {
  readonly name: string
  readonly keyId: number
  /**
   * What follows the key id: 64 bytes for Ed25519, 72 for a cosignature, anything for a key not
   * known.
   */
  readonly signature: Uint8Array
}

export interface Note {
  /** With its last line feed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

/**
 * That a key known here has signed: true if and only if `signature` is its Ed25519 signature over
 * `message`.
 */
export interface Claim {
  readonly key: VerifierKey
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/**
 * What came of the signatures by known keys; those of unknown keys say nothing and are passed over.
 */
export type Verified =
  | { readonly ok: true; readonly keys: readonly VerifierKey[] }
  | { readonly ok: false; readonly why: 'no-known-signature' }
  | { readonly ok: false; readonly why: 'bad-signature'; readonly key: VerifierKey }

/** As golang.org/x/mod/sumdb/note has them. */
const MOST_NOTE_CHARACTERS = 1_000_000
const MOST_SIGNATURES = 100

const DASH = '\u2014 '
const KEY_ID_BYTES = 4

/**
 * @throws Malformed for what is no note: another form, control characters, over 1,000,000
 *   characters or 100 signatures
 */
export function parseNote(note: string): Note {
  if (note.length > MOST_NOTE_CHARACTERS) throw new Malformed('a note too long')
  checkText(note)
  const split = note.lastIndexOf('\n\n')
  if (split === -1 || !note.endsWith('\n')) throw new Malformed('a note without signatures')
  return { text: note.slice(0, split + 1), signatures: parseSignatures(note.slice(split + 2)) }
}

/** Signature lines alone, as a witness answers them. @throws Malformed */
export function parseSignatures(lines: string): readonly NoteSignature[] {
  if (lines.length > MOST_NOTE_CHARACTERS) throw new Malformed('signatures too long')
  if (!lines.endsWith('\n')) throw new Malformed('a signature line that does not end')
  const signatures = lines.slice(0, -1).split('\n', MOST_SIGNATURES + 1)
  if (signatures.length > MOST_SIGNATURES) throw new Malformed(`over ${MOST_SIGNATURES} signatures`)
  return signatures.map(parseSignature)
}

function parseSignature(line: string): NoteSignature {
  const [name = '', text = '', ...rest] = line.startsWith(DASH) ? line.slice(DASH.length).split(' ', 3) : []
  if (!isKeyName(name) || rest.length > 0) throw new Malformed('not a signature line')
  const bytes = fromBase64(text)
  if (bytes.length <= KEY_ID_BYTES) throw new Malformed('a signature too short')
  const keyId = new DataView(bytes.buffer).getUint32(0)
  return { name, keyId, signature: bytes.slice(KEY_ID_BYTES) }
}

/** @throws RangeError for a text or a name that no note may have, or for no signature */
export function formatNote({ text, signatures }: Note): string {
  checkNoteText(text)
  if (signatures.length === 0) throw new RangeError('a note has a signature')
  return `${text}\n${signatures.map(formatSignature).join('')}`
}

/** A signature line with its line feed. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  if (!isKeyName(name)) throw new RangeError('not a key name')
  const bytes = new Uint8Array(KEY_ID_BYTES + signature.length)
  new DataView(bytes.buffer).setUint32(0, keyId)
  bytes.set(signature, KEY_ID_BYTES)
  return `${DASH}${name} ${base64(bytes)}\n`
}

/**
 * Signs with the Ed25519 key behind `sign`, which `key` names. @throws RangeError for a text that
 * no note may have
 */
export function signNote(text: string, key: Pick<VerifierKey, 'name' | 'keyId'>, sign: Sign): NoteSignature {
  checkNoteText(text)
  return { name: key.name, keyId: key.keyId, signature: sign(utf8Bytes(text)) }
}

/** The signatures of `key` on a note, by name and key id. */
export function signaturesBy(note: Note, key: VerifierKey): readonly NoteSignature[] {
  return note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
}

/**
 * What has to hold for the signatures of known keys of type Ed25519; keys of other types are passed
 * over.
 */
export function claimsOf(note: Note, keys: readonly VerifierKey[]): readonly Claim[] {
  const message = utf8Bytes(note.text)
  return keys
    .filter(({ type }) => type === ED25519)
    .flatMap((key) => signaturesBy(note, key).map(({ signature }) => ({ key, message, signature })))
}

/** A note is good when a known key has signed it and no signature by a known key is wrong. */
export function verifyNote(note: Note, keys: readonly VerifierKey[], verify: Verify): Verified {
  const claims = claimsOf(note, keys)
  const bad = claims.find(({ key, message, signature }) => !verify(key.publicKey, message, signature))
  if (bad !== undefined) return { ok: false, why: 'bad-signature', key: bad.key }
  if (claims.length === 0) return { ok: false, why: 'no-known-signature' }
  return { ok: true, keys: [...new Set(claims.map(({ key }) => key))] }
}

function checkText(text: string): void {
  if (!text.isWellFormed() || hasControls(text)) throw new Malformed('characters that no note may hold')
}

function checkNoteText(text: string): void {
  if (!text.endsWith('\n')) throw new RangeError('the text of a note ends in a line feed')
  if (!text.isWellFormed() || hasControls(text)) throw new RangeError('characters that no note may hold')
}
