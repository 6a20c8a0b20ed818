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
import { parseVerifierKey, type VerifierKey } from '../tlog/note-key.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { MOST_GENESIS_BYTES, mostDistrictsBytes } from './bounds.ts'
import { electionOf } from './definition.ts'
import type { FindingList } from './finding.ts'
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

export async function readGenesis(
  read: LogReader,
  hasher: TreeHasher,
  findings: FindingList,
): Promise<Genesis | undefined> {
  const path = GENESIS_PATH
  const bytes = await read(path, MOST_GENESIS_BYTES)
  if (bytes === undefined) {
    findings.add('genesis-missing', { path })
    return undefined
  }
  try {
    const text = utf8Text(bytes)
    const record = parseRecord(text)
    if (record.entry !== 'genesis') throw new Malformed('another entry')
    return { leaf: leafHash(hasher, bytes), record, key: parseVerifierKey(hasher.sha256, record.log) }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    findings.add('genesis-invalid', { path }, error.message)
    return undefined
  }
}

/** The election, where the definition is the one the genesis names. */
export async function readElection(
  read: LogReader,
  sha256: Sha256,
  genesis: GenesisRecord,
  findings: FindingList,
): Promise<Election | undefined> {
  const path = DEFINITION_PATH
  const bytes = await read(path, MOST_DEFINITION_BYTES)
  if (bytes === undefined || bytes.length > MOST_DEFINITION_BYTES) {
    findings.add('definition-missing', { path })
    return undefined
  }
  if (sha256Hex(sha256, bytes) !== genesis.definitionSha256) {
    findings.add('definition-differs', { path })
    return undefined
  }
  try {
    const election = electionOf(bytes)
    if (election.id !== genesis.election) throw new Malformed('it is of another election')
    const { results, suppressBelow } = genesis.release
    if (election.results !== results || election.suppressBelow !== suppressBelow)
      findings.add('policy-differs', { leaf: 0 })
    return election
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    findings.add('definition-invalid', { path }, error.message)
    return undefined
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
  findings: FindingList,
): Promise<readonly number[] | undefined> {
  const bytes = await read(path, mostDistrictsBytes(election))
  if (bytes === undefined) {
    findings.add('districts-missing', { path })
    return undefined
  }
  if (sha256Hex(sha256, bytes) !== roll.perDistrictSha256) {
    findings.add('districts-differ', { path })
    return undefined
  }
  const issued = numbersOf(bytes)
  if (issued?.length !== election.districts.length || issued.reduce((a, b) => a + b, 0) !== roll.size) {
    findings.add('districts-invalid', { path })
    return undefined
  }
  return issued
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
