/**
 * What a log stands on: its genesis, the definition and the keys per district that the genesis commits to, and the key
 * that signs it. No I/O but the reader.
 */
import type { Election } from '../election/definition.ts'
import { parseBounded } from '../log/bounded-json.ts'
import { type GenesisRecord, parseRecord } from '../log/record.ts'
import { MOST_DEFINITION_BYTES } from '../log/resource-bounds.ts'
import { sha256Hex } from '../tlog/bytes.ts'
import { Malformed } from '../tlog/malformed.ts'
import { type Hash, leafHash, type Sha256, type TreeHasher } from '../tlog/merkle.ts'
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../tlog/note-key.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { MOST_GENESIS_BYTES, mostDistrictsBytes } from './bounds.ts'
import { electionOf } from './definition.ts'
import { addedUp, type Found, NOTHING, unchecked, wrong } from './found.ts'
import type { LogReader } from './range.ts'

export const GENESIS_PATH = 'genesis.json'
export const DEFINITION_PATH = 'definition.json'
export const DISTRICTS_PATH = 'districts.json'

export interface Genesis {
  readonly leaf: Hash
  readonly record: GenesisRecord
  /** The log's key, as it names it itself. */
  readonly key: VerifierKey
}

/** The genesis, where it can be read. */
export async function readGenesis(
  read: LogReader,
  hasher: TreeHasher,
): Promise<Found & { readonly genesis?: Genesis }> {
  const path = GENESIS_PATH
  const bytes = await read(path, MOST_GENESIS_BYTES)
  if (bytes === undefined) return wrong('genesis-missing', { path })
  try {
    const text = utf8Text(bytes)
    const record = parseRecord(text)
    if (record.entry !== 'genesis') throw new Malformed('another entry')
    const key = parseVerifierKey(hasher.sha256, record.log)
    return { ...NOTHING, genesis: { leaf: leafHash(hasher, bytes), record, key } }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return wrong('genesis-invalid', { path }, error.message)
  }
}

/** Whether it is the log that was asked for. @param given the key it is known by */
export function checkAsked(
  genesis: Genesis | undefined,
  given: VerifierKey | undefined,
  { election, namesake }: { readonly election?: string; readonly namesake?: boolean },
): Found {
  const whose = namesake
    ? unchecked('whose log it is: another key is remembered for a log of this name')
    : NOTHING
  if (genesis === undefined) return whose
  const path = GENESIS_PATH
  const { log, election: own } = genesis.record
  const isOtherKey = given !== undefined && formatVerifierKey(given) !== log
  const isOther = election !== undefined && own !== election
  return addedUp([
    whose,
    isOtherKey ? wrong('key-differs', { path }) : NOTHING,
    isOther ? wrong('election-differs', { path }, `"${own}", not "${election}"`) : NOTHING,
  ])
}

/** The election, where the definition is the one the genesis names. */
export async function readElection(
  read: LogReader,
  sha256: Sha256,
  genesis: GenesisRecord,
): Promise<Found & { readonly election?: Election }> {
  const path = DEFINITION_PATH
  const bytes = await read(path, MOST_DEFINITION_BYTES)
  if (bytes === undefined || bytes.length > MOST_DEFINITION_BYTES)
    return wrong('definition-missing', { path })
  if (sha256Hex(sha256, bytes) !== genesis.definitionSha256) return wrong('definition-differs', { path })
  try {
    const election = electionOf(bytes)
    if (election.id !== genesis.election) throw new Malformed('it is of another election')
    const { results, suppressBelow } = genesis.release
    const isPromised = election.results === results && election.suppressBelow === suppressBelow
    return { ...(isPromised ? NOTHING : wrong('policy-differs', { leaf: 0 })), election }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return wrong('definition-invalid', { path }, error.message)
  }
}

export function districtsPath(perDistrictSha256: string): string {
  return `districts-${perDistrictSha256}.json`
}

/** Keys issued per district, where the file is the one the log commits to. @param path below `log/` */
export async function readDistricts(
  read: LogReader,
  sha256: Sha256,
  roll: Pick<GenesisRecord['roll'], 'size' | 'perDistrictSha256'>,
  election: Election,
  path: string,
): Promise<Found & { readonly issued?: readonly number[] }> {
  const bytes = await read(path, mostDistrictsBytes(election))
  if (bytes === undefined) return wrong('districts-missing', { path })
  if (sha256Hex(sha256, bytes) !== roll.perDistrictSha256) return wrong('districts-differ', { path })
  const issued = numbersOf(bytes)
  if (issued?.length !== election.districts.length || issued.reduce((a, b) => a + b, 0) !== roll.size)
    return wrong('districts-invalid', { path })
  return { ...NOTHING, issued }
}

function numbersOf(bytes: Uint8Array): readonly number[] | undefined {
  try {
    const text = utf8Text(bytes)
    const numbers = parseBounded(text, { text: 0 }).value
    if (!Array.isArray(numbers) || `${JSON.stringify(numbers)}\n` !== text) return undefined
    return numbers.every((each) => Number.isSafeInteger(each) && each >= 0) ? numbers : undefined
  } catch {
    return undefined
  }
}
