/**
 * Moves a new election from this machine to a cluster: the roll goes to PostgreSQL as tags, the
 * folder gets a note that its ballots are elsewhere, and the keys go to Redis. The database in
 * which `init` created the election is deleted: two places that take ballots for one roll would
 * count a key twice.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  clusterFile,
  databaseFile,
  definitionFile,
  journalFile,
  picturesDir,
} from '../../adapters/embedded/layout.ts'
import { openJournal } from '../../adapters/embedded/log-journal.ts'
import { PRIVATE_FILE } from '../../adapters/embedded/privacy.ts'
import { rollPages } from '../../adapters/embedded/roll-pages.ts'
import { systemClock } from '../../adapters/node/clock.ts'
import { sha256Hex } from '../../adapters/node/digest.ts'
import { systemTimer } from '../../adapters/node/timer.ts'
import { openDatabase } from '../../adapters/postgres/database.ts'
import { createElection, readRoll, removeElection } from '../../adapters/postgres/elections.ts'
import { connectRedis } from '../../adapters/redis/connection.ts'
import { redisKeyLoading } from '../../adapters/redis/key-loading.ts'
import { redisKeyStatus } from '../../adapters/redis/key-status.ts'
import { type Election, namedFileHashes } from '../../core/election/definition.ts'
import { rebuildKeys } from '../../pipeline/votes/rebuild-keys.ts'
import type { Credential } from '../../ports/digest.ts'
import type { JournalBatch } from '../../ports/log-journal.ts'
import type { LogSigner } from '../../ports/log-signer.ts'
import type { VotesReader } from '../../ports/votes-reader.ts'
import { logSignerIn } from '../log-key.ts'
import { type ClusterAddresses, EngineLost, postgresAt, reached } from './addresses.ts'
import { clusterSecrets, readClusterElection } from './cluster-election.ts'

const CREDENTIAL_BYTES = 32

export interface ClusterMove {
  /**
   * Moves the election of a folder that is complete except for its place. The folder can then be
   * put in place.
   */
  readonly move: (dir: string) => Promise<void>
  /** Removes it from the cluster again, if the folder could not be put in place. */
  readonly undo: () => Promise<void>
}

export function clusterMove(election: Election, addresses: ClusterAddresses): ClusterMove {
  let moved = false
  const withDatabase = async <T>(
    work: (database: ReturnType<typeof openDatabase>) => Promise<T>,
  ): Promise<T> => {
    const database = openDatabase(addresses.database)
    try {
      return await reached(postgresAt(addresses), () => work(database))
    } finally {
      await database.end()
    }
  }
  return {
    move: (dir) =>
      withDatabase(async (database) => {
        const { tagOf } = clusterSecrets(dir)
        const text = readFileSync(definitionFile(dir), 'utf8')
        const draft = await createElection(
          database,
          election.id,
          { text, sha256: sha256Hex(text) },
          election.districts.length,
        )
        try {
          for (const { credentials, districts } of rollPages(databaseFile(dir), 'row')) {
            const bytes = Buffer.from(credentials.buffer, credentials.byteOffset, credentials.length)
            await draft.add(
              districts.map((district, i) => ({
                district,
                tag: tagOf(
                  bytes.toString('latin1', i * CREDENTIAL_BYTES, (i + 1) * CREDENTIAL_BYTES) as Credential,
                ),
              })),
            )
          }
          await draft.addPictures(picturesIn(dir, election))
          const { signer, genesis } = await begunLog(dir)
          await draft.beginLog(signer.verifierKey, genesis)
          writeFileSync(clusterFile(dir), `${JSON.stringify({ election: election.id })}\n`, {
            mode: PRIVATE_FILE,
            flush: true,
          })
          for (const file of [databaseFile(dir), journalFile(dir)])
            for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
          await draft.commit()
          moved = true
        } catch (cause) {
          await draft.abort()
          throw cause
        }
      }),
    undo: async () => {
      if (moved) await withDatabase((database) => removeElection(database, election.id))
    },
  }
}

/** The new folder's pictures by SHA-256; they were checked when it was created. */
function picturesIn(dir: string, election: Election): ReadonlyMap<string, Uint8Array> {
  return new Map(
    namedFileHashes(election).map((sha256) => [sha256, readFileSync(join(picturesDir(dir), sha256))]),
  )
}

/**
 * The log that was begun in the folder. Its static files stay there; its journal goes to
 * PostgreSQL.
 */
async function begunLog(dir: string): Promise<{ signer: LogSigner; genesis: JournalBatch }> {
  const signer = logSignerIn(dir)
  const journal = openJournal(journalFile(dir), { readOnly: true })
  try {
    const genesis = await journal.last()
    if (signer === null || genesis?.number !== 0) throw new Error(`${dir} has no new log`)
    return { signer, genesis }
  } finally {
    journal.close()
  }
}

/** Loads a new election's keys into Redis; no voter has voted yet. */
export async function loadNewKeys(
  dataDir: string,
  electionId: string,
  addresses: ClusterAddresses,
  onProgress: (keys: number) => void,
): Promise<void> {
  const database = openDatabase(addresses.database)
  try {
    const found = await readClusterElection(dataDir, electionId, database)
    const redis = await connectRedis(addresses.redis)
    try {
      const options = { electionId, fingerprint: found.fingerprint }
      await rebuildKeys({
        election: found.election,
        seal: found.seal,
        keys: redisKeyStatus(redis, options),
        loading: redisKeyLoading(redis, options),
        append: null,
        reader: NO_BALLOTS,
        end: null,
        issued: found.keysIssued,
        roll: readRoll(database, electionId),
        closed: false,
        clock: systemClock,
        timer: systemTimer,
        onProgress,
      })
    } finally {
      await redis.close()
    }
  } catch (cause) {
    throw new EngineLost(
      `the election was created, but its keys are not in Redis yet (${(cause as Error).message}): ` +
        `run "elections rebuild-keys --cluster --data ${dataDir}"`,
      { cause },
    )
  } finally {
    await database.end()
  }
}

const NO_BALLOTS: VotesReader = {
  toEnd: async function* () {},
  follow: async function* () {},
  ends: async () => [],
  close: async () => {},
}
