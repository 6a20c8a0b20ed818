/**
 * Composes what a server serves: every election of a data folder, opened on the embedded adapters, with the steps of
 * the pipeline around it.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { definitionFile, electionDir, electionsDir } from '../adapters/embedded/layout.ts'
import { type FolderLock, lockFolder } from '../adapters/embedded/lock.ts'
import { type EmbeddedStore, openElection } from '../adapters/embedded/open.ts'
import { readSettings } from '../adapters/embedded/settings.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { nodeDigest, tagger } from '../adapters/node/digest.ts'
import { nodePromiseHashes } from '../adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { ballotRules } from '../core/election/choices.ts'
import { entryWriter } from '../core/log/entry.ts'
import { releaseGate, releaseUnits } from '../core/tally/release.ts'
import type { ServedElection, ServedElections } from '../gateway/served-election.ts'
import { ballotStyleStep } from '../pipeline/ballot-style.ts'
import { castStep } from '../pipeline/cast.ts'
import { polls } from '../pipeline/polls.ts'
import { promiseStep } from '../pipeline/promises.ts'
import { liveTally } from '../pipeline/tally.ts'
import { timed } from '../pipeline/timing.ts'
import type { Clock } from '../ports/clock.ts'
import { loadingProgress } from './loading-progress.ts'
import { logSignerIn } from './log-key.ts'

export interface ServedFolder {
  readonly elections: ServedElections
  readonly lock: FolderLock
  /** Waits for ballots under way, then lets go of the folder. */
  readonly close: () => Promise<void>
}

export interface ServedFolderOptions {
  readonly dataDir: string
  readonly defaultElection?: string | undefined
  readonly clock: Clock
  readonly log: Logger
  /** Seconds from the acknowledgement to the leaf in the log at most (docs/protocol.md, "Receipt"). */
  readonly promiseWithinS?: number | undefined
}

export const PROMISE_WITHIN_S = 600

/** Ids of the elections in a data folder, in order; drafts that an interrupted `init` left are passed over. */
export function electionIds(dataDir: string): string[] {
  if (!existsSync(electionsDir(dataDir))) return []
  return readdirSync(electionsDir(dataDir), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

/** Says on stderr how far the loading is, where it takes long. @throws BadInput where there is no election; FolderInUse; BrokenInvariant */
export async function openFolder(options: ServedFolderOptions): Promise<ServedFolder> {
  const { dataDir } = options
  const ids = electionIds(dataDir)
  if (ids.length === 0)
    throw new BadInput(dataDir, [
      { message: 'holds no election: make one with "elections init", or try "elections demo"' },
    ])
  const defaultId = chooseDefault(options, ids)
  const lock = lockFolder(dataDir)
  const stores: EmbeddedStore[] = []
  const byId = new Map<string, ServedElection>()
  const progress = loadingProgress()
  const close = async () => {
    for (const store of stores) await store.close()
    lock.release()
  }
  try {
    for (const id of ids) {
      const opened = await openServed(electionDir(dataDir, id), id, options, progress.onProgress)
      stores.push(opened.store)
      byId.set(id, opened.served)
    }
  } catch (cause) {
    await close()
    throw cause
  } finally {
    progress.done()
  }
  return { elections: { byId, default: byId.get(defaultId)! }, lock, close }
}

function chooseDefault({ dataDir, defaultElection }: ServedFolderOptions, ids: readonly string[]): string {
  const asked = defaultElection ?? readSettings(dataDir).defaultElection
  if (asked !== undefined && !ids.includes(asked))
    throw new BadInput(dataDir, [{ message: `has no election "${asked}", only ${ids.join(', ')}` }])
  return asked ?? ids[0]!
}

async function openServed(
  dir: string,
  id: string,
  options: ServedFolderOptions,
  onProgress: (electionId: string, done: number, total: number) => void,
): Promise<{ store: EmbeddedStore; served: ServedElection }> {
  const { clock, log } = options
  const { file, election } = await readDefinition(definitionFile(dir))
  if (election.id !== id)
    throw new BadInput(join(dir, 'election.json'), [
      { message: `is about "${election.id}", its folder says "${id}"` },
    ])
  const digest = nodeDigest()
  const store = await openElection(dir, {
    districts: election.districts.length,
    digest,
    clock,
    tagger,
    onProgress: (done, total) => onProgress(id, done, total),
  })
  const phase = await polls({
    election,
    clock,
    record: store.polls,
    onUnstored: (err) =>
      log.error({ err, election: id }, 'the close of voting could not be stored; trying again'),
  })
  const gate = releaseGate(election, store.roll.eligible)
  const tally = await liveTally({
    election,
    log: store.log,
    box: store.box,
    roll: store.roll,
    clock,
    phase,
    gate,
  })
  const entry = entryWriter(election, store.roll.eligible)
  const signer = logSignerIn(dir)
  const units = releaseUnits(election, store.roll.eligible)
  const promises =
    signer &&
    promiseStep({
      election,
      signer,
      hashes: nodePromiseHashes(),
      sha256: nodeTreeHasher().sha256,
      saltHex: digest.nonceHex,
      clock,
      withinS: options.promiseWithinS ?? PROMISE_WITHIN_S,
      isHeld: (district) => election.results === 'live' && !gate.isOpen(units.ofDistrict[district]!),
    })
  const casting = castStep({ election, box: store.box, digest, entry, phase, promises })
  const cast = timed(casting, () => performance.now())
  const ballotStyle = ballotStyleStep({ election, roll: store.roll, digest, phase })
  return {
    store,
    served: {
      election,
      file,
      rules: ballotRules(election),
      cast: cast.step,
      commitMs: cast.medianMs,
      ballotStyle,
      tally,
      phase,
      roll: store.roll,
    },
  }
}
