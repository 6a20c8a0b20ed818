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
import { addedUp, type Found, NOTHING, wrong } from './found.ts'
import type { LogReader } from './range.ts'
import { type ReadCheckpoint, readCheckpoint } from './signature.ts'

/** The checkpoint, where it is the log's: signed by its key, under its name, and saying nothing besides. */
export async function signedCheckpoint(
  read: LogReader,
  verify: VerifyEd25519,
  key: VerifierKey | undefined,
  path = 'checkpoint',
): Promise<Found & { readonly signed?: ReadCheckpoint }> {
  const where = { path }
  const bytes = await read(where.path, MOST_CHECKPOINT_BYTES)
  if (bytes === undefined) return wrong('checkpoint-missing', where)
  let signed: ReadCheckpoint
  try {
    signed = readCheckpoint(bytes)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return wrong('checkpoint-malformed', where, error.message)
  }
  const { origin, extensions } = signed.checkpoint
  const extension = extensions.length > 0 ? wrong('checkpoint-extension', where) : NOTHING
  if (key === undefined) return extension
  if (origin !== key.name)
    return addedUp([extension, wrong('origin-differs', where, `it is of "${origin}", not "${key.name}"`)])
  if (await isSignedBy(signed.note, key, verify)) return { ...extension, signed }
  return addedUp([extension, wrong('checkpoint-signature', where)])
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
): Promise<Found & { readonly stand?: Standing }> {
  if (genesis === undefined) return NOTHING
  const { record } = genesis
  const definition = await readElection(read, sha256, record)
  const { election } = definition
  if (election === undefined) return { ...definition, stand: { genesis, election, rules: undefined } }
  const districts = await readDistricts(read, sha256, record.roll, election, DISTRICTS_PATH)
  const rules = districts.issued && entryRules(election, districts.issued)
  return { ...addedUp([definition, districts]), stand: { genesis, election, rules } }
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
