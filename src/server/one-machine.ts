/**
 * Composes what a server serves: every election of a data folder, opened on the embedded adapters, with the steps of
 * the pipeline around it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { clusterFile, definitionFile, electionDir, electionIds } from '../adapters/embedded/layout.ts'
import { BrokenInvariant } from '../adapters/embedded/load.ts'
import { type FolderLock, lockFolder } from '../adapters/embedded/lock.ts'
import { type EmbeddedStore, openElection } from '../adapters/embedded/open.ts'
import { readSettings } from '../adapters/embedded/settings.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { readDefinition } from '../adapters/files/definition-file.ts'
import { nodeDigest, tagger } from '../adapters/node/digest.ts'
import { nodePromiseHashes } from '../adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { ballotRules } from '../core/election/choices.ts'
import type { Election } from '../core/election/definition.ts'
import { REFUSAL_IN } from '../core/election/phase.ts'
import { amended } from '../core/log/amended.ts'
import { entryWriter } from '../core/log/entry.ts'
import { type CloseRecord, type LogVersion, parseRecord, type RollRecord } from '../core/log/record.ts'
import { rollInForce } from '../core/log/roll-commitment.ts'
import { isToldAtOnce, type ToldCount, toldTally } from '../core/tally/told-tally.ts'
import { base64 } from '../core/tlog/base64.ts'
import type { ServedElection, ServedElections } from '../gateway/served-election.ts'
import { ElectionRegistry } from '../gateway/served-elections.ts'
import { resultSha256 } from '../organise/close-entry.ts'
import { settleAddition, settledInWords } from '../organise/late-voters/settle-addition.ts'
import { ensureLog, openLog, perDistrictSha256, verifierKeyIn } from '../organise/public-log.ts'
import { ballotStyleStep } from '../pipeline/ballot-style.ts'
import { castStep } from '../pipeline/cast.ts'
import { polls } from '../pipeline/polls.ts'
import { promisedTerm, promiseStep } from '../pipeline/promises.ts'
import { checkLog } from '../pipeline/publish/recovery.ts'
import { liveTally } from '../pipeline/tally.ts'
import { timed } from '../pipeline/timing.ts'
import type { Clock } from '../ports/clock.ts'
import type { LogSigner } from '../ports/log-signer.ts'
import { loadingProgress } from './loading-progress.ts'
import { type RunningPublisher, startPublisher } from './publisher.ts'
import type { WitnessSettings } from './witnesses.ts'

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
  /**
   * Seconds to the leaf in the log at most, from the acknowledgement or from the close (docs/protocol.md, "Receipt"); left
   * out: what is usual; null: receipts promise nothing, for measuring.
   */
  readonly promiseWithinS?: number | null | undefined
  /** Milliseconds from a ballot's record to its leaf in the published log, at most. */
  readonly publishEveryMs?: number | undefined
  readonly witnesses?: WitnessSettings | undefined
  /** Told of a public log that would fork; the process must end. */
  readonly onBroken: (fault: Error) => void
}

export const PUBLISH_EVERY_S = 2
/** How often it is looked whether the log is to be closed. */
const CLOSE_LOOK_MS = 200

/** Says on stderr how far the loading is, where it takes long. @throws BadInput where there is no election; FolderInUse; BrokenInvariant */
export async function openFolder(options: ServedFolderOptions): Promise<ServedFolder> {
  const { dataDir } = options
  const all = electionIds(dataDir)
  const ids = all.filter((id) => !existsSync(clusterFile(electionDir(dataDir, id))))
  if (ids.length === 0)
    throw new BadInput(dataDir, [
      {
        message:
          all.length === 0
            ? 'holds no election: make one with "elections init", or try "elections demo"'
            : 'holds only elections whose ballots lie on a cluster: add --cluster',
      },
    ])
  const defaultId = chooseDefault(options, ids)
  const lock = lockFolder(dataDir)
  const opened: OpenElection[] = []
  const byId = new Map<string, ServedElection>()
  const progress = loadingProgress()
  const close = async () => {
    for (const { store, stopPublisher } of opened) {
      await store.box.close()
      await stopPublisher()
      await store.close()
    }
    lock.release()
  }
  try {
    for (const id of ids) {
      const one = await openServed(electionDir(dataDir, id), id, options, progress.onProgress)
      opened.push(one)
      byId.set(id, one.served)
    }
  } catch (cause) {
    await close()
    throw cause
  } finally {
    progress.done()
  }
  return { elections: new ElectionRegistry([...byId.values()], defaultId), lock, close }
}

function chooseDefault({ dataDir, defaultElection }: ServedFolderOptions, ids: readonly string[]): string {
  const asked = defaultElection ?? readSettings(dataDir).defaultElection
  if (asked !== undefined && !ids.includes(asked))
    throw new BadInput(dataDir, [{ message: `has no election "${asked}", only ${ids.join(', ')}` }])
  return asked ?? ids[0]!
}

interface OpenElection {
  readonly store: EmbeddedStore
  readonly served: ServedElection
  readonly stopPublisher: () => Promise<void>
}

async function openServed(
  dir: string,
  id: string,
  options: ServedFolderOptions,
  onProgress: (electionId: string, done: number, total: number) => void,
): Promise<OpenElection> {
  const { clock, log } = options
  const definition = await readDefinition(definitionFile(dir))
  if (definition.election.id !== id)
    throw new BadInput(join(dir, 'election.json'), [
      { message: `is about "${definition.election.id}", its folder says "${id}"` },
    ])
  const { election, signer, issued, roll, version, close, toldWhole } = await readyLog(
    dir,
    definition.election,
    log,
  )
  const file =
    election.closesAtMs === definition.election.closesAtMs
      ? definition.file
      : { ...definition.file, closes_at: new Date(election.closesAtMs).toISOString() }
  const digest = nodeDigest()
  const store = await openElection(dir, {
    districts: election.districts.length,
    digest,
    clock,
    tagger,
    onProgress: (done, total) => onProgress(id, done, total),
  })
  if (perDistrictSha256(store.roll.eligible) !== roll.perDistrictSha256)
    throw new BrokenInvariant(`the roll of "${id}" has other numbers of keys than its public log says`)
  const phase = await polls({
    election,
    clock,
    record: store.polls,
    onUnstored: (err) =>
      log.error({ err, election: id }, 'the close of voting could not be stored; trying again'),
  })
  let publisher: RunningPublisher | undefined
  // Of a closed log it is known at once, of any other once its publisher has been through it.
  const told = isToldAtOnce(election) ? null : toldTally(election, toldWhole ?? undefined)
  const tally = await liveTally({
    election,
    log: store.log,
    box: store.box,
    roll: store.roll,
    issued,
    clock,
    phase,
    told,
    publicLog: () => publisher?.publicLog.state() ?? null,
  })
  const shown = close && tally.shown()
  if (shown && resultSha256(shown) !== close.resultSha256)
    throw new BrokenInvariant(
      `the ballots of "${id}" give another result than the close of its public log says`,
    )
  const entry = entryWriter(election, issued)
  const { promiseWithinS: withinS } = options
  const promises =
    withinS === null
      ? null
      : promiseStep({
          term: promisedTerm(election, version, withinS),
          signer,
          hashes: nodePromiseHashes(),
          sha256: nodeTreeHasher().sha256,
          saltHex: digest.nonceHex,
          clock,
        })
  const refusal = () => REFUSAL_IN[phase()]
  const casting = castStep({ election, box: store.box, digest, entry, refusal, promises, clock })
  const cast = timed(casting, () => performance.now())
  const ballotStyle = ballotStyleStep({ election, roll: store.roll, digest, refusal })
  const running = startPublisher({
    dir,
    electionId: id,
    signer,
    publishEveryMs: options.publishEveryMs ?? PUBLISH_EVERY_S * 1000,
    witnesses: options.witnesses ?? { witnesses: [] },
    clock,
    log,
    stored: store.log.length,
    shown: tally.shown,
    onTold: tally.takeTold,
    onBroken: options.onBroken,
  })
  publisher = running
  const closing = setInterval(() => {
    if (phase() === 'closed') running.closeLog(store.box, store.polls)
  }, CLOSE_LOOK_MS)
  closing.unref()
  return {
    store,
    stopPublisher: async () => {
      clearInterval(closing)
      await running.stop()
    },
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
      publicLog: running.publicLog,
      pipeline: null,
    },
  }
}

interface ReadyLog {
  readonly election: Election
  readonly signer: LogSigner
  readonly version: LogVersion
  /** Keys issued per district when the election was made. */
  readonly issued: readonly number[]
  /** What the log says of the roll by now. */
  readonly roll: RollRecord
  /** Its last entry, once it has one. */
  readonly close: CloseRecord | undefined
  /** What a log that is closed has told: all of it. */
  readonly toldWhole: Omit<ToldCount, 'tally'> | null
}

/** Makes sure of the election's public log and says what it has changed of the definition. @throws {BrokenLog} BadInput */
async function readyLog(dir: string, defined: Election, log: Logger): Promise<ReadyLog> {
  if (await ensureLog(dir, defined))
    log.warn(
      { election: defined.id, key: verifierKeyIn(dir) },
      'a public log was made for this election: publish its key',
    )
  const opened = await openLog(dir, defined)
  try {
    await checkLog(opened.deps)
    const records = (await opened.deps.journal.records()).map(({ record }) => record!)
    const settled = await settleAddition(dir, records)
    if (settled !== undefined) log.warn({ election: defined.id }, settledInWords(settled))
    const parsed = records.map(parseRecord)
    const last = (await opened.deps.journal.last())!
    const close = parsed.find((record) => record.entry === 'close')
    const checkpoint = { size: last.size, root: base64(last.root) }
    return {
      election: amended(defined, records).election,
      signer: opened.deps.signer,
      issued: opened.issued,
      roll: rollInForce(parsed),
      version: opened.deps.release.version,
      close,
      toldWhole: close === undefined ? null : { checkpoint, complete: true },
    }
  } finally {
    opened.close()
  }
}
