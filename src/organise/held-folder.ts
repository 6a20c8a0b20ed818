/** Opens an election for one change, where no other process owns its folder. */
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
 * To be called with the data folder locked.
 * @throws {BadInput} where its log or its key is lost
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
      // The next server to start reads it from the folder.
      rollHasGrown: async () => {},
    })
  } finally {
    await log.close()
  }
}

/** @throws {Fault} that names the folder where its records contradict each other */
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
 * @param otherwise what is to be done with an election whose ballots lie on a cluster
 * @throws {BadInput} where this is one
 */
export function refuseOnCluster(dataDir: string, id: string, otherwise: string): void {
  const dir = electionDir(dataDir, id)
  if (existsSync(clusterFile(dir)))
    throw new BadInput(dir, [{ message: `its ballots lie on a cluster${otherwise}` }])
}
