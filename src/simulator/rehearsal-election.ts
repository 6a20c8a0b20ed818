/**
 * The election of a rehearsal: a published result's districts and candidates, and a key for every
 * vote in it.
 */
import { createHash, randomBytes } from 'node:crypto'
import { basename, extname } from 'node:path'
import { electionIds } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readMap } from '../adapters/files/definition-map.ts'
import { nodeDigest } from '../adapters/node/digest.ts'
import { faultIn } from '../adapters/node/system-fault.ts'
import { type DefinitionFile, electionFrom } from '../core/election/definition.ts'
import { definitionErrors } from '../core/election/definition-rules.ts'
import { MAX_DISTRICTS, MAX_OPTIONS } from '../core/election/definition-schema.ts'
import type { ClusterAddresses } from '../organise/cluster/addresses.ts'
import { draftElection } from '../organise/draft-election.ts'
import type { Progress } from '../organise/progress.ts'
import { type EnrolledVoter, enrol } from '../pipeline/enrol.ts'
import type { DerivedKeys } from './derived-keys.ts'
import { ballotsOf, definitionOf, type PublishedResult, totalVotes } from './published-result.ts'

const VOTERS_PER_BATCH = 8_192
/** Of a title, which may have 200 characters, for the file's name. */
const MOST_TITLE = 150

/**
 * `rehearsal-1`, or the next number that is free; on a cluster, which many folders share, one drawn
 * by lot.
 */
export function rehearsalId(dataDir: string, cluster: ClusterAddresses | null): string {
  if (cluster) return `rehearsal-${randomBytes(4).toString('hex')}`
  const taken = new Set(electionIds(dataDir))
  let number = 1
  while (taken.has(`rehearsal-${number}`)) number++
  return `rehearsal-${number}`
}

export interface RehearsalElection {
  readonly dataDir: string
  readonly id: string
  /** The file that the result was read from. */
  readonly path: string
  readonly result: PublishedResult
  /** What its counts were divided by. */
  readonly scale: number
  readonly keys: DerivedKeys
  /** A map whose areas are keyed by the districts' names in the result. */
  readonly map?: string | undefined
  readonly note: (words: string) => void
  readonly cluster: ClusterAddresses | null
}

/**
 * Makes it, as the folder's default one. @throws {BadInput} where the file makes no election;
 * {BadAddress}
 */
export async function makeRehearsal(asked: RehearsalElection, progress: Progress): Promise<void> {
  const { dataDir, id, path, result, scale, keys, cluster } = asked
  const ratio = scale === 1 ? '' : ` (1 : ${scale})`
  const name = basename(path, extname(path))
    .replaceAll(/[-_\p{Cc}]+/gu, ' ')
    .trim()
  const file = definitionOf(result, id, `${name.slice(0, MOST_TITLE) || 'Rehearsal'}${ratio}`)
  refuseUnfit(path, result, file)
  const mapped = await withMap(file, asked)
  const { election } = mapped
  const draft = await draftElection({ dataDir, ...mapped, cluster })
  try {
    await progress('Issuing voter keys', undefined, (onProgress) => {
      const total = totalVotes(result)
      let next = 0
      return enrol(
        election,
        voters(result, keys, (done) => onProgress(done, total)),
        {
          digest: nodeDigest(),
          newGuid: () => keys.guid(next++),
          credentials: draft,
          // Nobody prints these: they are worked out again when their ballot is cast.
          keys: { add: () => {} },
        },
      )
    })
    await draft.commit({ makeDefault: true })
    if (cluster) {
      const { loadNewKeys } = await import('../organise/cluster/move-to-cluster.ts')
      await loadNewKeys(dataDir, id, cluster, () => {})
    }
  } catch (error) {
    await draft.abort()
    throw faultIn(dataDir, error)
  }
}

async function* voters(
  result: PublishedResult,
  keys: DerivedKeys,
  onProgress: (done: number) => void,
): AsyncGenerator<readonly EnrolledVoter[]> {
  const total = totalVotes(result)
  const ballotOf = ballotsOf(result)
  for (let from = 0; from < total; from += VOTERS_PER_BATCH) {
    const length = Math.min(VOTERS_PER_BATCH, total - from)
    yield Array.from({ length }, (_, i) => ({
      personalId: keys.personalId(from + i),
      district: ballotOf(from + i).district,
    }))
    onProgress(from + length)
  }
}

/**
 * The definition, with the map where one was handed in: keyed by ids in place of names. @throws
 * {BadInput}
 */
async function withMap(definition: DefinitionFile, { map, note }: RehearsalElection) {
  if (map === undefined)
    return {
      ...{ file: definition, text: JSON.stringify(definition), election: electionFrom(definition) },
      pictures: new Map<string, Uint8Array>(),
    }
  const read = await readMap(map, definition.districts!)
  for (const words of read.notes) note(`${map} ${words}`)
  const sha256 = createHash('sha256').update(read.bytes).digest('hex')
  const file = { ...definition, map: { file: MAP_FILE, sha256 } }
  return {
    ...{ file, text: JSON.stringify(file), election: electionFrom(file) },
    pictures: new Map<string, Uint8Array>([[sha256, read.bytes]]),
  }
}

const MAP_FILE = 'map.json'

/**
 * Speaks of the file that was handed in, for the definition is this command's own. @throws
 * {BadInput}
 */
function refuseUnfit(path: string, { districts, candidates }: PublishedResult, file: DefinitionFile): void {
  const tooMany = (what: string, count: number, most: number): void => {
    if (count > most)
      throw new BadInput(path, [
        {
          message: `has ${count.toLocaleString('en')} ${what}; an election may have ${most.toLocaleString('en')}`,
        },
      ])
  }
  tooMany('candidates', candidates.length, MAX_OPTIONS)
  tooMany('districts', districts.length, MAX_DISTRICTS)
  const problems = definitionErrors(file).map(({ pointer, message }) => {
    const [, of, index] = /\/(options|districts)\/(\d+)/.exec(pointer) ?? []
    const name = of === undefined ? undefined : (of === 'options' ? candidates : districts)[Number(index)]
    const what = of === 'options' ? 'candidate' : 'district'
    return {
      message: name === undefined ? `makes no election: it ${message}` : `${what} “${name}” ${message}`,
    }
  })
  if (problems.length > 0) throw new BadInput(path, problems)
}
