/**
 * What is known of a log before its entries are read: its signed checkpoint, what its genesis commits to, and whether
 * its entries are public yet. No I/O but the reader.
 */
import type { Election } from '../election/definition.ts'
import { MOST_CHECKPOINT_BYTES } from '../log/resource-bounds.ts'
import { Malformed } from '../tlog/malformed.ts'
import type { Sha256 } from '../tlog/merkle.ts'
import type { VerifierKey } from '../tlog/note-key.ts'
import { isSignedBy, type VerifyEd25519 } from '../tlog/signature.ts'
import { bundlePath, TILE_WIDTH } from '../tlog/tile.ts'
import { type EntryRules, entryRules } from './ballot.ts'
import { DISTRICTS_PATH, type Genesis, readDistricts, readElection } from './beginning.ts'
import type { FindingList } from './finding.ts'
import type { LogReader } from './range.ts'
import { type ReadCheckpoint, readCheckpoint } from './signature.ts'

/** The checkpoint, where it is the log's: signed by its key, under its name, and saying nothing besides. */
export async function signedCheckpoint(
  read: LogReader,
  verify: VerifyEd25519,
  key: VerifierKey | undefined,
  findings: FindingList,
  path = 'checkpoint',
): Promise<ReadCheckpoint | undefined> {
  const where = { path }
  const bytes = await read(where.path, MOST_CHECKPOINT_BYTES)
  if (bytes === undefined) {
    findings.add('checkpoint-missing', where)
    return undefined
  }
  let signed: ReadCheckpoint
  try {
    signed = readCheckpoint(bytes)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    findings.add('checkpoint-malformed', where, error.message)
    return undefined
  }
  const { origin, extensions } = signed.checkpoint
  if (extensions.length > 0) findings.add('checkpoint-extension', where)
  if (key === undefined) return undefined
  if (origin !== key.name) {
    findings.add('origin-differs', where, `it is of "${origin}", not "${key.name}"`)
    return undefined
  }
  if (await isSignedBy(signed.note, key, verify)) return signed
  findings.add('checkpoint-signature', where)
  return undefined
}

export interface Standing {
  readonly genesis: Genesis
  readonly election: Election | undefined
  readonly rules: EntryRules | undefined
}

/** What the log stands on, as far as it is what the genesis commits to. */
export async function standing(
  read: LogReader,
  sha256: Sha256,
  genesis: Genesis | undefined,
  findings: FindingList,
): Promise<Standing | undefined> {
  if (genesis === undefined) return undefined
  const { record } = genesis
  const election = await readElection(read, sha256, record, findings)
  if (election === undefined) return { genesis, election, rules: undefined }
  const issued = await readDistricts(read, sha256, record.roll, election, DISTRICTS_PATH, findings)
  return { genesis, election, rules: issued && entryRules(election, issued) }
}

/** Whether entries are not public yet, as version 1 has it of an election with results after the close. */
export async function isHeldBack(
  read: LogReader,
  stand: Standing | undefined,
  size: number,
): Promise<boolean> {
  const genesis = stand?.genesis.record
  if (genesis?.v !== 1 || genesis.release.results !== 'after-close' || size === 0) return false
  const first = { index: 0, width: Math.min(TILE_WIDTH, size) }
  const paths = [bundlePath(first), bundlePath({ index: 0, width: TILE_WIDTH })]
  // Whether it is there is all that is asked: none of it is kept.
  for (const path of paths) if ((await read(path, 0)) !== undefined) return false
  return true
}
