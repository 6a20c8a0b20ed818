/**
 * Opens an election's folder: everything the way of a vote needs of storage, ready to take ballots.
 */

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { BallotBox } from '../../ports/ballot-box.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Credential, Digest, Tag } from '../../ports/digest.ts'
import type { PollsRecord } from '../../ports/polls-record.ts'
import type { VoterRoll } from '../../ports/voter-roll.ts'
import { openBallotBox } from './ballot-box.ts'
import { EmbeddedLog } from './ballot-log.ts'
import type { CommitterOptions } from './commit.ts'
import { openElectionDatabase } from './election-database.ts'
import { takeKeys } from './late-keys.ts'
import { databaseFile, savedKeysFile, secretFile } from './layout.ts'
import { BrokenInvariant, type LoadedKeys, type LoadProgress, loadingKeys } from './load.ts'
import { pollsRecord } from './polls-record.ts'
import type { RollPage } from './roll-pages.ts'
import { savedKeysMac } from './saved-keys.ts'
import { type SavingKeys, saveKeys } from './saving-keys.ts'
import { secretDestroyed } from './secret-fact.ts'

export interface EmbeddedStore {
  readonly box: BallotBox
  readonly log: EmbeddedLog
  readonly roll: VoterRoll
  readonly polls: PollsRecord
  /**
   * Takes keys that were issued since: they may vote when it resolves. @returns how many of them
   * are new
   */
  readonly takeKeys: (pages: readonly RollPage[]) => Promise<number>
  /** Rows of the roll whose keys came from the file of a start before. */
  readonly restored: number
  /** Whether the keys were saved for the next start, once that is over. */
  readonly keysSaved: () => Promise<boolean>
  /** Waits for ballots under way, then lets go of the files. */
  readonly close: () => Promise<void>
}

export interface OpenDeps {
  readonly districts: number
  readonly digest: Digest
  readonly clock: Clock
  /** tags from credentials under the election secret; see adapters/node/digest.ts */
  readonly tagger: (secret: Uint8Array) => (credential: Credential) => Tag
  readonly onProgress?: LoadProgress
  readonly committer?: CommitterOptions
  /** Keys read from the roll from which on they are saved for the next start (default 100,000). */
  readonly saveFrom?: number
}

/**
 * @param dir the election's own folder
 * @throws {BrokenInvariant} where the log and the roll contradict each other
 */
export async function openStore(dir: string, deps: OpenDeps): Promise<EmbeddedStore> {
  const file = databaseFile(dir)
  const reader = openElectionDatabase(file)
  let loaded: LoadedKeys
  let tagOf: (credential: Credential) => Tag
  let saving: SavingKeys | undefined
  try {
    const destroyed = secretDestroyed(reader)
    if (destroyed !== undefined && !(await pollsRecord(file).wasClosed()))
      throw new BrokenInvariant('the election secret was destroyed, and voting has not closed')
    // Voting has closed: keys need no tags that are on ballots any more, only some to be told apart
    // by.
    const named = destroyed === undefined
    const secret = named ? readFileSync(secretFile(dir)) : randomBytes(32)
    tagOf = deps.tagger(secret)
    const before = named ? { path: savedKeysFile(dir), macKey: savedKeysMac(secret) } : undefined
    loaded = await inTurns(loadingKeys(reader, deps.districts, tagOf, deps.onProgress, named, before))
    if (before !== undefined) saving = saveKeys(reader, loaded, before, deps.saveFrom)
  } finally {
    reader.close()
  }
  const { keys, eligible } = loaded
  const log = new EmbeddedLog(file)
  const box = await openBallotBox({
    file,
    eligibility: keys,
    keys,
    log,
    tagOf,
    digest: deps.digest,
    nowMs: deps.clock.nowMs,
    ...(deps.committer && { committer: deps.committer }),
  })
  return {
    box,
    log,
    roll: {
      eligible,
      find: async (credential) => {
        const voter = keys.find(tagOf(credential))
        return voter === -1 ? undefined : { district: keys.districtOf(voter), used: !keys.isUnused(voter) }
      },
    },
    polls: pollsRecord(file),
    restored: loaded.restored,
    keysSaved: async () => saving?.ended ?? false,
    takeKeys: (pages) => takeKeys({ keys, eligible, tagOf }, pages, nextTurn),
    close: async () => {
      await saving?.stop()
      await box.close()
      log.close()
    },
  }
}

async function inTurns(loading: Generator<void, LoadedKeys>): Promise<LoadedKeys> {
  for (;;) {
    const { done, value } = loading.next()
    if (done) return value
    await nextTurn()
  }
}
