/**
 * Elections with their public logs, of both versions, computed only from docs/protocol.md
 * (log-bytes.ts): several ballot styles, districts too small to be named, ballots held by the
 * release rule, amendments, close, result, receipts.
 */
import type { DefinitionFile } from '../../src/core/election/definition.ts'
import {
  checkpointText,
  type Files,
  type LogKey,
  leafHash,
  logKey,
  receipts,
  sha256,
  sha256Hex,
  signedNote,
  tiles,
  trackerOf,
} from './log-bytes.ts'

export const OPENS = '2026-03-01T08:00:00.000Z'
export const CLOSES = '2026-03-01T18:00:00.000Z'
/** The end of voting after an amendment. */
export const CLOSES_LATER = '2026-03-01T20:00:00.000Z'
export const CLOSED = '2026-03-01T20:00:00.000Z'
export const AFTERWARDS_MS = Date.parse('2026-03-02T12:00:00Z')
export const DURING_MS = Date.parse('2026-03-01T12:00:00Z')

export interface Ballot {
  readonly district: number
  /** Per contest. */
  readonly marks: readonly (readonly number[])[]
  readonly nonce: string
}

export interface HonestLog {
  readonly v: 1 | 2
  readonly definition: DefinitionFile
  readonly definitionText: string
  /** Keys per district in the genesis, and after the amendment. */
  readonly issued: readonly number[]
  readonly issuedLater: readonly number[]
  readonly key: LogKey
  /** In the order of the log. */
  readonly entries: readonly string[]
  readonly ballots: readonly Ballot[]
  /** Sizes at which a checkpoint was published. */
  readonly published: readonly number[]
  readonly result: string
  /** For ballots at several positions of the log. */
  readonly receipts: readonly string[]
}

/** Reproducible numbers in [0, 1) (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const options = (...ids: string[]) => ids.map((id) => ({ id, name: id.toUpperCase() }))

/** North, Hill and Mill vote for mayor and council, South and Dale for mayor and school board. */
export function cityDefinition(changes: Partial<DefinitionFile> = {}): DefinitionFile {
  return {
    id: 'city-2026',
    title: 'City election',
    opens_at: OPENS,
    closes_at: CLOSES,
    results: 'live',
    suppress_below: 10,
    districts: ['north', 'south', 'hill', 'dale', 'mill'].map((id) => ({ id, name: id })),
    contests: [
      { id: 'mayor', title: 'Mayor', options: options('ada', 'grace', 'alan') },
      {
        ...{ id: 'council', title: 'Council', votes: 2, districts: ['north', 'hill', 'mill'] },
        options: options('red', 'green', 'blue', 'grey'),
      },
      { id: 'school', title: 'School', districts: ['south', 'dale'], options: options('yes', 'no') },
    ],
    ...changes,
  }
}

export const STYLE_OF = ['1', '2', '1', '2', '1']
const CONTESTS_OF: Readonly<Record<string, readonly number[]>> = { '1': [0, 1], '2': [0, 2] }

export const choicesOf = (marks: Ballot['marks']): string => JSON.stringify(marks)

export function ballotEntry(ballot: Ballot, issued: readonly number[], below = 10, id = 'city-2026'): string {
  const named = issued[ballot.district]! >= below
  const district = named ? `,"district":"${['north', 'south', 'hill', 'dale', 'mill'][ballot.district]}"` : ''
  const style = STYLE_OF[ballot.district]
  return (
    `{"v":1,"election":"${id}","style":"${style}"${district},` +
    `"choices":${choicesOf(ballot.marks)},"nonce":"${ballot.nonce}"}`
  )
}

function someMarks(district: number, chance: () => number): number[][] {
  const among = (width: number) => Math.floor(chance() ** 1.5 * width)
  const marks: number[][] = [[], [], []]
  if (chance() > 0.05) marks[0] = [among(3)]
  if (CONTESTS_OF[STYLE_OF[district]!]!.includes(1)) {
    const two = new Set([among(4), among(4)])
    marks[1] = chance() < 0.1 ? [] : [...two].sort()
  } else if (chance() > 0.1) marks[2] = [among(2)]
  return marks
}

export interface CityOptions {
  /** The version of the log. */
  readonly v?: 1 | 2
  readonly ballots: number
  readonly changes?: Partial<DefinitionFile>
  readonly issued?: readonly number[]
  /** Ballots per published batch. */
  readonly batch?: number
}

export function cityLog({
  v = 1,
  ballots: count,
  changes = {},
  batch = 250,
  ...rest
}: CityOptions): HonestLog {
  const definition = cityDefinition(changes)
  const definitionText = `${JSON.stringify(definition, null, 2)}\n`
  const below = definition.suppress_below ?? 10
  const issued = rest.issued ?? [count, Math.ceil(count * 0.8), 5, 8, 4]
  const issuedLater = issued.map((keys, d) => (d === 0 ? keys + 2 : keys))
  const key = logKey('example.org/city-2026', 'the log')
  const chance = random(count)

  // The order of voters: small districts here and there, the large ones between.
  const ballots: Ballot[] = []
  const smalls = [2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4].map((district) => ({
    district,
    at: Math.floor(chance() * count),
  }))
  for (let i = 0; i < count; i++) {
    const small = smalls.find(({ at }) => at === i)
    const district = small?.district ?? (chance() < 0.55 ? 0 : 1)
    ballots.push({
      district,
      marks: someMarks(district, chance),
      nonce: sha256(`${i}`).toString('hex', 0, 16),
    })
  }

  const roll = (keys: readonly number[]) => ({
    size: keys.reduce((a, b) => a + b, 0),
    root: sha256(`roll of ${keys}`).toString('base64'),
    per_district_sha256: sha256Hex(districtsText(keys)),
  })
  const entries: string[] = [
    JSON.stringify({
      ...{ v, entry: 'genesis', election: definition.id, log: key.vkey },
      definition_sha256: sha256Hex(definitionText),
      roll: roll(issued),
      release: { results: definition.results, suppress_below: below },
    }),
  ]
  const published = [1]
  const amendment = (at: string, change: object) =>
    entries.push(JSON.stringify({ v, entry: 'amendment', election: definition.id, at, change }))

  const holds = definition.results === 'live' && below > 1
  const sorts = v === 2 && definition.results === 'after-close'
  const entryOf = (ballot: Ballot) => ballotEntry(ballot, issued, below)
  let held: Ballot[] = []
  for (let i = 0; i < count; i += batch) {
    const waiting = [...held, ...ballots.slice(i, i + batch)]
    const voted = ballots.slice(0, i + batch)
    const free =
      v === 1
        ? (ballot: Ballot) => !holds || isReleased(voted.filter(sameUnit(ballot, issued, below)), below)
        : isPublished(waiting, voted, { issued, below: holds ? below : 1, sorts })
    held = waiting.filter((ballot) => !free(ballot))
    const before = entries.length
    entries.push(...inLeafOrder(waiting.filter(free).map(entryOf)))
    if (entries.length > before) published.push(entries.length)
    if (i === 0) amendment('2026-03-01T10:00:00.000Z', { roll: roll(issuedLater) })
    if (i === batch) amendment('2026-03-01T11:00:00.000Z', { closes_at: CLOSES_LATER })
  }
  if (v === 2) {
    entries.push(endEntry(definition, count))
    published.push(entries.length)
  }
  entries.push(...inLeafOrder(held.map(entryOf)))
  if (held.length > 0) published.push(entries.length)

  const result = resultText(definition, ballots, issued, below)
  entries.push(closeEntry({ definition, ballots, issued: issuedLater, result, entries }, { v }))
  published.push(entries.length)
  const trackers = entries.filter((entry) => entry.includes('"nonce"')).map(trackerOf)
  const asked = [0, 7, 300, trackers.length - 1].map((i) => trackers[i % trackers.length]!)
  const due = v === 1 ? Date.parse(CLOSED) / 1000 + 600 : 86_400
  return {
    ...{ v, definition, definitionText, issued, issuedLater, key, entries, ballots, published, result },
    receipts: receipts(asked, definition.id, due, key, { v }),
  }
}

export const inLeafOrder = (entries: readonly string[]): string[] =>
  entries
    .map((entry) => ({ entry, leaf: leafHash(entry) }))
    .sort((a, b) => Buffer.compare(a.leaf, b.leaf))
    .map(({ entry }) => entry)

/**
 * Version 2: publishes as many of a unit's waiting ballots as needed, so that k · max(0, ⌊n/k⌋ − 1)
 * of the n ballots are published. Only the election secret determines which ones; here they are
 * those with the lowest nonces.
 */
function isPublished(
  waiting: readonly Ballot[],
  voted: readonly Ballot[],
  {
    issued,
    below,
    sorts,
  }: { readonly issued: readonly number[]; readonly below: number; readonly sorts: boolean },
): (ballot: Ballot) => boolean {
  if (sorts) return () => false
  if (below === 1) return () => true
  const released = new Set<Ballot>()
  for (const one of waiting) {
    const unit = waiting.filter(sameUnit(one, issued, below))
    const n = voted.filter(sameUnit(one, issued, below)).length
    const before = n - unit.length
    const more = below * Math.max(0, Math.floor(n / below) - 1) - before
    for (const each of unit.toSorted((a, b) => (a.nonce < b.nonce ? -1 : 1)).slice(0, Math.max(0, more)))
      released.add(each)
  }
  return (ballot) => released.has(ballot)
}

export const endEntry = (
  { id }: Pick<DefinitionFile, 'id'>,
  ballots: number,
  changes: Record<string, unknown> = {},
): string => JSON.stringify({ v: 2, entry: 'end', election: id, at: CLOSED, ballots, ...changes })

const sameUnit = (one: Ballot, issued: readonly number[], below: number) => (other: Ballot) =>
  issued[one.district]! >= below
    ? other.district === one.district
    : issued[other.district]! < below && STYLE_OF[other.district] === STYLE_OF[one.district]

function isReleased(unit: readonly Ballot[], below: number): boolean {
  if (unit.length < below) return false
  return CONTESTS_OF[STYLE_OF[unit[0]!.district]!]!.every((contest) => {
    const width = contest === 0 ? 3 : contest === 1 ? 4 : 2
    const blank = unit.every(({ marks }) => marks[contest]!.length === 0)
    const alike = [...Array(width).keys()].some((o) => unit.every(({ marks }) => marks[contest]!.includes(o)))
    return !blank && !alike
  })
}

export const districtsText = (issued: readonly number[]): string => `[${issued.join(',')}]\n`

/** The result document after the close (docs/protocol.md, "Result"). */
export function resultText(
  definition: DefinitionFile,
  ballots: readonly Ballot[],
  issued: readonly number[],
  below = 10,
): string {
  const contests = definition.contests.map(({ id, votes = 1, options, districts }, c) => {
    const voting = (definition.districts ?? []).flatMap((district, d) =>
      districts === undefined || districts.includes(district.id) ? [d] : [],
    )
    const count = (some: readonly Ballot[]) => ({
      ballots: some.length,
      blank: some.filter(({ marks }) => marks[c]!.length === 0).length,
      undervotes: some.reduce((sum, { marks }) => sum + votes - marks[c]!.length, 0),
      votes: options.map((_, o) => some.filter(({ marks }) => marks[c]!.includes(o)).length),
    })
    const all = count(ballots.filter(({ district }) => voting.includes(district)))
    return {
      ...{ id, ballots: all.ballots, blank: all.blank, undervotes: all.undervotes },
      options: options.map((option, o) => ({ id: option.id, votes: all.votes[o]! })),
      districts: voting.map((d) => {
        const here = count(ballots.filter(({ district }) => district === d))
        const name = definition.districts![d]!.id
        return issued[d]! >= below
          ? { id: name, ...here }
          : { id: name, ballots: here.ballots, withheld: true }
      }),
    }
  })
  const head = {
    format: 'digital-elections/result/v1',
    election: definition.id,
    ballots: ballots.length,
    held: 0,
  }
  return `${JSON.stringify({ ...head, contests })}\n`
}

export function closeEntry(
  of: {
    readonly definition: DefinitionFile
    readonly ballots: readonly Ballot[]
    readonly issued: readonly number[]
    readonly result: string
    readonly entries: readonly string[]
  },
  changes: Record<string, unknown> = {},
): string {
  const { definition, ballots, issued, result } = of
  return JSON.stringify({
    ...{ v: 1, entry: 'close', election: definition.id, at: CLOSED, ballots: ballots.length },
    keys_issued: issued.reduce((a, b) => a + b, 0),
    keys_used: ballots.length,
    result_sha256: sha256Hex(result),
    totals: definition.contests.map(({ options }, c) =>
      options.map((_, o) => ballots.filter(({ marks }) => marks[c]!.includes(o)).length),
    ),
    ...changes,
  })
}

/** The log's files at a size, all that a web server would serve. */
export function filesOf(log: HonestLog, entries = log.entries, key = log.key): Files {
  const files = tiles(entries)
  files.set('checkpoint', Buffer.from(checkpointOf(log, entries, key)))
  files.set('genesis.json', Buffer.from(entries[0]!))
  files.set('definition.json', Buffer.from(log.definitionText))
  files.set('districts.json', Buffer.from(districtsText(log.issued)))
  const later = districtsText(log.issuedLater)
  files.set(`districts-${sha256Hex(later)}.json`, Buffer.from(later))
  return files
}

export function checkpointOf(log: HonestLog, entries: readonly string[], key = log.key): string {
  const text = checkpointText(key.name, entries.map(leafHash))
  return signedNote(text, key.line(text))
}
