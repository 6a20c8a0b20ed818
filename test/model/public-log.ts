/** The model's logs as files that anyone could fetch, and the findings of the real `verify`. */
import { ed25519Verify } from '../../src/adapters/node/ed25519.ts'
import { nodeTreeHasher } from '../../src/adapters/node/tree-hasher.ts'
import type { DefinitionFile } from '../../src/core/election/definition.ts'
import { verifyLog } from '../../src/core/verify/verify.ts'
import {
  AFTERWARDS_MS,
  CLOSED,
  CLOSES,
  closeEntry,
  DURING_MS,
  districtsText,
  endEntry,
  OPENS,
  resultText,
} from '../log/honest-log.ts'
import {
  checkpointText,
  type Files,
  leafHash,
  logKey,
  receipts,
  sha256,
  sha256Hex,
  signedNote,
  tiles,
  trackerOf,
} from '../log/log-bytes.ts'
import type { Course } from './course.ts'
import { DISTRICTS, LEADS, NAMED, readEntry, type Vote } from './election.ts'
import type { Breach } from './secrecy.ts'

export interface MadeLog {
  readonly k: number
  readonly results: 'live' | 'after-close'
  /** Keys per district. */
  readonly issued: readonly number[]
  /** Ballots as in the log; every other entry as a text that names its kind. */
  readonly entries: readonly string[]
  readonly votes: readonly Vote[]
  /** Sizes at which a checkpoint was seen while voting was open. */
  readonly seen: readonly number[]
  /** Trackers of acknowledged ballots. */
  readonly acknowledged: readonly string[]
}

const KEY = logKey('example.org/model', 'the model’s log')

/** A whole course as a log, of which every checkpoint was seen. */
export function logOf({ setting, votes, batches, beforeEnd }: Course): MadeLog {
  const { k, voters, results } = setting
  const before = batches.slice(0, beforeEnd).map(({ entries }) => entries)
  const rest = batches.slice(beforeEnd).flatMap(({ entries }) => entries)
  let size = 1
  return {
    ...{ k, results, votes },
    issued: DISTRICTS.map((_, d) => (d < NAMED ? Math.max(k, voters) : k - 1)),
    entries: ['genesis', ...before.flat(), 'end', ...rest, 'close'],
    seen: before.map((entries) => (size += entries.length)),
    acknowledged: votes.slice(0, 5).map(({ entry }) => trackerOf(entry)),
  }
}

/** The findings of `verify` in the closed log, and in the open one at each size that was seen. */
export async function verified(log: MadeLog, stages: readonly number[] = []): Promise<readonly Breach[]> {
  const { entries, definition, result } = written(log)
  const noteOf = (size: number) => {
    const text = checkpointText(KEY.name, entries.slice(0, size).map(leafHash))
    return signedNote(text, KEY.line(text))
  }
  const seen = log.seen.map((size) => ({ note: noteOf(size), seenAtMs: DURING_MS }))
  const found: Breach[] = []
  for (const size of [...stages, entries.length]) {
    const isWhole = size === entries.length
    const files: Files = tiles(entries.slice(0, size))
    files.set('checkpoint', Buffer.from(noteOf(size)))
    files.set('genesis.json', Buffer.from(entries[0]!))
    files.set('definition.json', Buffer.from(definition))
    files.set('districts.json', Buffer.from(districtsText(log.issued)))
    const report = await verifyLog({
      ...{ read: (path) => files.get(path), hasher: nodeTreeHasher(), verify: ed25519Verify, key: KEY.vkey },
      nowMs: isWhole ? AFTERWARDS_MS : DURING_MS,
      seen: isWhole ? seen : [],
      ...(isWhole ? { result: Buffer.from(result) } : {}),
      receipts: receipts(log.acknowledged, 'model', 86_400, KEY, { v: 2 }),
    })
    for (const { code, message } of report.findings)
      found.push({ assertion: 'verify', detail: `${code}: ${message}` })
    if (isWhole && report.stage !== 'closed')
      found.push({ assertion: 'verify', detail: `stage ${report.stage}` })
  }
  return found
}

function written(log: MadeLog) {
  const { k, results, issued, votes } = log
  const definition: DefinitionFile = {
    ...{ id: 'model', title: 'Model', opens_at: OPENS, closes_at: CLOSES, results, suppress_below: k },
    districts: DISTRICTS.map((id) => ({ id, name: id })),
    contests: LEADS.map((_, c) => ({
      id: `c${c}`,
      title: `C${c}`,
      options: ['a', 'b'].map((id) => ({ id, name: id })),
    })),
  }
  const text = `${JSON.stringify(definition)}\n`
  const ballots = votes.map(({ district, marks }) => ({
    district,
    marks: marks.map((mark) => [mark]),
    nonce: '',
  }))
  const result = resultText(definition, ballots, issued, k)
  const genesis = JSON.stringify({
    ...{ v: 2, entry: 'genesis', election: 'model', log: KEY.vkey, definition_sha256: sha256Hex(text) },
    roll: {
      size: issued.reduce((a, b) => a + b, 0),
      root: sha256('roll').toString('base64'),
      per_district_sha256: sha256Hex(districtsText(issued)),
    },
    release: { results, suppress_below: k },
  })
  let amendments = 0
  const entries = log.entries.map((entry, i): string => {
    if (readEntry(entry) !== undefined) return entry
    if (i === 0) return genesis
    if (i === log.entries.length - 1)
      return closeEntry({ definition, ballots, issued, result, entries: [] }, { v: 2, at: CLOSED })
    if (entry.includes('closes_at')) {
      const [at, closesAt] = [amendments++, amendments].map(
        (n) => new Date(Date.parse(CLOSES) - 60_000 + n * 30_000),
      )
      return JSON.stringify({
        ...{ v: 2, entry: 'amendment', election: 'model', at: at!.toISOString() },
        change: { closes_at: new Date(closesAt!.getTime() + 90_000).toISOString() },
      })
    }
    return endEntry(definition, votes.length)
  })
  return { entries, definition: text, result }
}
