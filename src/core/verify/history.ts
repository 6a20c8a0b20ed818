/**
 * A log against what it has shown before: checkpoints that somebody kept. The roots are recomputed
 * from the entries, so nothing of the log's own is trusted. No I/O.
 */

import { Malformed } from '../tlog/malformed.ts'
import { equalHashes, type Hash } from '../tlog/merkle.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { isSignedBy, type VerifyEd25519 } from '../tlog/signature.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { type Finding, finding } from './finding.ts'
import type { Found } from './found.ts'
import { type ReadCheckpoint, readCheckpoint } from './signature.ts'

/** A checkpoint seen before: by this verifier, or by somebody else who kept it. */
export interface SeenCheckpoint {
  /** The whole signed note, which is the evidence. */
  readonly note: string
  /** When it was seen; undefined where somebody else saw it. */
  readonly seenAtMs?: number
}

export interface KnownTree {
  readonly size: number
  readonly root: Hash
  readonly seenAtMs: number | undefined
}

/**
 * Those that the log's key did sign; the others are findings. Without a key there is nothing to
 * tell.
 */
export async function knownTrees(
  seen: readonly SeenCheckpoint[],
  key: VerifierKey | undefined,
  verify: VerifyEd25519,
): Promise<Found & { readonly known: readonly KnownTree[] }> {
  const known: KnownTree[] = []
  const findings: Finding[] = []
  if (key === undefined) return { findings, known }
  for (const { note, seenAtMs } of seen) {
    const read = readSeen(note)
    if (read?.checkpoint.origin === key.name && (await isSignedBy(read.note, key, verify)))
      known.push({ size: read.checkpoint.size, root: read.checkpoint.root, seenAtMs })
    else findings.push(finding('seen-signature'))
  }
  return { findings, known }
}

function readSeen(note: string): ReadCheckpoint | undefined {
  try {
    return readCheckpoint(utf8Bytes(note))
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) return undefined
    throw error
  }
}

/** @param rootAt of the tree as rebuilt, at sizes of known trees not above its own */
export function checkHistory(
  known: readonly KnownTree[],
  now: { readonly size: number; readonly root: Hash },
  rootAt: (size: number) => Hash | undefined,
): Found {
  const path = 'checkpoint'
  const findings = known.flatMap(({ size, root }) => {
    if (size > now.size) return [finding('rollback', { path }, `${now.size} entries, once ${size}`)]
    const own = size === now.size ? now.root : rootAt(size)
    if (own === undefined || equalHashes(own, root)) return []
    if (size === now.size) return [finding('split-view', { path }, `at ${size} entries`)]
    return [finding('rewritten', {}, `something among the first ${size} was edited, dropped, added or moved`)]
  })
  return { findings }
}
