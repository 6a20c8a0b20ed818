/**
 * One election of a data folder, opened on the embedded adapters, with the steps of the pipeline
 * around it.
 */
import { join } from 'node:path'
import type { Logger } from 'pino'
import { definitionFile, logDir } from '../adapters/embedded/layout.ts'
import { BrokenInvariant } from '../adapters/embedded/load.ts'
import { type EmbeddedStore, openStore } from '../adapters/embedded/open.ts'
import { BadInput } from '../adapters/files/bad-input.ts'
import { type ReadDefinition, readDefinition } from '../adapters/files/definition-file.ts'
import { logFolder } from '../adapters/files/log-folder.ts'
import { nodeDigest, sha256Hex, tagger } from '../adapters/node/digest.ts'
import { nodePromiseHashes } from '../adapters/node/promise-hashes.ts'
import { nodeTreeHasher } from '../adapters/node/tree-hasher.ts'
import { ballotRules } from '../core/election/choices.ts'
import type { DefinitionFile, Election } from '../core/election/definition.ts'
import { entryWriter } from '../core/log/entry.ts'
import { parseRecord } from '../core/log/record.ts'
import { rollInForce } from '../core/log/roll-commitment.ts'
import { isPublishedAtOnce, publishedTally } from '../core/tally/published-tally.ts'
import type { ServedElection } from '../gateway/served-election.ts'
import { resultSha256 } from '../organise/close-entry.ts'
import { perDistrictSha256 } from '../organise/public-log.ts'
import type { ChangeAsk } from '../organise/served-change.ts'
import { ballotStyleStep } from '../pipeline/ballot-style.ts'
import { type CastStep, castStep } from '../pipeline/cast.ts'
import type { CertificationNotice } from '../pipeline/closing/certification.ts'
import { type Closing, closing } from '../pipeline/closing/closing.ts'
import { type Polls, polls } from '../pipeline/polls.ts'
import { promisedTerm, promiseStep } from '../pipeline/promises.ts'
import { type FoldedTally, liveTally } from '../pipeline/tally.ts'
import { timed } from '../pipeline/timing.ts'
import type { Clock } from '../ports/clock.ts'
import { type ChangeEnd, changeElection } from './changes.ts'
import { lookForCertification, watchClosing, watchedCertification } from './closing-watch.ts'
import { keptPictures } from './kept-pictures.ts'
import { LogStanding } from './log-standing.ts'
import { type RunningPublisher, startPublisher } from './publisher.ts'
import { type ReadyLog, readyLog } from './ready-log.ts'
import type { WitnessSettings } from './witnesses.ts'

export interface OpenElectionOptions {
  readonly clock: Clock
  readonly log: Logger
  /**
   * Seconds to the leaf in the log at most, from the acknowledgement or from the close
   * (docs/protocol.md, "Receipt"); left out: what is usual; null: receipts promise nothing, for
   * measuring.
   */
  readonly promiseWithinS?: number | null | undefined
  /** Milliseconds from a ballot's record to its leaf in the published log, at most. */
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /**
   * Told of a public log that would fork, or of a roll that is not the log's; the process must end.
   */
  readonly onBroken: (fault: Error) => void
}

/** What a change can rest on, as it stands. */
export interface ElectionState {
  readonly closesAtMs: number
  readonly keysIssued: number
  /**
   * SHA-256, hex digits, of whether voting has ended and of every entry of the log that is no
   * ballot.
   */
  readonly hash: string
}

export interface OpenElection {
  readonly served: ServedElection
  readonly state: () => ElectionState
  /** One at a time: the caller sees to it. @param signal heeded until the change is decided */
  readonly change: (ask: ChangeAsk, signal: AbortSignal) => Promise<ChangeEnd>
  /** Waits for ballots under way, publishes what is left, lets go of the files. */
  readonly close: () => Promise<void>
  /** As {@link close}, for a folder that is gone: nothing is published, and no more is taken. */
  readonly abandon: () => Promise<void>
}

/** How often it is looked whether voting has ended, and how far the closing has come. */
const CLOSE_LOOK_MS = 200

/**
 * @param dir the election's folder, in a data folder that this process has locked
 * @throws {BadInput} {BrokenInvariant} {BrokenLog} where it cannot be served as it is
 */
export async function openServedElection(
  dir: string,
  id: string,
  options: OpenElectionOptions,
  onProgress: (electionId: string, done: number, total: number) => void,
): Promise<OpenElection> {
  const { clock, log } = options
  const definition = await definitionIn(dir, id)
  const ready = await readyLog(dir, definition.election, log)
  await using opened = new AsyncDisposableStack()
  const store = await openStore(dir, {
    ...{ districts: ready.election.districts.length, digest: nodeDigest(), clock, tagger },
    onProgress: (done, total) => onProgress(id, done, total),
  })
  opened.defer(store.close)
  refuseOtherRoll(id, store, ready.records)
  const voting = await polls({
    ...{ election: ready.election, clock, record: store.polls },
    onUnstored: (err) =>
      log.error({ err, election: id }, 'the close of voting could not be stored; trying again'),
  })
  const election = inForce(ready.election, voting)
  const { signer } = ready
  const folder = logFolder(logDir(dir))
  const certification = watchedCertification(id, signer.verifierKey, folder.read, log)
  const standing = new LogStanding({
    ...{ signer, clock, certifiedAt: certification.at, lots: certification.lots },
    stored: store.log.length,
  })
  const tally = await openTally({ election, store, ready, voting, standing, clock })
  const { publishEveryMs, witnesses, onBroken } = options
  const publisher = startPublisher({
    ...{ dir, electionId: id, publishEveryMs, witnesses, takesVotes: true, standing, log, onBroken },
    onPublished: tally.takePublished,
  })
  opened.defer(publisher.stop)
  opened.defer(store.box.close)
  const parts = { dir, election, definition, ready, store, voting, tally, standing, publisher, options }
  const watch = watchClosing(closingOf(parts, certification), CLOSE_LOOK_MS, (err) =>
    closingFailed(parts, err),
  )
  opened.defer(watch.stop)
  const all = opened.move()
  return assembled(parts, () => all.disposeAsync())
}

interface Parts {
  readonly dir: string
  readonly election: Election
  readonly definition: ReadDefinition
  readonly ready: ReadyLog
  readonly store: EmbeddedStore
  readonly voting: Polls
  readonly tally: FoldedTally
  readonly standing: LogStanding
  readonly publisher: RunningPublisher
  readonly options: OpenElectionOptions
}

/** The end of voting on one machine: its own ballots are all there are. */
function closingOf(parts: Parts, certification: CertificationNotice): Closing {
  const { election, store, voting, tally, standing, publisher, options } = parts
  const { clock, log } = options
  return closing({
    phase: voting.phase,
    ballots: {
      // The cast step asks `voting` with every ballot.
      refuse: async () => {},
      othersAreStored: async () => true,
      quiet: store.box.quiet,
      keysUsed: store.box.keysUsed,
      forget: async () => {},
    },
    polls: store.polls,
    isLogClosed: () => standing.closed() !== undefined,
    publisher,
    certification: () =>
      lookForCertification({ electionId: election.id, certification, standing, tally, log }),
    clock,
    onTrouble: (err) => closingFailed(parts, err),
  })
}

function closingFailed({ election, options }: Parts, err: unknown): void {
  options.log.error({ err, election: election.id }, 'the public log could not be closed; trying again')
}

function assembled(parts: Parts, close: () => Promise<void>): OpenElection {
  const { dir, election, definition, ready, store, voting, tally, publisher, options } = parts
  const records = [...ready.records]
  let isGone = false
  const { step, medianMs, durations } = timed(casting(parts), () => performance.now())
  const file = fileInForce(definition, voting)
  const { refusal, phase } = voting
  return {
    served: {
      election,
      get file() {
        return file()
      },
      rules: ballotRules(election),
      // Its database is closed, or about to be: a batch of a request that lasts is refused as a
      // whole.
      cast: (votes, receipts) =>
        isGone ? Promise.resolve(votes.map(() => 'stopping' as const)) : step(votes, receipts),
      commitMs: medianMs,
      commits: durations,
      ballotStyle: ballotStyleStep({ election, roll: store.roll, digest: nodeDigest(), refusal }),
      tally,
      phase,
      roll: store.roll,
      publicLog: publisher.publicLog,
      pictures: keptPictures(dir, definition.election, options.log),
      pipeline: null,
    },
    state: () => ({
      closesAtMs: voting.closesAtMs(),
      keysIssued: keysOf(store),
      hash: sha256Hex([`voting ${phase() === 'closed' ? 'has ended' : 'goes on'}`, ...records].join('\n')),
    }),
    change: async (ask, signal) => {
      const end = await changeElection(
        {
          dir,
          known: () => keysOf(store),
          publish: (entry, extendedToMs) =>
            voting.change(async () => {
              await publisher.amend(entry)
              records.push(entry)
            }, extendedToMs),
          takeRoll: async (pages) => {
            await store.takeKeys(pages)
            refuseOtherRoll(election.id, store, records)
          },
        },
        ask,
        signal,
      ).catch((cause: Error) => {
        options.onBroken(cause)
        throw cause
      })
      // What was made for readers tells of the end and of the keys as they were.
      tally.refresh()
      return end
    },
    close,
    abandon: async () => {
      isGone = true
      await publisher.abandon()
      await close()
    },
  }
}

async function definitionIn(dir: string, id: string): Promise<ReadDefinition> {
  const definition = await readDefinition(definitionFile(dir))
  if (definition.election.id === id) return definition
  throw new BadInput(join(dir, 'election.json'), [
    { message: `is about "${definition.election.id}", its folder says "${id}"` },
  ])
}

/** @throws {BrokenInvariant} where the roll in memory is not the one of the log */
function refuseOtherRoll(id: string, store: EmbeddedStore, records: readonly string[]): void {
  const { perDistrictSha256: inLog } = rollInForce(records.map(parseRecord))
  if (perDistrictSha256(store.roll.eligible) !== inLog)
    throw new BrokenInvariant(`the roll of "${id}" has other numbers of keys than its public log says`)
}

function keysOf({ roll }: EmbeddedStore): number {
  return roll.eligible.reduce((sum, keys) => sum + keys, 0)
}

/** It reads `closesAtMs` as it is in force at that moment. */
function inForce(election: Election, { closesAtMs }: Polls): Election {
  return {
    ...election,
    get closesAtMs() {
      return closesAtMs()
    },
  }
}

/**
 * The definition as handed in, with `closes_at` as it is in force: the same object while that
 * stays.
 */
function fileInForce({ file, election }: ReadDefinition, { closesAtMs }: Polls): () => DefinitionFile {
  let made = file
  let madeForMs = election.closesAtMs
  return () => {
    if (closesAtMs() === madeForMs) return made
    madeForMs = closesAtMs()
    made = { ...file, closes_at: new Date(madeForMs).toISOString() }
    return made
  }
}

async function openTally({
  election,
  store,
  ready,
  voting,
  standing,
  clock,
}: Pick<Parts, 'election' | 'store' | 'ready' | 'voting' | 'standing'> & {
  readonly clock: Clock
}): Promise<FoldedTally> {
  // Of a closed log it is known at once, of any other once its publisher has been through it.
  const published = isPublishedAtOnce(election)
    ? null
    : publishedTally(election, ready.publishedWhole ?? undefined)
  const tally = await liveTally({
    ...{ election, log: store.log, box: store.box, roll: store.roll, issued: ready.issued, clock, published },
    phase: voting.phase,
    publicLog: standing.state,
  })
  const shown = ready.close && tally.shown()
  if (shown && resultSha256(shown) !== ready.close.resultSha256)
    throw new BrokenInvariant(
      `the ballots of "${election.id}" give another result than the close of its public log says`,
    )
  return tally
}

function casting({ election, ready, store, voting, options }: Parts): CastStep {
  const { clock, promiseWithinS: withinS } = options
  const digest = nodeDigest()
  const promises =
    withinS === null
      ? null
      : promiseStep({
          term: promisedTerm(election, ready.version, withinS),
          signer: ready.signer,
          hashes: nodePromiseHashes(),
          sha256: nodeTreeHasher().sha256,
          saltHex: digest.nonceHex,
          clock,
        })
  const entry = entryWriter(election, ready.issued)
  return castStep({ election, box: store.box, digest, entry, refusal: voting.refusal, promises, clock })
}
