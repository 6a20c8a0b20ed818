/** Voting that ends later, on one machine: an entry of the public log. The definition stays as it was handed in. */
import { existsSync } from 'node:fs'
import { clusterFile, definitionFile, electionDir } from '../adapters/embedded/layout.ts'
import { lockFolder } from '../adapters/embedded/lock.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { systemClock } from '../adapters/node/clock.ts'
import { amended } from '../core/log/amended.ts'
import { formatRecord } from '../core/log/record.ts'
import { openPublisher } from '../pipeline/publish/publish.ts'
import { checkLog } from '../pipeline/publish/recovery.ts'
import { type Settled, settleAddition } from './late-voters/settle-addition.ts'
import { ensureLog, type OpenLog, openLog } from './public-log.ts'
import { refuseEnded } from './refuse-ended.ts'

export interface Extension {
  readonly dataDir: string
  readonly id: string
  /** Unix milliseconds. */
  readonly closesAtMs: number
  /** Told of an addition of voters that had been cut off and is settled now, also where the extension is refused. */
  readonly onSettled: (settled: Settled) => void
}

/**
 * Holds the folder's lock meanwhile: no server may be running on it.
 * @throws {BadInput} where voting has ended or would end earlier, or the ballots lie on a cluster; FolderInUse; BrokenLog
 */
export async function extendFolder(extension: Extension): Promise<void> {
  const { dataDir, id } = extension
  const dir = electionDir(dataDir, id)
  if (existsSync(clusterFile(dir)))
    throw new BadInput(dir, [{ message: 'its ballots lie on a cluster: add --cluster' }])
  const lock = lockFolder(dataDir)
  try {
    const defined = (await readDefinition(definitionFile(dir))).election
    await ensureLog(dir, defined)
    const log = await openLog(dir, defined)
    try {
      await extendIn(dir, log, extension)
    } finally {
      log.close()
    }
  } finally {
    lock.release()
  }
}

async function extendIn(dir: string, log: OpenLog, { closesAtMs, onSettled }: Extension): Promise<void> {
  await checkLog(log.deps)
  const records = (await log.deps.journal.records()).map(({ record }) => record!)
  const settled = await settleAddition(dir, records)
  if (settled !== undefined) onSettled(settled)
  const { election } = amended(log.election, records)
  await refuseEnded(dir, election.closesAtMs)
  if (closesAtMs <= election.closesAtMs) {
    const ends = new Date(election.closesAtMs).toISOString()
    throw new BadInput('--closes-at', [
      { message: `voting ends at ${ends} as it is: it can only be extended` },
    ])
  }
  const publisher = await openPublisher(log.deps)
  while (await publisher.publish());
  await publisher.amend(
    formatRecord({
      v: log.deps.release.version,
      entry: 'amendment',
      election: election.id,
      atMs: systemClock.nowMs(),
      change: { closesAtMs },
    }),
  )
}
