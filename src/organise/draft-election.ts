/**
 * An election that is being created. Its folder grows under a temporary name; a cluster's roll and
 * log go there in the same step.
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
  /** The name of the public log; the default name if left out. */
  readonly logOrigin?: string | undefined
  /** The cluster that will have its ballots; null for the data folder. */
  readonly cluster: ClusterAddresses | null
}

/**
 * The returned draft's `abort` removes what went to the cluster, too.
 * @throws {BadInput} if the log's name is invalid; {ElectionExists}
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
