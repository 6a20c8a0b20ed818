/**
 * Composes what a server serves on one machine: every election of a data folder, also one that is
 * made while it runs, and no more those whose folder is gone. Changes of them are made here, one
 * after the other.
 */
import { existsSync, lstatSync } from 'node:fs'
import type { Logger } from 'pino'
import { type FolderTokens, folderTokens } from '../adapters/embedded/access-tokens.ts'
import { clusterFile, databaseFile, electionDir, electionIds } from '../adapters/embedded/layout.ts'
import { type FolderLock, lockFolder } from '../adapters/embedded/lock.ts'
import { readSettings } from '../adapters/embedded/settings.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { faultIn } from '../adapters/node/system-fault.ts'
import type { ServedElections } from '../gateway/served-election.ts'
import { ElectionRegistry } from '../gateway/served-elections.ts'
import type { ChangeAsk } from '../organise/served-change.ts'
import type { Clock } from '../ports/clock.ts'
import type { ChangeEnd } from './changes.ts'
import { type OpenElection, type OpenElectionOptions, openServedElection } from './open-election.ts'
import type { WitnessSettings } from './witnesses.ts'

export interface Loading {
  readonly onProgress: (electionId: string, done: number, total: number) => void
  /** All is loaded, or it failed. */
  readonly done: () => void
}

export interface ServedFolder {
  readonly elections: ServedElections
  readonly lock: FolderLock
  readonly open: ReadonlyMap<string, OpenElection>
  /** Known here at once, whoever changes them: this process is their owner. */
  readonly tokens: FolderTokens
  /** Takes on elections that have been made since, and lets go of those whose folder is gone. */
  readonly look: () => Promise<void>
  /**
   * Changes an election, after the changes that came before.
   * @param state the hash of the state that the change was made from
   * @returns why nothing was changed: too many wait, or it is another election than it was
   */
  readonly change: (
    id: string,
    ask: ChangeAsk,
    state: string,
    signal: AbortSignal,
  ) => Promise<ChangeEnd | 'too-busy' | 'stopping' | 'unknown-election' | 'outdated'>
  /** Takes back changes that are not decided, and begins no more. */
  readonly stopChanges: () => void
  /** Waits for ballots and changes under way, then lets go of the folder. */
  readonly close: () => Promise<void>
}

export interface ServedFolderOptions {
  readonly dataDir: string
  readonly defaultElection?: string | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly promiseWithinS?: number | null | undefined
  /** Milliseconds from a ballot's record to its leaf in the published log, at most. */
  readonly publishEveryMs?: number | undefined
  readonly witnesses?: WitnessSettings | undefined
  /** Told how far the loading is, where somebody wants to know. */
  readonly loading?: Loading | undefined
  /** Told of a public log that would fork; the process must end. */
  readonly onBroken: (fault: Error) => void
  /** Told when no election is left; the process is to stop. */
  readonly onEmpty?: () => void
}

export const PUBLISH_EVERY_S = 2
/** Changes that wait for the one under way. */
const MOST_WAITING = 16

/** @throws BadInput where there is no election; FolderInUse; BrokenInvariant */
export async function openFolder(options: ServedFolderOptions): Promise<ServedFolder> {
  const { dataDir } = options
  const ids = servedIds(dataDir)
  if (ids.length === 0)
    throw new BadInput(dataDir, [
      {
        message:
          electionIds(dataDir).length === 0
            ? 'holds no election: make one with "elections init", or try "elections demo"'
            : 'holds only elections whose ballots lie on a cluster: add --cluster',
      },
    ])
  const defaultId = chooseDefault(options, ids)
  const lock = lockFolder(dataDir)
  const folder = new Folder(options)
  let tokens: FolderTokens
  try {
    tokens = folderTokens(dataDir)
    for (const id of ids) await folder.take(id, options.loading?.onProgress)
  } catch (cause) {
    await folder.close()
    lock.release()
    throw cause
  } finally {
    options.loading?.done()
  }
  const elections = folder.begin(defaultId)
  return {
    ...{ elections, lock, tokens, open: folder.open, look: folder.look, change: folder.change },
    stopChanges: folder.stopChanges,
    close: async () => {
      await folder.close()
      lock.release()
    },
  }
}

/** Elections whose ballots lie in the folder. */
function servedIds(dataDir: string): string[] {
  return electionIds(dataDir).filter((id) => !existsSync(clusterFile(electionDir(dataDir, id))))
}

function chooseDefault({ dataDir, defaultElection }: ServedFolderOptions, ids: readonly string[]): string {
  const asked = defaultElection ?? readSettings(dataDir).defaultElection
  if (asked !== undefined && !ids.includes(asked))
    throw new BadInput(dataDir, [{ message: `has no election "${asked}", only ${ids.join(', ')}` }])
  return asked ?? ids[0]!
}

class Folder {
  readonly #options: ServedFolderOptions
  readonly open = new Map<string, OpenElection>()
  /**
   * Which file each election's database is: one that was put in the place of another is another
   * election.
   */
  readonly #databases = new Map<string, string>()
  /**
   * Those that could not be served, with what was there then: they are tried again when something
   * else is.
   */
  readonly #unfit = new Map<string, string>()
  #elections: ElectionRegistry | undefined
  /** The last of the looks and changes that were asked for. */
  #work: Promise<unknown> = Promise.resolve()
  #waiting = 0
  readonly #stopping = new AbortController()

  constructor(options: ServedFolderOptions) {
    this.#options = options
  }

  /** Opens an election. @throws as `openServedElection` does */
  async take(id: string, onProgress: Parameters<typeof openServedElection>[3] = () => {}): Promise<void> {
    const { dataDir, clock, log, promiseWithinS, publishEveryMs, witnesses, onBroken } = this.#options
    const dir = electionDir(dataDir, id)
    const database = identityOf(databaseFile(dir)) ?? ''
    const how: OpenElectionOptions = {
      ...{ clock, log, promiseWithinS },
      // What fails for want of its folder ends that election here, and no other.
      onBroken: (fault) => {
        if (identityOf(databaseFile(dir)) === database) onBroken(fault)
        else this.look().catch(onBroken)
      },
      publishEveryMs: publishEveryMs ?? PUBLISH_EVERY_S * 1000,
      witnesses: witnesses ?? { witnesses: [] },
    }
    try {
      this.open.set(id, await openServedElection(dir, id, how, onProgress))
    } catch (cause) {
      throw faultIn(dir, cause)
    }
    this.#databases.set(id, database)
  }

  begin(defaultId: string): ServedElections {
    const served = [...this.open.values()].map((one) => one.served)
    this.#elections = new ElectionRegistry(served, defaultId)
    return this.#elections
  }

  look = (): Promise<void> => this.#inTurn(() => this.#look())

  change: ServedFolder['change'] = async (id, ask, state, signal) => {
    if (this.#waiting >= MOST_WAITING) return 'too-busy'
    return this.#inTurn(async () => {
      if (this.#stopping.signal.aborted) return 'stopping'
      const one = this.open.get(id)
      if (one === undefined) return 'unknown-election'
      // The change before it may have made it another.
      if (one.state().hash !== state) return 'outdated'
      return one.change(ask, AbortSignal.any([signal, this.#stopping.signal]))
    })
  }

  stopChanges = (): void => this.#stopping.abort()

  close = async (): Promise<void> => {
    this.stopChanges()
    await this.#work
    for (const one of this.open.values()) await one.close()
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting++
    const done = this.#work.then(work).finally(() => this.#waiting--)
    this.#work = done.catch(() => {})
    return done
  }

  async #look(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    const { dataDir, log, defaultElection } = this.#options
    const elections = this.#elections!
    for (const [id, database] of this.#databases)
      if (identityOf(databaseFile(electionDir(dataDir, id))) !== database) await this.#letGo(id)
    for (const id of servedIds(dataDir)) {
      const found = this.open.has(id) ? undefined : tracesOf(electionDir(dataDir, id))
      if (found === undefined || this.#unfit.get(id) === found) continue
      try {
        await this.take(id)
      } catch (err) {
        this.#unfit.set(id, found)
        log.error({ err, election: id }, 'an election was made that cannot be served: it is passed over')
        continue
      }
      this.#unfit.delete(id)
      elections.add(this.open.get(id)!.served)
      log.info({ election: id }, 'an election was made, and is served from now on')
    }
    if (this.open.size === 0) return this.#options.onEmpty?.()
    const named = defaultElection ?? readSettings(dataDir).defaultElection
    if (named !== undefined) elections.makeDefault(named)
  }

  async #letGo(id: string): Promise<void> {
    const one = this.open.get(id)!
    this.open.delete(id)
    this.#databases.delete(id)
    this.#elections!.remove(id, readSettings(this.#options.dataDir).defaultElection)
    this.#options.log.warn({ election: id }, 'the folder of an election is gone: it is served no more')
    await one.abandon()
  }
}

/** Which file a path names; undefined where there is none. */
function identityOf(path: string): string | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false, bigint: true })
  return entry && `${entry.dev}:${entry.ino}`
}

/** Changes when an election's folder or its database does; undefined where there is no database. */
function tracesOf(dir: string): string | undefined {
  const database = lstatSync(databaseFile(dir), { throwIfNoEntry: false })
  const folder = lstatSync(dir, { throwIfNoEntry: false })
  return database && folder && [database.ino, database.size, database.mtimeMs, folder.mtimeMs].join()
}
