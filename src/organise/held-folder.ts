/** Opens an election for one change if no other process owns its folder. */
import { existsSync } from 'node:fs'
import { clusterFile, definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { faultIn } from '../adapters/node/system-fault.ts'
import type { Election } from '../core/election/definition.ts'
import { openPublisher } from '../pipeline/publish/publish.ts'
import { checkLog } from '../pipeline/publish/recovery.ts'
import type { HeldElection } from './held-election.ts'
import { ensureLog, type OpenLog, openLog } from './public-log.ts'

/**
 * The caller has locked the data folder.
 * @throws {BadInput} if its log or key is missing
 */
export async function holdElection<Result>(
  dataDir: string,
  id: string,
  change: (held: HeldElection) => Promise<Result>,
): Promise<Result> {
  const dir = electionDir(dataDir, id)
  const { election } = await readDefinition(definitionFile(dir))
  const log = await checkedLog(dir, election)
  try {
    return await change({
      dir,
      log,
      publish: async (entry) => {
        const publisher = await openPublisher(log.deps)
        while (await publisher.publish());
        await publisher.amend(entry)
      },
      // The next server reads the roll from the folder when it starts.
      rollHasGrown: async () => {},
    })
  } finally {
    await log.close()
  }
}

/** @throws {Fault} with the folder's name if its records contradict each other */
async function checkedLog(dir: string, election: Election): Promise<OpenLog> {
  try {
    await ensureLog(dir, election)
    const log = await openLog(dir, election)
    await checkLog(log.deps).catch((cause) => {
      log.close()
      throw cause
    })
    return log
  } catch (cause) {
    throw faultIn(dir, cause)
  }
}

/**
 * @param otherwise what to do with an election whose ballots are on a cluster; continues a sentence
 * @throws {BadInput} if this is such an election
 */
export function refuseOnCluster(dataDir: string, id: string, otherwise: string): void {
  const dir = electionDir(dataDir, id)
  if (existsSync(clusterFile(dir)))
    throw new BadInput(dir, [{ message: `its ballots are on a cluster${otherwise}` }])
}
