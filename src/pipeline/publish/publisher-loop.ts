/**
 * The publisher at work: looks for new ballots ten times a second and publishes them before the
 * first has waited too long, ends the log on request, and answers requests for proofs and
 * amendments. Failures are reported and retried.
 *
 * It communicates by messages because it runs in a separate thread (server/publisher-thread.ts),
 * but it does not depend on one.
 */
import { BrokenLog } from '../../core/log/broken-log.ts'
import type { LogJournal } from '../../ports/log-journal.ts'
import type { LogLead } from '../../ports/log-lead.ts'
import type { Timer } from '../../ports/timer.ts'
import type { PublishDeps } from './deps.ts'
import type { ClosingTexts, Publisher } from './publish.ts'
import type {
  AmendmentEnd,
  AmendmentRequest,
  CloseAsked,
  PublisherEvent,
  PublisherMessage,
} from './publisher-messages.ts'
import { WaitingProofs } from './waiting-proofs.ts'

export interface PublisherLoopDeps {
  /** Opens the log from journal and files. Called again after each failure. */
  readonly open: (hears: Required<Pick<PublishDeps, 'onPublished' | 'onSorting'>>) => Promise<Publisher>
  readonly journal: Pick<LogJournal, 'records'>
  /** The lead, if several processes may publish this log; null if only this one can. */
  readonly lead: LogLead | null
  readonly closingTexts: (asked: CloseAsked) => Promise<ClosingTexts>
  /**
   * Returns a tlog-proof for a leaf hash; undefined if the leaf is not in the published
   * checkpoint's tree.
   */
  readonly prove: (leaf: Uint8Array) => Promise<string | undefined>
  /** Offers checkpoints to witnesses from now on. Called after each opening. */
  readonly beginWitnessing: () => Promise<void>
  /** Removes partial tiles that full ones have superseded. */
  readonly removeSuperseded: () => Promise<unknown>
  /** Called with true if publishing takes longer than it may, or waits for processor time. */
  readonly setLate: (isLate: boolean) => void
  /** The most milliseconds from a ballot's record to its leaf in the published log. */
  readonly publishEveryMs: number
  readonly timer: Timer
  readonly send: (event: PublisherEvent) => void
}

const LOOK_MS = 100
const RETRY_MS = 1_000
/** A look that comes later than this had to wait for a processor. */
const STARVED_MS = 1_000
/** How often this process confirms its lead, or tries to take it. */
const LEAD_LOOK_MS = 1_000
/**
 * How long the last ballots may take to be published when the server stops; the next start
 * publishes the rest.
 */
const STOP_MS = 5_000
/** How often the progress of a long sorting is reported. */
const SORTING_MS = 2_000
/**
 * Old partial tiles are kept at least this long: a reader of an older checkpoint may still be
 * fetching them.
 */
const SWEEP_MS = 600_000

/** State since the log was opened. Times are the timer's, in milliseconds. */
interface Rounds {
  nowMs: number
  /** When the oldest waiting ballot was seen; undefined if none waits. */
  firstSeenMs: number | undefined
  /** How long the last publishing took. */
  tookMs: number
  sweptMs: number
  confirmedMs: number
}

/**
 * The engines of a cluster have different counts of the ballots: the log stays open, and the close
 * must be requested again.
 */
class CloseRefused extends Error {}

export class PublisherLoop {
  readonly #deps: PublisherLoopDeps
  readonly #proofs: WaitingProofs
  /** Requested but not yet published, in order. */
  readonly #amendments: AmendmentRequest[] = []
  #closing: CloseAsked | undefined
  #stopping = false
  /** Whether this process publishes batches. */
  #leads: boolean
  #sortingSentMs = 0
  #wake: () => void = () => {}

  constructor(deps: PublisherLoopDeps) {
    this.#deps = deps
    this.#leads = deps.lead === null
    this.#proofs = new WaitingProofs(deps.prove, (id, proof) => deps.send({ kind: 'proof', id, proof }))
  }

  /** Handles a message; results are reported by `send`. */
  hear(message: PublisherMessage): void {
    if (message.ask === 'proof') return this.#proofs.ask(message, () => this.#leads && !this.#stopping)
    if (message.ask === 'close') this.#closing = message
    else if (message.ask === 'stop') this.#stopping = true
    else this.#amendments.push(message)
    this.#wake()
  }

  /**
   * Publishes until it is asked to stop, or the log would fork. Then answers the pending requests.
   */
  async run(): Promise<void> {
    let publisher: Publisher | undefined
    while (!this.#stopping) {
      try {
        publisher ??= await this.#open()
        if (publisher !== undefined) await this.#publishUntilStopped(publisher)
      } catch (cause) {
        // Its state in memory may differ from what is stored, so it starts again from storage.
        publisher = undefined
        this.#sendFailure(cause)
        this.#proofs.answerAll()
        this.#refuseAmendments((cause as Error).message)
        if (cause instanceof BrokenLog) break
        await this.#pause(RETRY_MS)
      }
    }
    this.#proofs.answerAll()
    this.#refuseAmendments('the server is stopping')
  }

  /** @returns undefined if this process must stop before it gets the lead */
  async #open(): Promise<Publisher | undefined> {
    const { lead, open, send, beginWitnessing } = this.#deps
    if (lead !== null && !(await this.#turnCame(lead))) return undefined
    const publisher = await open({
      onPublished: lead?.onBatch ?? ((published) => send({ kind: 'batch', batch: published })),
      onSorting: (ballots, of) => this.#sendSorting(ballots, of),
    })
    this.#sendState(publisher)
    await beginWitnessing()
    return publisher
  }

  async #turnCame({ take }: LogLead): Promise<boolean> {
    while (!this.#stopping) {
      this.#leads = await take()
      if (this.#leads) return true
      this.#deps.send({ kind: 'standby' })
      this.#proofs.answerAll()
      await this.#nextLook(LEAD_LOOK_MS)
    }
    return false
  }

  async #publishUntilStopped(publisher: Publisher): Promise<void> {
    const beganMs = this.#deps.timer.elapsedMs()
    const rounds: Rounds = {
      ...{ nowMs: beganMs, sweptMs: beganMs, confirmedMs: beganMs },
      firstSeenMs: undefined,
      tookMs: 0,
    }
    for (;;) {
      rounds.nowMs = this.#deps.timer.elapsedMs()
      // A proof requested later may be for a ballot that this round does not see.
      const proofs = this.#proofs.count()
      if (await this.#isDue(publisher, rounds)) await this.#publish(publisher, rounds)
      if (this.#stopping) return
      await this.#publishAmendments(publisher)
      await this.#serveAsLeader(publisher, rounds)
      if (rounds.firstSeenMs === undefined) this.#proofs.answerFirst(proofs)
      await this.#sweep(rounds)
      await this.#nextRound()
    }
  }

  /** Waits for the next look, and requests a higher priority if it got no processor time. */
  async #nextRound(): Promise<void> {
    const { timer, setLate } = this.#deps
    const fromMs = timer.elapsedMs()
    await this.#nextLook(LOOK_MS)
    if (timer.elapsedMs() - fromMs > STARVED_MS) setLate(true)
  }

  async #isDue(publisher: Publisher, rounds: Rounds): Promise<boolean> {
    if ((await publisher.waiting()) !== 0) rounds.firstSeenMs ??= rounds.nowMs - LOOK_MS
    if (this.#stopping || this.#closing) return true
    const { firstSeenMs, nowMs, tookMs } = rounds
    const patienceMs = Math.max(0, this.#deps.publishEveryMs - LOOK_MS - 2 * tookMs)
    return firstSeenMs !== undefined && nowMs - firstSeenMs >= patienceMs
  }

  /** Publishes waiting ballots and, on request, ends the log. */
  async #publish(publisher: Publisher, rounds: Rounds): Promise<void> {
    const { timer, setLate, publishEveryMs } = this.#deps
    const { nowMs } = rounds
    const untilMs = this.#stopping ? nowMs + STOP_MS : Number.POSITIVE_INFINITY
    const { size } = publisher.state()
    while ((await publisher.publish()) && timer.elapsedMs() < untilMs)
      setLate(timer.elapsedMs() - nowMs > publishEveryMs)
    if (this.#closing && !this.#stopping) await publisher.close(await this.#textsFor(this.#closing))
    rounds.tookMs = timer.elapsedMs() - nowMs
    setLate(rounds.tookMs > publishEveryMs)
    rounds.firstSeenMs = undefined
    if (publisher.state().size !== size) this.#sendState(publisher)
    this.#closing = undefined
  }

  async #textsFor(asked: CloseAsked): Promise<ClosingTexts> {
    const { end, close } = await this.#deps.closingTexts(asked)
    return {
      end: () => this.#refusable(end()),
      close: (ballots, endAtMs) => this.#refusable(close(ballots, endAtMs)),
    }
  }

  async #refusable<T>(text: Promise<T>): Promise<T> {
    try {
      return await text
    } catch (cause) {
      // Other processes' engines must catch up; until then the log stays open, and nothing is lost.
      if (this.#deps.lead !== null && cause instanceof BrokenLog) throw new CloseRefused(cause.message)
      throw cause
    }
  }

  async #publishAmendments(publisher: Publisher): Promise<void> {
    for (let asked = this.#amendments.shift(); asked !== undefined; asked = this.#amendments.shift()) {
      await this.#amend(publisher, asked)
      this.#sendState(publisher)
    }
  }

  /**
   * @throws what publishing throws, after reporting whether the entry is in the log nevertheless
   */
  async #amend(publisher: Publisher, { id, text }: AmendmentRequest): Promise<void> {
    const { send } = this.#deps
    try {
      await publisher.amend(text)
      send({ kind: 'amended', id, end: 'in-log', reason: '' })
    } catch (cause) {
      const end = await this.#endOf(text)
      send({ kind: 'amended', id, end, reason: (cause as Error).message })
      throw cause
    }
  }

  /** An entry in the journal is published, if not now then at the next attempt. */
  async #endOf(text: string): Promise<AmendmentEnd> {
    try {
      const batches = await this.#deps.journal.records()
      return batches.some(({ record }) => record === text) ? 'in-log' : 'not-in-log'
    } catch {
      return 'unknown'
    }
  }

  /** Refuses the waiting amendments; their senders decide whether to retry. */
  #refuseAmendments(reason: string): void {
    for (const { id } of this.#amendments.splice(0))
      this.#deps.send({ kind: 'amended', id, end: 'not-in-log', reason })
  }

  async #serveAsLeader(publisher: Publisher, rounds: Rounds): Promise<void> {
    const { lead } = this.#deps
    if (lead === null || rounds.nowMs - rounds.confirmedMs < LEAD_LOOK_MS) return
    rounds.confirmedMs = rounds.nowMs
    await lead.confirm()
    const { size } = publisher.state()
    await lead.answer(publisher.amend)
    if (publisher.state().size !== size) this.#sendState(publisher)
  }

  async #sweep(rounds: Rounds): Promise<void> {
    if (rounds.nowMs - rounds.sweptMs < SWEEP_MS) return
    rounds.sweptMs = rounds.nowMs
    await this.#deps.removeSuperseded()
  }

  #sendState(publisher: Publisher): void {
    this.#deps.send({ kind: 'published', ...publisher.state() })
  }

  #sendSorting(ballots: number, of: number): void {
    const nowMs = this.#deps.timer.elapsedMs()
    if (nowMs - this.#sortingSentMs < SORTING_MS) return
    this.#sortingSentMs = nowMs
    this.#deps.send({ kind: 'sorting', ballots, of })
  }

  #sendFailure(cause: unknown): void {
    const { message: reason } = cause as Error
    if (cause instanceof CloseRefused) {
      this.#closing = undefined
      return this.#deps.send({ kind: 'close-refused', reason })
    }
    this.#deps.send({ kind: cause instanceof BrokenLog ? 'broken' : 'failed', reason })
  }

  /** Resolves after `afterMs`, or when a message comes. */
  #nextLook(afterMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#deps.timer.after(afterMs, resolve)
    this.#wake = () => {
      cancel()
      resolve()
    }
    return promise
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#deps.timer.after(ms, resolve))
  }
}
