/**
 * What the public log in an election's folder has told of choices, from its own published entries
 * alone.
 */
import { logDir } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { logFolderReader } from '../adapters/files/log-reading.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import type { Election } from '../core/election/definition.ts'
import { pluralityTally } from '../core/tally/plurality.ts'
import type { PublishedCount } from '../core/tally/published-tally.ts'
import { base64 } from '../core/tlog/base64.ts'
import { parseCheckpoint } from '../core/tlog/checkpoint.ts'
import { Malformed } from '../core/tlog/malformed.ts'
import { parseNote } from '../core/tlog/note.ts'
import { entryRules } from '../core/verify/ballot.ts'
import { rangeChecker } from '../core/verify/range.ts'

const MOST_CHECKPOINT_BYTES = 1_000_000
/** Leaves read at once: whole bundles. */
const STRETCH = 64 * 256

/**
 * Counts the ballots under the published checkpoint. Ballots of districts that entries do not name
 * are counted in the first such district of their ballot style, which has no row of its own.
 * @param dir the election's folder
 * @param issued keys issued per district when the election was made
 * @throws {BadInput} where the log's files cannot be read as what they are
 */
export async function publishedInLog(
  dir: string,
  election: Election,
  issued: readonly number[],
): Promise<Omit<PublishedCount, 'complete'>> {
  const tally = pluralityTally(election)
  const read = logFolderReader(logDir(dir))
  const note = await read('checkpoint', MOST_CHECKPOINT_BYTES)
  if (note === undefined) return { tally, checkpoint: null }
  const { size, root } = checkpointOf(note, dir)
  const check = rangeChecker(read, nodeTreeHasher(), entryRules(election, issued))
  for (let from = 0; from < size; from += STRETCH) {
    const to = Math.min(size, from + STRETCH)
    const { parts, findings } = await check({ from, to, cuts: [], hashesOnly: false })
    const [wrong] = findings
    if (wrong !== undefined)
      throw new BadInput(logDir(dir), [{ message: `${wrong.message}: look with "elections doctor"` }])
    for (const { groups } of parts)
      for (const { ballot, times } of groups) tally.fold(ballot.district, ballot.choices, times)
  }
  return { tally, checkpoint: { size, root: base64(root) } }
}

/** @throws {BadInput} where it is not one */
function checkpointOf(note: Uint8Array, dir: string): ReturnType<typeof parseCheckpoint> {
  try {
    return parseCheckpoint(parseNote(new TextDecoder().decode(note)).text)
  } catch (cause) {
    if (!(cause instanceof Malformed)) throw cause
    throw new BadInput(`${logDir(dir)}/checkpoint`, [
      { message: `${cause.message}: look with "elections doctor"` },
    ])
  }
}
