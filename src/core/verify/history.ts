/**
 * Compares a log with the checkpoints that it has shown before. The old roots are recomputed from
 * the entries, so the log cannot fake them.
 */

import { Malformed } from '../tlog/malformed.ts'
import { equalHashes, type Hash } from '../tlog/merkle.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { isSignedBy, type VerifyEd25519 } from '../tlog/signature.ts'
import { utf8Bytes } from '../tlog/utf8.ts'
import { type Finding, finding } from './finding.ts'
import type { Found } from './found.ts'
import { type ReadCheckpoint, readCheckpoint } from './signature.ts'

/** A checkpoint that this verifier saw before, or that another person kept. */
export interface SeenCheckpoint {
  /** The whole signed note, which is the evidence. */
  readonly note: string
  /** When this verifier saw it, Unix milliseconds; undefined if another person saw it. */
  readonly seenAtMs?: number
}

export interface KnownTree {
  readonly size: number
  readonly root: Hash
  readonly seenAtMs: number | undefined
}

/**
 * Parses checkpoints seen before, and keeps those that the log's key signed; each other one is a
 * finding. Without a key none can be checked, and none is kept.
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

/**
 * Compares the present tree with the known ones (docs/protocol.md, "What verifiers check by
 * themselves").
 * @param rootAt returns the root of the rebuilt tree at the size of a known tree; undefined if the
 *   tree could not be rebuilt that far
 */
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
    return [finding('rewritten', {}, `an entry among the first ${size} was changed, removed, added or moved`)]
  })
  return { findings }
}
