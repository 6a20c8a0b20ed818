/**
 * The publisher of a served election as the rest of the server has it: starts its thread, hears it,
 * and asks it.
 */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { logDir } from '../adapters/embedded/layout.ts'
import { logFolder } from '../adapters/files/log-folder.ts'
import type { PublishedBatch } from '../core/tally/published-batch.ts'
import type { ClusterLogPlace } from '../organise/cluster/cluster-log.ts'
import type { LogEnder } from '../pipeline/closing/closing.ts'
import type { PublisherEvent, PublisherMessage } from '../pipeline/publish/publisher-messages.ts'
import type { ProofRefusal, PublicLog } from '../ports/public-log.ts'
import type { LogStanding } from './log-standing.ts'
import { type PublisherQuestions, publisherQuestions } from './publisher-questions.ts'
import type { PublishingData } from './publishing.ts'
import type { WitnessSettings } from './witnesses.ts'

export interface PublisherDeps {
  readonly dir: string
  readonly electionId: string
  readonly publishEveryMs: number
  readonly witnesses: WitnessSettings
  /** Where given, ballots and journal lie there and not in the folder. */
  readonly cluster?: ClusterLogPlace
  /** Whether this process takes votes. */
  readonly takesVotes: boolean
  readonly log: Logger
  /** Filled with what the publisher reports. */
  readonly standing: LogStanding
  /** Takes what the log tells of choices, batch by batch, those of the past first. */
  readonly onPublished?: (published: PublishedBatch) => void
  /** The log would fork; the process must end. */
  readonly onBroken: (fault: Error) => void
}

export interface RunningPublisher extends LogEnder {
  readonly publicLog: PublicLog
  /**
   * Publishes an amendment, the text of the entry.
   * @throws {NotInLog} (publisher-questions.ts); where nobody can say, `onBroken` is called and
   * this never settles
   */
  readonly amend: (text: string) => Promise<void>
  /** Publishes what is left, as far as it goes quickly, and ends the thread. */
  readonly stop: () => Promise<void>
  /** Ends the thread at once: its folder is gone. */
  readonly abandon: () => Promise<void>
}

/** Proofs asked for and not answered; each may wait for a batch. */
const PROOFS_LIMIT = 1_000

export function startPublisher(deps: PublisherDeps): RunningPublisher {
  const { dir, publishEveryMs, witnesses, cluster = null, takesVotes, standing, onBroken } = deps
  const data: PublishingData = { dir, publishEveryMs, witnesses, cluster, takesVotes }
  const worker = new Worker(new URL('./publisher-thread.ts', import.meta.url), { workerData: data })
  const folder = logFolder(logDir(dir))
  const ask = (message: PublisherMessage): void => worker.postMessage(message)
  const questions = publisherQuestions(ask, onBroken)
  const reports = new Reports(deps, questions)
  let stopping = false
  worker.on('message', reports.hear)
  worker.on('error', (cause) => onBroken(new Error('the publisher failed', { cause })))
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      questions.end()
      resolve()
      if (!stopping) onBroken(new Error(`the publisher ended with code ${code}`))
    })
  })
  return {
    publicLog: {
      state: standing.state,
      onChange: standing.onChange,
      read: folder.read,
      proof: async (leaf) => {
        if (stopping || questions.proofs() >= PROOFS_LIMIT) return 'too-busy'
        const proof = await questions.proof(leaf)
        if (proof !== null) return { proof }
        const refusal: ProofRefusal = standing.behind() > 0 ? 'not-yet-published' : 'not-found'
        return refusal
      },
    },
    end: (counted) => {
      const outcome = reports.closing()
      ask({ ask: 'close', ...counted })
      return outcome
    },
    amend: questions.amend,
    stop: async () => {
      stopping = true
      ask({ ask: 'stop' })
      await ended
    },
    abandon: async () => {
      stopping = true
      await worker.terminate()
      await ended
    },
  }
}

/** What the thread reports, taken to whom it concerns. */
class Reports {
  readonly #deps: PublisherDeps
  readonly #questions: PublisherQuestions
  /** Before the first checkpoint is known: what the past told is shown when all of it is here. */
  readonly #past: PublishedBatch[] = []
  #onClosing: (outcome: 'closed' | 'refused') => void = () => {}

  constructor(deps: PublisherDeps, questions: PublisherQuestions) {
    this.#deps = deps
    this.#questions = questions
  }

  /** Resolves with the next report that the log is closed, or that its close was refused. */
  closing(): Promise<'closed' | 'refused'> {
    const { promise, resolve } = Promise.withResolvers<'closed' | 'refused'>()
    this.#onClosing = resolve
    return promise
  }

  readonly hear = (event: PublisherEvent): void => {
    const { onBroken, electionId } = this.#deps
    if (event.kind === 'published') this.#published(event)
    else if (event.kind === 'batch') this.#takeBatch(event.batch)
    else if (event.kind === 'witnesses') this.#deps.standing.takeWitnesses(event)
    else if (event.kind === 'proof' || event.kind === 'amended') this.#questions.answer(event)
    else if (event.kind === 'broken')
      onBroken(new Error(`the public log of "${electionId}": ${event.reason}`))
    else this.#logged(event)
  }

  #published(event: Extract<PublisherEvent, { kind: 'published' }>): void {
    const { standing, onPublished } = this.#deps
    standing.takePublished(event)
    for (const batch of this.#past.splice(0)) onPublished?.(batch)
    standing.changed()
    if (event.closed) this.#onClosing('closed')
  }

  #takeBatch(batch: PublishedBatch): void {
    if (this.#deps.standing.isKnown()) this.#deps.onPublished?.(batch)
    else this.#past.push(batch)
  }

  /** Reports for the operator. */
  #logged(
    event: Extract<
      PublisherEvent,
      { kind: 'sorting' | 'failed' | 'standby' | 'close-refused' | 'witness-failed' }
    >,
  ): void {
    const { standing, log, electionId: election } = this.#deps
    if (event.kind === 'sorting') {
      const { ballots, of } = event
      log.info({ election, ballots, of }, 'sorting the ballots of the public log')
    } else if (event.kind === 'failed') {
      standing.countFailure()
      log.error({ election, reason: event.reason }, 'publishing failed; trying again')
    } else if (event.kind === 'standby') {
      if (standing.isKnown()) log.warn({ election }, 'another process publishes the log now')
      standing.forget()
    } else if (event.kind === 'close-refused') {
      standing.countFailure()
      log.error({ election, reason: event.reason }, 'the public log is not closed: an alarm')
      this.#onClosing('refused')
    } else {
      const { name, problem, reason } = event
      log.warn({ election, witness: name, problem, reason }, 'a checkpoint was not cosigned')
    }
  }
}
