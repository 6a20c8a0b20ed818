/**
 * The publisher at work: looks for new ballots ten times a second and publishes them before the
 * first has waited too long, ends the log when it is asked to, and answers proofs and amendments.
 * What fails is reported and tried again.
 *
 * It is spoken to by messages, for it runs in a thread of its own (server/publisher-thread.ts), but
 * needs none.
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
  /** Opens the log as journal and files have it. Called again after each failure. */
  readonly open: (hears: Required<Pick<PublishDeps, 'onPublished' | 'onSorting'>>) => Promise<Publisher>
  readonly journal: Pick<LogJournal, 'records'>
  /** Where several processes may publish this log; null: this one alone can. */
  readonly lead: LogLead | null
  readonly closingTexts: (asked: CloseAsked) => Promise<ClosingTexts>
  /**
   * A tlog-proof for a leaf hash; undefined where the leaf is not under the published checkpoint.
   */
  readonly prove: (leaf: Uint8Array) => Promise<string | undefined>
  /** Offers checkpoints to witnesses from now on. Called after each opening. */
  readonly beginWitnessing: () => Promise<void>
  /** Removes partial tiles that full ones have superseded. */
  readonly removeSuperseded: () => Promise<unknown>
  /** Hears whether publishing takes longer than it may, or waits for its turn. */
  readonly setLate: (isLate: boolean) => void
  /** Milliseconds from a ballot's record to its leaf in the published log, at most. */
  readonly publishEveryMs: number
  readonly timer: Timer
  readonly send: (event: PublisherEvent) => void
}

const LOOK_MS = 100
const RETRY_MS = 1_000
/** A look that comes later than this had to wait for a processor. */
const STARVED_MS = 1_000
/** How often this process makes sure that it leads, or looks whether it may. */
const LEAD_LOOK_MS = 1_000
/**
 * How long the last ballots may take to be published when the server stops; the next start goes on.
 */
const STOP_MS = 5_000
/** How often the progress of a long sorting is reported. */
const SORTING_MS = 2_000
/**
 * Old partial tiles stay for at least this long: a reader of an older checkpoint may still be
 * fetching them.
 */
const SWEEP_MS = 600_000

/** Since the log was opened. Moments are the timer's, in milliseconds. */
interface Rounds {
  nowMs: number
  /** When the oldest ballot that waits was seen; undefined where none waits. */
  firstSeenMs: number | undefined
  /** How long the last publishing took. */
  tookMs: number
  sweptMs: number
  confirmedMs: number
}

/**
 * The engines of a cluster do not agree about the ballots: the log stays open, and the close is to
 * be asked for again.
 */
class CloseRefused extends Error {}

export class PublisherLoop {
  readonly #deps: PublisherLoopDeps
  readonly #proofs: WaitingProofs
  /** Asked for and not published yet, in order. */
  readonly #amendments: AmendmentRequest[] = []
  #closing: CloseAsked | undefined
  #stopping = false
  /** Whether batches are to be expected from this process. */
  #leads: boolean
  #sortingToldMs = 0
  #wake: () => void = () => {}

  constructor(deps: PublisherLoopDeps) {
    this.#deps = deps
    this.#leads = deps.lead === null
    this.#proofs = new WaitingProofs(deps.prove, (id, proof) => deps.send({ kind: 'proof', id, proof }))
  }

  /** Takes a message; what comes of it is reported by `send`. */
  hear(message: PublisherMessage): void {
    if (message.ask === 'proof') return this.#proofs.ask(message, () => this.#leads && !this.#stopping)
    if (message.ask === 'close') this.#closing = message
    else if (message.ask === 'stop') this.#stopping = true
    else this.#amendments.push(message)
    this.#wake()
  }

  /**
   * Publishes until it is asked to stop, or the log would fork. Answers what is still asked then.
   */
  async run(): Promise<void> {
    let publisher: Publisher | undefined
    while (!this.#stopping) {
      try {
        publisher ??= await this.#open()
        if (publisher !== undefined) await this.#publishUntilStopped(publisher)
      } catch (cause) {
        // What it holds may not be what is stored: it begins again from there.
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

  /** @returns undefined where this process is to stop before its turn comes */
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
      // A proof that is asked for later may be of a ballot that this round does not see.
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

  /** Waits for the next look, and asks for more of the processor where that is kept from it. */
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

  /** Publishes what waits and, where that was asked for, ends the log. */
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
      // Its engines are others' to mend; until then the log stays open, and nothing is lost.
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
   * @throws what publishing throws, once it is said whether the entry is in the log all the same
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

  /** What is in the journal is published, if not now then at the next try. */
  async #endOf(text: string): Promise<AmendmentEnd> {
    try {
      const batches = await this.#deps.journal.records()
      return batches.some(({ record }) => record === text) ? 'in-log' : 'not-in-log'
    } catch {
      return 'unknown'
    }
  }

  /** Those that wait: who asked decides whether to ask again. */
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
    if (nowMs - this.#sortingToldMs < SORTING_MS) return
    this.#sortingToldMs = nowMs
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
