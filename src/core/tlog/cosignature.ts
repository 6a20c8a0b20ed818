/**
 * Cosignatures of witnesses (C2SP tlog-cosignature, type 0x04): a time, and an Ed25519 signature
 * over the time and the checkpoint.
 */
import { Malformed } from './malformed.ts'
import { type Claim, type Note, type NoteSignature, type Sign, signaturesBy, type Verify } from './note.ts'
import { COSIGNATURE, type VerifierKey } from './note-key.ts'
import { utf8Bytes } from './utf8.ts'

const TIMESTAMP_BYTES = 8
const SIGNATURE_BYTES = 64

/**
 * The time at which a witness saw the checkpoint, in Unix seconds, and its Ed25519 signature over
 * `cosignatureMessage`.
 */
export interface TimestampedSignature {
  readonly timestampS: number
  readonly signature: Uint8Array
}

export interface CosignatureClaim extends Claim {
  readonly timestampS: number
}

/**
 * @param timestampS Unix seconds
 * @param checkpoint the note's text, which ends with a line feed
 * @returns the message that a witness signs (C2SP tlog-cosignature)
 */
export function cosignatureMessage(timestampS: number, checkpoint: string): Uint8Array {
  return utf8Bytes(`cosignature/v1\ntime ${timestampS}\n${checkpoint}`)
}

/**
 * @returns the bytes after the key id of a signature line: the timestamp (8 bytes, big-endian),
 *   then the signature
 * @throws {RangeError} if the timestamp is not a count or the signature is not 64 bytes
 */
export function encodeCosignature({ timestampS, signature }: TimestampedSignature): Uint8Array {
  if (!Number.isSafeInteger(timestampS) || timestampS < 0) throw new RangeError('not a timestamp')
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError('an Ed25519 signature has 64 bytes')
  const bytes = new Uint8Array(TIMESTAMP_BYTES + SIGNATURE_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(timestampS))
  bytes.set(signature, TIMESTAMP_BYTES)
  return bytes
}

/**
 * Parses the bytes after the key id of a signature line (C2SP tlog-cosignature).
 * @throws {Malformed} if they are not 72 bytes, or the time is 2^53 or more
 */
export function decodeCosignature(bytes: Uint8Array): TimestampedSignature {
  if (bytes.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) throw new Malformed('not a cosignature')
  const timestampS = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
  if (!Number.isSafeInteger(timestampS)) throw new Malformed('a cosignature with an impossible time')
  return { timestampS, signature: new Uint8Array(bytes.subarray(TIMESTAMP_BYTES)) }
}

/**
 * Cosigns a checkpoint's text.
 * @param key the name and key id of the key that `sign` uses
 */
export function cosign(
  checkpoint: string,
  key: Pick<VerifierKey, 'name' | 'keyId'>,
  timestampS: number,
  sign: Sign,
): NoteSignature {
  const signature = sign(cosignatureMessage(timestampS, checkpoint))
  return { name: key.name, keyId: key.keyId, signature: encodeCosignature({ timestampS, signature }) }
}

/**
 * @returns the claims that must hold for the cosignatures of known keys of type 0x04 to be valid;
 *   signatures of other keys and types are ignored
 * @throws {Malformed} if the bytes of such a signature are not a cosignature
 */
export function cosignatureClaims(note: Note, keys: readonly VerifierKey[]): readonly CosignatureClaim[] {
  return keys
    .filter(({ type }) => type === COSIGNATURE)
    .flatMap((key) =>
      signaturesBy(note, key).map((line) => {
        const { timestampS, signature } = decodeCosignature(line.signature)
        return { key, timestampS, signature, message: cosignatureMessage(timestampS, note.text) }
      }),
    )
}

/** The valid cosignatures of known keys, and the first key with an invalid one. */
export interface Cosigned {
  readonly good: readonly CosignatureClaim[]
  readonly bad: VerifierKey | undefined
}

/**
 * Verifies the cosignatures of known keys. The caller counts different witnesses by key, because
 * one witness may sign twice.
 * @throws {Malformed} if a known witness's signature is not a cosignature
 */
export function verifyCosignatures(note: Note, keys: readonly VerifierKey[], verify: Verify): Cosigned {
  const claims = cosignatureClaims(note, keys)
  const holds = claims.map(({ key, message, signature }) => verify(key.publicKey, message, signature))
  return {
    good: claims.filter((_, i) => holds[i]),
    bad: claims.find((_, i) => !holds[i])?.key,
  }
}
