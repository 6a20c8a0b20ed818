/**
 * The ballot at a leaf of a verified log, in words: the names of the chosen options from the
 * definition.
 */

import { MOST_DEFINITION_BYTES } from '../../core/log/resource-bounds.ts'
import { bundleSpans } from '../../core/tlog/entry-bundle.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import { equalHashes, type Hash, leafHash, type TreeHasher } from '../../core/tlog/merkle.ts'
import { bundlePath, TILE_WIDTH } from '../../core/tlog/tile.ts'
import { utf8Text } from '../../core/tlog/utf8.ts'
import { entryRules, readBallot } from '../../core/verify/ballot.ts'
import { DEFINITION_PATH, DISTRICTS_PATH, electionOf } from '../../core/verify/beginning.ts'
import { MOST_BUNDLE_BYTES } from '../../core/verify/bounds.ts'
import type { LogReader } from '../../core/verify/range.ts'
import type { PublishedBallot } from './job.ts'

/** Returns null if the entry is not a ballot that can be put into words, or is not public. */
export async function publishedBallot(
  read: LogReader,
  hasher: TreeHasher,
  { leaf, size, hash }: { readonly leaf: number; readonly size: number; readonly hash: Hash },
): Promise<PublishedBallot | null> {
  try {
    const [entry, definition, districts] = [
      await entryAt(read, leaf, size),
      await read(DEFINITION_PATH, MOST_DEFINITION_BYTES),
      await read(DISTRICTS_PATH, MOST_DEFINITION_BYTES),
    ]
    if (entry === undefined || definition === undefined || districts === undefined) return null
    if (!equalHashes(leafHash(hasher, entry), hash)) return null
    return inWords(utf8Text(entry), definition, districts)
  } catch (error) {
    if (error instanceof Malformed || error instanceof SyntaxError) return null
    throw error
  }
}

async function entryAt(read: LogReader, leaf: number, size: number): Promise<Uint8Array | undefined> {
  const index = Math.floor(leaf / TILE_WIDTH)
  const at = leaf % TILE_WIDTH
  for (const width of [Math.min(TILE_WIDTH, size - index * TILE_WIDTH), TILE_WIDTH]) {
    const bundle = await read(bundlePath({ index, width }), MOST_BUNDLE_BYTES)
    if (bundle === undefined) continue
    const spans = bundleSpans(bundle, width)
    return bundle.subarray(spans[2 * at], spans[2 * at + 1])
  }
  return undefined
}

function inWords(entry: string, definition: Uint8Array, districts: Uint8Array): PublishedBallot | null {
  const election = electionOf(definition)
  const rules = entryRules(election, JSON.parse(utf8Text(districts)) as number[])
  const ballot = readBallot(entry, rules)
  if (typeof ballot === 'string') return null
  const marks = JSON.parse(ballot.choices) as readonly (readonly number[])[]
  const contests = rules.contestsOf.get(rules.styleOf[ballot.district]!)!
  return {
    district: rules.named[ballot.district] ? election.districts[ballot.district]!.name : null,
    contests: contests.map((c) => {
      const { title, options } = election.contests[c]!
      return { title, chosen: marks[c]!.map((o) => options[o]!.name) }
    }),
    entry,
  }
}
