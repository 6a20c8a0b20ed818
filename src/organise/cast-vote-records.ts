/**
 * The cast vote records of a closed election, from its public log. Entries are sorted by their leaf
 * hashes through a folder on disk: the order of the log would tell which ballots were published
 * together, and memory stays flat.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { sha256Hex } from '../adapters/node/digest.ts'
import { parseChoices } from '../core/election/choices.ts'
import { leafText } from '../core/log/entry.ts'
import { type CloseRecord, type GenesisRecord, parseRecord } from '../core/log/record.ts'
import { CVR_END, type CvrMade, cvrRecord, cvrStart, type LoggedBallot } from '../core/tally/cvr.ts'
import { pluralityTally } from '../core/tally/plurality.ts'
import { resultText } from '../core/tally/result-text.ts'
import { wholeResult } from '../core/tally/shown.ts'
import { parseCheckpoint } from '../core/tlog/checkpoint.ts'
import { decodeBundle, MOST_ENTRY_BYTES } from '../core/tlog/entry-bundle.ts'
import { parseNote } from '../core/tlog/note.ts'
import { bundlePath, TILE_WIDTH } from '../core/tlog/tile.ts'
import { type EntryRules, entryRules, readBallot } from '../core/verify/ballot.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { type LogPlace, logInFolder } from './log-place.ts'
import { issuedAtGenesis } from './public-log.ts'

const MOST_CHECKPOINT_BYTES = 1_000_000
const MOST_BUNDLE_BYTES = TILE_WIDTH * (2 + MOST_ENTRY_BYTES)
/** Files by the first byte of the leaf hash; characters gathered for one before it grows. */
const SHEAVES = 256
const GATHERED = 16_384

export interface CastVoteRecordsAsked {
  readonly dataDir: string
  readonly id: string
  /** Of which the bucket is asked for, where its logs lie in one; null for the data folder. */
  readonly cluster: Pick<ClusterAddresses, 'logBucket'> | null
}

/**
 * The report in pieces, a record or a few at a time.
 * @throws {BadInput} where the log is not closed, is not here, or is not what its close says
 */
export async function* castVoteRecords(
  { dataDir, id, cluster }: CastVoteRecordsAsked,
  made: CvrMade,
): AsyncGenerator<string> {
  const dir = electionDir(dataDir, id)
  const { election } = await readDefinition(definitionFile(dir))
  const log = await placeOf(dir, id, cluster)
  const folder = mkdtempSync(join(tmpdir(), 'elections-cvr-'))
  try {
    const rules = await sheaves(log, folder, election)
    yield cvrStart(election, made)
    let n = 0
    for (let sheaf = 0; sheaf < SHEAVES; sheaf++)
      for (const { entry, leaf } of sorted(join(folder, String(sheaf)))) {
        const record = cvrRecord(election, loggedBallot(entry, leaf, rules), ++n)
        yield n === 1 ? record : `,\n${record}`
      }
    yield `${CVR_END}\n`
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await log.close()
  }
}

async function placeOf(dir: string, id: string, cluster: CastVoteRecordsAsked['cluster']): Promise<LogPlace> {
  const bucket = cluster?.logBucket ?? null
  if (bucket === null) return logInFolder(dir)
  return (await import('./cluster/log-files.ts')).clusterLogPlace(dir, id, bucket)
}

/** Puts every ballot's entry into the file of its first byte, and counts it against the close. */
async function sheaves(
  log: LogPlace,
  folder: string,
  election: Awaited<ReturnType<typeof readDefinition>>['election'],
): Promise<EntryRules> {
  const wrong = (message: string) => new BadInput(log.where, [{ message }])
  const notClosed = () =>
    wrong('is not closed yet: cast vote records are for after the close, which a running server publishes')
  const gathered = new Array<string>(SHEAVES).fill('')
  const flush = (sheaf: number) => {
    if (gathered[sheaf] !== '') appendFileSync(join(folder, String(sheaf)), gathered[sheaf]!)
    gathered[sheaf] = ''
  }
  const tally = pluralityTally(election)
  let rules: EntryRules | undefined
  let close: CloseRecord | undefined
  for await (const text of entriesIn(log)) {
    if (!text.startsWith('{"v":1,"election":')) {
      const record = parseRecord(text)
      if (record.entry === 'genesis')
        rules = entryRules(election, await issuedAtGenesis(record as GenesisRecord, log))
      if (record.entry === 'close') close = record as CloseRecord
      continue
    }
    const ballot = rules && readBallot(text, rules)
    if (ballot === undefined || typeof ballot === 'string')
      throw wrong('has an entry that is no ballot of this election: look with "elections doctor"')
    tally.fold(ballot.district, ballot.choices)
    const sheaf = Number.parseInt(leafHex(text).slice(0, 2), 16)
    gathered[sheaf] += `${text}\n`
    if (gathered[sheaf]!.length > GATHERED) flush(sheaf)
  }
  if (rules === undefined || close === undefined) throw notClosed()
  for (let sheaf = 0; sheaf < SHEAVES; sheaf++) flush(sheaf)
  if (sha256Hex(resultText(wholeResult(election, rules.issued, tally))) !== close.resultSha256)
    throw wrong('has other ballots than its close says: look with "elections doctor"')
  return rules
}

async function* entriesIn({ read }: LogPlace): AsyncGenerator<string> {
  const note = await read('checkpoint', MOST_CHECKPOINT_BYTES)
  if (note === undefined) return
  const { size } = parseCheckpoint(parseNote(new TextDecoder().decode(note)).text)
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    const path = bundlePath({ index, width })
    const bytes = await read(path, MOST_BUNDLE_BYTES)
    // Before the close of an election with results after it, entries are not public, and not here.
    if (bytes === undefined) return
    for (const entry of decodeBundle(bytes, width)) yield new TextDecoder().decode(entry)
  }
}

/** Lower-case hexadecimal leaf hash of an entry. */
function leafHex(entry: string): string {
  return sha256Hex(Buffer.from(leafText(entry)))
}

function sorted(path: string): readonly { readonly entry: string; readonly leaf: string }[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((entry) => ({ entry, leaf: leafHex(entry) }))
    .sort((a, b) => (a.leaf < b.leaf ? -1 : 1))
}

function loggedBallot(entry: string, leaf: string, rules: EntryRules): LoggedBallot {
  const { style, district, choices } = JSON.parse(entry) as {
    readonly style: string
    readonly district?: string
    readonly choices: unknown
  }
  return {
    district: district === undefined ? null : rules.districtIndex.get(district)!,
    style,
    contests: rules.contestsOf.get(style)!,
    marks: parseChoices(JSON.stringify(choices), rules.election),
    tracker: Buffer.from(leaf, 'hex').toString('base64url'),
  }
}
