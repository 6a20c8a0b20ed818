/** Checkpoints signed with the log's own key, as a log publishes them. */
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { Malformed } from './malformed.ts'
import type { Hash, Sha256 } from './merkle.ts'
import { formatNote, parseNote, type Sign, signNote, type Verify, verifyNote } from './note.ts'
import { parseVerifierKey } from './note-key.ts'

/** A log. Its origin is the name of its key. */
export interface LogIdentity {
  readonly origin: string
  /** The log's C2SP verifier key. */
  readonly verifierKey: string
}

/** Writes and signs a checkpoint (C2SP tlog-checkpoint). */
export function signedCheckpoint(
  sha256: Sha256,
  log: LogIdentity & { readonly sign: Sign },
  { size, root }: { readonly size: number; readonly root: Hash },
): string {
  const text = formatCheckpoint({ origin: log.origin, size, root, extensions: [] })
  return formatNote({
    text,
    signatures: [signNote(text, parseVerifierKey(sha256, log.verifierKey), log.sign)],
  })
}

/**
 * Parses a checkpoint of this log and verifies its signature.
 * @throws {Malformed} if it is malformed, not signed by the log's key, or belongs to another log
 */
export function openCheckpoint(sha256: Sha256, verify: Verify, log: LogIdentity, text: string): Checkpoint {
  const note = parseNote(text)
  if (!verifyNote(note, [parseVerifierKey(sha256, log.verifierKey)], verify).ok)
    throw new Malformed('it is not signed by the log’s key')
  const checkpoint = parseCheckpoint(note.text)
  if (checkpoint.origin !== log.origin) throw new Malformed('the checkpoint belongs to another log')
  return checkpoint
}
