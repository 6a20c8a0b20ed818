/**
 * Cosignatures of witnesses (c2sp.org/tlog-cosignature, type 0x04): a time and an Ed25519 signature
 * over it and the checkpoint. No I/O.
 */
import { Malformed } from './malformed.ts'
import { type Claim, type Note, type NoteSignature, type Sign, signaturesBy, type Verify } from './note.ts'
import { COSIGNATURE, type VerifierKey } from './note-key.ts'
import { utf8Bytes } from './utf8.ts'

const TIMESTAMP_BYTES = 8
const SIGNATURE_BYTES = 64

/**
 * When a witness saw the checkpoint, seconds since 1970, and its Ed25519 signature over
 * `cosignatureMessage`.
 */
export interface TimestampedSignature {
  readonly timestampS: number
  readonly signature: Uint8Array
}

export interface CosignatureClaim extends Claim {
  readonly timestampS: number
}

/** What a witness signs. @param checkpoint the note's text, with its last line feed */
export function cosignatureMessage(timestampS: number, checkpoint: string): Uint8Array {
  return utf8Bytes(`cosignature/v1\ntime ${timestampS}\n${checkpoint}`)
}

/**
 * The bytes behind the key id of a signature line: timestamp (8 bytes, highest first) ‖ signature.
 */
export function encodeCosignature({ timestampS, signature }: TimestampedSignature): Uint8Array {
  if (!Number.isSafeInteger(timestampS) || timestampS < 0) throw new RangeError('not a timestamp')
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError('an Ed25519 signature has 64 bytes')
  const bytes = new Uint8Array(TIMESTAMP_BYTES + SIGNATURE_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(timestampS))
  bytes.set(signature, TIMESTAMP_BYTES)
  return bytes
}

/** @throws Malformed for another length, or a time from 2^53 on */
export function decodeCosignature(bytes: Uint8Array): TimestampedSignature {
  if (bytes.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) throw new Malformed('not a cosignature')
  const timestampS = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
  if (!Number.isSafeInteger(timestampS)) throw new Malformed('a cosignature of no time')
  return { timestampS, signature: new Uint8Array(bytes.subarray(TIMESTAMP_BYTES)) }
}

/** Cosigns a checkpoint's text with the key behind `sign`, which `key` names. */
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
 * What has to hold for the cosignatures of known keys of type 0x04; keys of other types are passed
 * over.
 * @throws Malformed where such a signature is not even a cosignature
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

/** Of the cosignatures by known keys, those that are good and the first that is not. */
export interface Cosigned {
  readonly good: readonly CosignatureClaim[]
  readonly bad: VerifierKey | undefined
}

/**
 * How many different witnesses there are among `good` is for the caller to count: by key, of which
 * one may sign twice.
 * @throws Malformed where a known witness's signature is not even a cosignature
 */
export function verifyCosignatures(note: Note, keys: readonly VerifierKey[], verify: Verify): Cosigned {
  const claims = cosignatureClaims(note, keys)
  const holds = claims.map(({ key, message, signature }) => verify(key.publicKey, message, signature))
  return {
    good: claims.filter((_, i) => holds[i]),
    bad: claims.find((_, i) => !holds[i])?.key,
  }
}
