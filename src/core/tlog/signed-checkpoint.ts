/** Checkpoints as a log publishes them: signed by its own key. No I/O. */
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { Malformed } from './malformed.ts'
import type { Hash, Sha256 } from './merkle.ts'
import { formatNote, parseNote, type Sign, signNote, type Verify, verifyNote } from './note.ts'
import { parseVerifierKey } from './note-key.ts'

/** Whose checkpoints they are: the origin is the name of the key. */
export interface LogIdentity {
  readonly origin: string
  /** The C2SP verifier key. */
  readonly verifierKey: string
}

/** The signed note that says a log's size and root. */
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

/** What a signed checkpoint of this log says. @throws Malformed, also for another log's */
export function openCheckpoint(sha256: Sha256, verify: Verify, log: LogIdentity, text: string): Checkpoint {
  const note = parseNote(text)
  if (!verifyNote(note, [parseVerifierKey(sha256, log.verifierKey)], verify).ok)
    throw new Malformed('not signed by the key of this log')
  const checkpoint = parseCheckpoint(note.text)
  if (checkpoint.origin !== log.origin) throw new Malformed('the checkpoint of another log')
  return checkpoint
}
