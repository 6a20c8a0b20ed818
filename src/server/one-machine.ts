/**
 * Composes what a server serves on one machine: every election of a data folder, including those
 * created while it runs, until their folders are removed. Changes of elections are made here, one
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
  /** Called when everything is loaded or loading failed. */
  readonly done: () => void
}

export interface ServedFolder {
  readonly elections: ServedElections
  readonly lock: FolderLock
  readonly open: ReadonlyMap<string, OpenElection>
  /** Changes take effect here at once: this process owns the folder. */
  readonly tokens: FolderTokens
  /** Opens elections that were created since, and closes those whose folders were removed. */
  readonly look: () => Promise<void>
  /**
   * Changes an election, after earlier changes.
   * @param state the hash of the state on which the change is based
   * @returns why nothing was changed: too many changes wait, or the election has changed meanwhile
   */
  readonly change: (
    id: string,
    ask: ChangeAsk,
    state: string,
    signal: AbortSignal,
  ) => Promise<ChangeEnd | 'too-busy' | 'stopping' | 'unknown-election' | 'outdated'>
  /** Cancels changes that are not decided, and begins no more. */
  readonly stopChanges: () => void
  /** Waits for open ballots and changes, then releases the folder. */
  readonly close: () => Promise<void>
}

export interface ServedFolderOptions {
  readonly dataDir: string
  readonly defaultElection?: string | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly promiseWithinS?: number | null | undefined
  /** The most milliseconds from a ballot's record to its leaf in the published log. */
  readonly publishEveryMs?: number | undefined
  readonly witnesses?: WitnessSettings | undefined
  /** Receives the progress of loading. */
  readonly loading?: Loading | undefined
  /** Called if the public log would fork; the process must end. */
  readonly onBroken: (fault: Error) => void
  /** Called when no election is left; the process should stop. */
  readonly onEmpty?: () => void
}

export const PUBLISH_EVERY_S = 2
/** Changes that may wait for the one in progress. */
const MOST_WAITING = 16

/** @throws BadInput if there is no election; FolderInUse; BrokenInvariant */
export async function openFolder(options: ServedFolderOptions): Promise<ServedFolder> {
  const { dataDir } = options
  const ids = servedIds(dataDir)
  if (ids.length === 0)
    throw new BadInput(dataDir, [
      {
        message:
          electionIds(dataDir).length === 0
            ? 'has no election: create one with "elections init", or try "elections demo"'
            : 'has only elections whose ballots are on a cluster: add --cluster',
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

/** Elections whose ballots are in the folder. */
function servedIds(dataDir: string): string[] {
  return electionIds(dataDir).filter((id) => !existsSync(clusterFile(electionDir(dataDir, id))))
}

function chooseDefault({ dataDir, defaultElection }: ServedFolderOptions, ids: readonly string[]): string {
  const asked = defaultElection ?? readSettings(dataDir).defaultElection
  if (asked !== undefined && !ids.includes(asked))
    throw new BadInput(dataDir, [{ message: `has no election "${asked}"; it has ${ids.join(', ')}` }])
  return asked ?? ids[0]!
}

class Folder {
  readonly #options: ServedFolderOptions
  readonly open = new Map<string, OpenElection>()
  /**
   * The identity of each election's database file: another file in its place is another election.
   */
  readonly #databases = new Map<string, string>()
  /**
   * Elections that could not be served, with the traces of their files: they are tried again when
   * those change.
   */
  readonly #unfit = new Map<string, string>()
  #elections: ElectionRegistry | undefined
  /** The last requested look or change. */
  #work: Promise<unknown> = Promise.resolve()
  #waiting = 0
  readonly #stopping = new AbortController()

  constructor(options: ServedFolderOptions) {
    this.#options = options
  }

  /**
   * Opens an election.
   * @throws as `openServedElection` does
   */
  async take(id: string, onProgress: Parameters<typeof openServedElection>[3] = () => {}): Promise<void> {
    const { dataDir, clock, log, promiseWithinS, publishEveryMs, witnesses, onBroken } = this.#options
    const dir = electionDir(dataDir, id)
    const database = identityOf(databaseFile(dir)) ?? ''
    const how: OpenElectionOptions = {
      ...{ clock, log, promiseWithinS },
      // A failure because its folder was removed ends only that election.
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
      // An earlier change may have changed the election.
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
        log.error({ err, election: id }, 'a new election cannot be served: it is left out')
        continue
      }
      this.#unfit.delete(id)
      elections.add(this.open.get(id)!.served)
      log.info({ election: id }, 'a new election is served from now on')
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
    this.#options.log.warn({ election: id }, 'the folder of an election was removed: it is no longer served')
    await one.abandon()
  }
}

/** The identity of the file at a path; undefined if there is no file. */
function identityOf(path: string): string | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false, bigint: true })
  return entry && `${entry.dev}:${entry.ino}`
}

/** Changes when an election's folder or its database does; undefined without a database. */
function tracesOf(dir: string): string | undefined {
  const database = lstatSync(databaseFile(dir), { throwIfNoEntry: false })
  const folder = lstatSync(dir, { throwIfNoEntry: false })
  return database && folder && [database.ino, database.size, database.mtimeMs, folder.mtimeMs].join()
}
