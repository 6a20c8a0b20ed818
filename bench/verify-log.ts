/**
 * Makes a closed public log on disk for the verification benchmark: many ballots, several ballot
 * styles, some unnamed districts.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newLogKey } from '../src/adapters/node/log-signer.ts'
import { nodeTreeHasher } from '../src/adapters/node/tree-hasher.ts'
import type { Choices } from '../src/core/election/choices.ts'
import { electionFrom } from '../src/core/election/definition.ts'
import { entryWriter } from '../src/core/log/entry.ts'
import { formatRecord } from '../src/core/log/record.ts'
import { districtsText } from '../src/core/log/roll-commitment.ts'
import { pluralityTally } from '../src/core/tally/plurality.ts'
import { resultText } from '../src/core/tally/result-text.ts'
import { wholeResult } from '../src/core/tally/shown.ts'
import { formatCheckpoint } from '../src/core/tlog/checkpoint.ts'
import { bundleLeaves, encodeBundle } from '../src/core/tlog/entry-bundle.ts'
import { formatNote, signNote } from '../src/core/tlog/note.ts'
import { parseVerifierKey } from '../src/core/tlog/note-key.ts'
import { bundlePath, TILE_WIDTH, type Tile, tilePath } from '../src/core/tlog/tile.ts'
import { tileBuilder } from '../src/core/tlog/tile-builder.ts'
import { DEFINITION } from './elections.ts'

const DISTRICTS = 40
/** The last districts have fewer keys than a group, so they are not named. */
const SMALL = 5
const CLOSED = '2026-01-02T00:00:00.000Z'

const sha256Hex = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const options = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `o${i}`, name: `Option ${i}` }))

const FILE = {
  ...DEFINITION,
  opens_at: '2026-01-01T00:00:00Z',
  closes_at: '2026-01-02T00:00:00Z',
  suppress_below: 10,
  districts: Array.from({ length: DISTRICTS }, (_, d) => ({ id: `district-${d}`, name: `District ${d}` })),
  contests: [
    { id: 'mayor', title: 'Mayor', options: options(5) },
    { id: 'council', title: 'Council', votes: 3, options: options(12) },
    {
      ...{ id: 'school', title: 'School', options: options(3) },
      districts: Array.from({ length: DISTRICTS / 2 }, (_, d) => `district-${d}`),
    },
  ],
}

/** Writes `log/` and `results.json` below `dir`. @returns the number of leaves */
export function writeClosedLog(dir: string, ballots: number): number {
  const election = electionFrom(FILE)
  const hasher = nodeTreeHasher()
  const { signer } = newLogKey('bench.example/log')
  const issued = election.districts.map((_, d) => (d < DISTRICTS - SMALL ? ballots : 9))
  const definition = JSON.stringify(FILE)
  const made = new Set<string>()
  const put = (path: string, bytes: Uint8Array | string) => {
    const file = join(dir, 'log', path)
    if (!made.has(dirname(file))) mkdirSync(dirname(file), { recursive: true })
    made.add(dirname(file))
    writeFileSync(file, bytes)
  }
  const putTile = (tile: Tile, bytes: Uint8Array) => put(tilePath(tile), bytes)
  const tree = tileBuilder(hasher, putTile)
  const keysIssued = issued.reduce((a, b) => a + b, 0)
  const genesis = formatRecord({
    ...{ v: 1, entry: 'genesis', election: election.id, log: signer.verifierKey },
    definitionSha256: sha256Hex(definition),
    roll: { size: keysIssued, root: tree.root(), perDistrictSha256: sha256Hex(districtsText(issued)) },
    release: { results: election.results, suppressBelow: election.suppressBelow },
  })
  let waiting: Uint8Array[] = []
  const flush = () => {
    const bundle = { index: tree.size() / TILE_WIDTH, width: waiting.length }
    const bytes = encodeBundle(waiting)
    put(bundlePath(bundle), bytes)
    tree.append(bundleLeaves(hasher, bytes, bundle.width))
    waiting = []
  }
  const append = (text: string) => {
    if (waiting.push(Buffer.from(text)) === TILE_WIDTH) flush()
  }

  append(genesis)
  const entry = entryWriter(election, issued)
  const tally = pluralityTally(election)
  const seats = [[], [0], [1, 2], [0, 3, 4], [2, 7, 11], [5], [6, 8], [1, 9, 10]]
  for (let i = 0; i < ballots; i++) {
    const dice = randomBytes(4)
    // Voters of small districts vote too, fewer than the district has keys.
    const district = i < SMALL * 4 ? DISTRICTS - 1 - (i % SMALL) : dice[0]! % (DISTRICTS - SMALL)
    const school = district < DISTRICTS / 2 ? [dice[3]! % 3] : []
    const marks = [[dice[1]! % 5], seats[dice[2]! % seats.length]!, school]
    const choices = JSON.stringify(marks) as Choices
    tally.fold(district, choices)
    append(entry(district, choices, randomBytes(16).toString('hex')))
  }
  const result = resultText(wholeResult(election, issued, tally))
  append(
    formatRecord({
      ...{
        v: 1,
        entry: 'close',
        election: election.id,
        atMs: Date.parse(CLOSED),
        ballots,
        keysIssued,
        keysUsed: ballots,
      },
      resultSha256: sha256Hex(result),
      totals: election.contests.map((contest, c) =>
        contest.options.map((_, o) =>
          tally.contests[c]!.votes.reduce(
            (sum, votes, at) => (at % contest.options.length === o ? sum + votes : sum),
            0,
          ),
        ),
      ),
    }),
  )
  if (waiting.length > 0) flush()
  for (const { tile, bytes } of tree.partials()) putTile(tile, bytes)
  put('genesis.json', genesis)
  put('definition.json', definition)
  put('districts.json', districtsText(issued))
  const text = formatCheckpoint({
    origin: signer.origin,
    size: tree.size(),
    root: tree.root(),
    extensions: [],
  })
  const key = parseVerifierKey(hasher.sha256, signer.verifierKey)
  put('checkpoint', formatNote({ text, signatures: [signNote(text, key, signer.sign)] }))
  writeFileSync(join(dir, 'results.json'), result)
  return tree.size()
}
