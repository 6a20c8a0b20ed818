/** Starts the publisher's thread, keeps what it tells, and asks it for the close and for proofs. */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { logDir } from '../adapters/embedded/layout.ts'
import { logFolder } from '../adapters/files/log-folder.ts'
import type { PublicLogState } from '../core/status/public-log-state.ts'
import type { ShownResult } from '../core/tally/shown.ts'
import type { ToldBatch } from '../core/tally/told-batch.ts'
import { base64 } from '../core/tlog/base64.ts'
import { resultSha256 } from '../organise/close-entry.ts'
import type { ClusterLogPlace } from '../organise/cluster/cluster-log.ts'
import type { BallotBox } from '../ports/ballot-box.ts'
import type { Clock } from '../ports/clock.ts'
import type { LogSigner } from '../ports/log-signer.ts'
import type { PollsRecord } from '../ports/polls-record.ts'
import type { ProofRefusal, PublicLog } from '../ports/public-log.ts'
import { watchCertification } from './certification-watch.ts'
import { publisherQuestions } from './publisher-questions.ts'
import type { FromPublisher, PublisherData, ToPublisher } from './publisher-thread.ts'
import type { WitnessSettings } from './witnesses.ts'

export interface PublisherDeps {
  readonly dir: string
  readonly electionId: string
  readonly signer: LogSigner
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /** Where given, ballots and journal lie there and not in the folder. */
  readonly cluster?: ClusterLogPlace
  readonly clock: Clock
  readonly log: Logger
  /** Ballots stored, as far as this process knows. */
  readonly stored: () => number
  /** The result as it is shown here; null while nothing is. */
  readonly shown: () => ShownResult | null
  /** Told what the log tells of choices, batch by batch, those of the past first. */
  readonly onTold?: (told: ToldBatch) => void
  /** Told of a log that would fork; the process must end. */
  readonly onBroken: (fault: Error) => void
}

export interface RunningPublisher {
  readonly publicLog: PublicLog
  /** Ballots in the log; undefined where another process publishes it, or nothing is known yet. */
  readonly ballots: () => number | undefined
  /** Ends the log once voting is closed for good and no ballot is being written. */
  readonly closeLog: (box: BallotBox, polls: PollsRecord) => Promise<void>
  /**
   * Publishes an amendment, the text of the entry.
   * @throws {NotInLog} (publisher-questions.ts); where nobody can say, `onBroken` is told and this never settles
   */
  readonly amend: (text: string) => Promise<void>
  /** Publishes what is left, as far as it goes quickly, and ends the thread. */
  readonly stop: () => Promise<void>
  /** Ends the thread at once: its folder is gone. */
  readonly abandon: () => Promise<void>
}

/** Proofs asked for and not answered; each may wait for a batch. */
const PROOFS_LIMIT = 1_000
/** How long after a close that was refused it is tried again. */
const CLOSE_AGAIN_MS = 30_000

export function startPublisher(deps: PublisherDeps): RunningPublisher {
  const { dir, electionId, signer, clock, log, stored, shown, onBroken } = deps
  const { publishEveryMs, witnesses: settings, cluster = null } = deps
  const data: PublisherData = { dir, publishEveryMs, witnesses: settings, cluster }
  const worker = new Worker(new URL('./publisher-thread.ts', import.meta.url), { workerData: data })
  const folder = logFolder(logDir(dir))
  const listeners: (() => void)[] = []
  const ask = (message: ToPublisher): void => worker.postMessage(message)
  const questions = publisherQuestions(ask, onBroken)
  /** Before the first checkpoint is known: what the past told is shown when all of it is here. */
  const past: ToldBatch[] = []
  let published: Extract<FromPublisher, { tell: 'published' }> | undefined
  let publishedAtMs: number | undefined
  let witnesses: Extract<FromPublisher, { tell: 'witnesses' }> | undefined
  let failures = 0
  let stopping = false
  let closeAsked = false
  let closeAgainMs = Number.NEGATIVE_INFINITY

  worker.on('message', (message: FromPublisher) => {
    if (message.tell === 'published') {
      if (published !== undefined) publishedAtMs = clock.nowMs()
      published = message
      for (const told of past.splice(0)) deps.onTold?.(told)
      for (const listener of listeners) listener()
    } else if (message.tell === 'told') {
      if (published === undefined) past.push(message.told)
      else deps.onTold?.(message.told)
    } else if (message.tell === 'sorting') {
      const { ballots, of } = message
      log.info({ election: electionId, ballots, of }, 'sorting the ballots of the public log')
    } else if (message.tell === 'failed') {
      failures++
      log.error({ election: electionId, reason: message.reason }, 'publishing failed; trying again')
    } else if (message.tell === 'standby') {
      if (published !== undefined) log.warn({ election: electionId }, 'another process publishes the log now')
      published = undefined
    } else if (message.tell === 'close-refused') {
      failures++
      closeAsked = false
      closeAgainMs = clock.nowMs() + CLOSE_AGAIN_MS
      log.error({ election: electionId, reason: message.reason }, 'the public log is not closed: an alarm')
    } else if (message.tell === 'witnesses') {
      witnesses = message
      for (const listener of listeners) listener()
    } else if (message.tell === 'witness-failed') {
      const { name, problem, reason } = message
      log.warn({ election: electionId, witness: name, problem, reason }, 'a checkpoint was not cosigned')
    } else if (message.tell === 'broken') {
      onBroken(new Error(`the public log of "${electionId}": ${message.reason}`))
    } else questions.answer(message)
  })
  worker.on('error', (cause) => onBroken(new Error('the publisher failed', { cause })))
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      questions.end()
      resolve()
      if (!stopping) onBroken(new Error(`the publisher ended with code ${code}`))
    })
  })
  const behind = (): number => stored() - (published?.ballots ?? 0)

  const certified = watchCertification({
    ...{ electionId, log, verifierKey: signer.verifierKey, read: folder.read },
    closedLog: () => (published?.closed ? published : undefined),
    resultSha256: () => {
      const result = shown()
      return result === null ? undefined : resultSha256(result)
    },
    onCertified: () => {
      for (const listener of listeners) listener()
    },
  })
  const state = (): PublicLogState | null =>
    published === undefined
      ? null
      : {
          origin: signer.origin,
          key: signer.verifierKey,
          size: published.size,
          root: base64(published.root),
          published_at: publishedAtMs === undefined ? null : new Date(publishedAtMs).toISOString(),
          behind: behind(),
          failures,
          closed: published.closed,
          ...(witnesses && witnessMembers(published.size, witnesses)),
          ...certified.state(),
        }

  return {
    publicLog: {
      state,
      onChange: (listener) => listeners.push(listener),
      read: (path) => folder.read(path),
      proof: async (leaf) => {
        if (stopping || questions.proofs() >= PROOFS_LIMIT) return 'too-busy'
        const proof = await questions.proof(leaf)
        if (proof !== null) return { proof }
        const refusal: ProofRefusal = behind() > 0 ? 'not-yet-published' : 'not-found'
        return refusal
      },
    },
    ballots: () => published?.ballots,
    closeLog: async (box, polls) => {
      if (closeAsked || stopping || published?.closed || clock.nowMs() < closeAgainMs) return
      closeAsked = true
      try {
        await box.quiet()
        // A close that only this process remembers could be forgotten, and ballots come after it.
        if (await polls.wasClosed())
          return ask({ ask: 'close', keysUsed: box.keysUsed(), atMs: clock.nowMs() })
      } catch (err) {
        log.error({ err, election: electionId }, 'the public log could not be closed; trying again')
      }
      closeAsked = false
    },
    amend: questions.amend,
    stop: async () => {
      stopping = true
      certified.stop()
      ask({ ask: 'stop' })
      await ended
    },
    abandon: async () => {
      stopping = true
      certified.stop()
      await worker.terminate()
      await ended
    },
  }
}

function witnessMembers(
  size: number,
  { states, witnessed }: Extract<FromPublisher, { tell: 'witnesses' }>,
): Pick<PublicLogState, 'witnesses' | 'witnessed'> {
  const behind = (cosigned: number | null) => Math.max(0, size - (cosigned ?? 0))
  return { witnesses: states.map((each) => ({ ...each, behind: behind(each.size) })), witnessed }
}
