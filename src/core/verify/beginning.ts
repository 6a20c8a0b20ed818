/**
 * What a log stands on before its entries are read: its genesis, the definition and the keys per
 * district that the genesis commits to, the key that signs it, and whether entries are public yet.
 */
import { Check } from 'typebox/schema'
import { type DefinitionFile, type Election, electionFrom } from '../election/definition.ts'
import { definitionErrors } from '../election/definition-rules.ts'
import { DefinitionSchema, MAX_PARAGRAPH } from '../election/definition-schema.ts'
import { membersOf, parseBounded } from '../log/bounded-json.ts'
import { type GenesisRecord, parseRecord } from '../log/record.ts'
import { MOST_DEFINITION_BYTES } from '../log/resource-bounds.ts'
import { sha256Hex } from '../tlog/bytes.ts'
import { Malformed } from '../tlog/malformed.ts'
import { type Hash, leafHash, type Sha256, type TreeHasher } from '../tlog/merkle.ts'
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../tlog/note-key.ts'
import { bundlePath, TILE_WIDTH } from '../tlog/tile.ts'
import { utf8Text } from '../tlog/utf8.ts'
import { type EntryRules, entryRules } from './ballot.ts'
import { MOST_GENESIS_BYTES, MOST_RESULT_BYTES, mostDistrictsBytes, mostResultBytes } from './bounds.ts'
import { addedUp, type Found, NOTHING, unchecked, wrong } from './found.ts'
import type { LogReader } from './range.ts'

export const GENESIS_PATH = 'genesis.json'
export const DEFINITION_PATH = 'definition.json'
export const DISTRICTS_PATH = 'districts.json'

/** Code units of a paragraph in which each character is written as a pair of escapes. */
const MOST_DEFINITION_TEXT = 12 * MAX_PARAGRAPH

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

/**
 * @throws Malformed where it describes none, or where two readers could read two elections in it
 */
export function electionOf(definition: Uint8Array): Election {
  const text = utf8Text(definition)
  const file = definitionIn(text)
  if (!Check(DefinitionSchema, file)) throw new Malformed('the definition does not fit its schema')
  const [error] = definitionErrors(file as DefinitionFile)
  if (error !== undefined) throw new Malformed(`${error.pointer} ${error.message}`)
  const election = electionFrom(file as DefinitionFile)
  if (mostResultBytes(election) > MOST_RESULT_BYTES)
    throw new Malformed('no result of so many districts and contests can be compared')
  return election
}

function definitionIn(text: string): unknown {
  const { value, members } = parseBounded(text, { text: MOST_DEFINITION_TEXT })
  // JSON.parse keeps the last of two members of one name, other readers the first.
  if (members !== membersOf(value)) throw new Malformed('a member stands in the definition twice')
  return value
}

export function districtsPath(perDistrictSha256: string): string {
  return `districts-${perDistrictSha256}.json`
}

/**
 * Keys issued per district, where the file is the one the log commits to. @param path below `log/`
 */
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

/**
 * Whether entries are not public yet, as version 1 has it of an election with results after the
 * close.
 */
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
