/**
 * An election in the making: its folder grows out of sight, and on a cluster its roll and its log
 * go there with it.
 */
import { createElection, type ElectionDraft } from '../adapters/embedded/create.ts'
import type { DefinitionFile, Election } from '../core/election/definition.ts'
import type { ClusterAddresses } from './cluster/addresses.ts'
import { newLog } from './public-log.ts'

export interface DraftAsked {
  readonly dataDir: string
  readonly file: DefinitionFile
  /** The definition as the organiser wrote it. */
  readonly text: string
  readonly election: Election
  /** The definition's pictures, by SHA-256. */
  readonly pictures: ReadonlyMap<string, Uint8Array>
  /** The name of the public log; one of its own where it is left out. */
  readonly logOrigin?: string | undefined
  /** Where its ballots will lie; null for the data folder. */
  readonly cluster: ClusterAddresses | null
}

/**
 * Its `abort` takes back what went to the cluster, too.
 * @throws {BadInput} where the log's name can name none; {ElectionExists}
 */
export async function draftElection(asked: DraftAsked): Promise<ElectionDraft> {
  const { dataDir, file, text, election, pictures, logOrigin, cluster } = asked
  const log = newLog(election, logOrigin)
  const onward = cluster && (await import('./cluster/move-to-cluster.ts')).clusterMove(election, cluster)
  const found = async (dir: string) => {
    await log.found(dir)
    await onward?.move(dir)
  }
  const draft = await createElection(dataDir, file, text, { ...log, found }, pictures)
  return {
    ...draft,
    abort: async () => {
      await draft.abort()
      await onward?.undo()
    },
  }
}
