/**
 * The stream in deltas (docs/protocol.md): a whole state to begin with, then what changed, at most
 * ten times a second; made and compressed once, in the result thread, for all viewers. One who
 * comes back within the last steps is sent those it missed, and so is one who read too slowly.
 */
import { Crowd, type Viewer } from './crowd.ts'
import type { HeldBytes } from './held-bytes.ts'
import { News } from './news.ts'
import { RecentSteps } from './recent-steps.ts'
import type { ResultMaker } from './result-maker.ts'
import type { ServedElection } from './served-election.ts'
import type { SpareTime } from './spare-time.ts'
import { type FeedOf, TICK_MS } from './whole-feed.ts'

export interface DeltaFeedDeps {
  readonly maker: Pick<ResultMaker, 'step'>
  /** Of the maker's thread. */
  readonly makerSpare: SpareTime
  readonly held: HeldBytes
  /** Of this thread. */
  readonly spare: SpareTime
}

export class DeltaFeed implements FeedOf {
  readonly crowd: Crowd
  readonly #served: ServedElection
  readonly #deps: DeltaFeedDeps
  readonly #news: News
  readonly #recent = new RecentSteps()
  #making: Promise<void> | undefined
  /** Somebody waits for a whole state. */
  #wantsWhole = false
  #timer: NodeJS.Timeout | undefined
  /** Steps on their way to all. */
  #sending = 0
  /** When rows that stayed behind are due, by the process's clock; null where none did. */
  #rowsAtMs: number | null = null

  constructor(served: ServedElection, deps: DeltaFeedDeps) {
    this.#served = served
    this.#deps = deps
    this.#news = new News(served)
    const { held, spare } = deps
    this.crowd = new Crowd({ held, spare, onCaughtUp: (viewer) => void this.#bringUp(viewer) })
  }

  readonly hasNews = (): boolean => this.#news.isThere()

  readonly add: FeedOf['add'] = (response, { lastId = '', zipped, isPublic }, greeting) => {
    void this.#greet(this.crowd.add(response, { zipped, isPublic }, lastId), greeting)
  }

  readonly close = (): void => clearTimeout(this.#timer)

  readonly schedule = (): void => this.#scheduleAt(this.#news.takenAtMs + TICK_MS)

  #scheduleAt(dueAtMs: number): void {
    if (this.#timer !== undefined || this.#sending > 0 || this.#making || this.crowd.size === 0) return
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        void this.#make()
      },
      Math.max(0, dueAtMs - performance.now(), this.#waitMs()),
    )
  }

  #waitMs(): number {
    return Math.max(this.#deps.spare.waitMs(), this.#deps.makerSpare.waitMs())
  }

  async #greet(viewer: Viewer, greeting: () => string): Promise<void> {
    if (this.hasNews() && (this.#waitMs() === 0 || this.#recent.lastId === '')) await this.#make()
    await this.#bringUp(viewer)
    if (!this.crowd.has(viewer)) return
    this.crowd.say(viewer, greeting())
    // There was no time for it.
    if (this.hasNews()) this.schedule()
  }

  /** Sends a viewer what it has missed: steps, or a whole state, which is made if need be. */
  async #bringUp(viewer: Viewer): Promise<void> {
    const form = viewer.zipped ? 'gzip' : 'plain'
    let missed = this.#recent.after(viewer.sentId, form, this.#waitMs() > 0)
    // The second time is for a step that was being made when a whole state was asked for.
    for (let time = 0; time < 2 && missed === undefined; time++) {
      this.#wantsWhole = true
      await this.#make()
      missed = this.#recent.after(viewer.sentId, form)
    }
    if (missed === undefined || !this.crowd.has(viewer) || viewer.behindSinceMs !== null) return
    viewer.sentId = this.#recent.lastId
    this.crowd.send(viewer, missed)
  }

  /** The next step, or the one that is being made. */
  #make(): Promise<void> {
    this.#making ??= this.#makeOne()
    return this.#making
  }

  async #makeOne(): Promise<void> {
    const { maker, makerSpare, spare } = this.#deps
    const facts = spare.spend(() => this.#news.take())
    const whole = this.#wantsWhole
    this.#wantsWhole = false
    try {
      const { step, cpuMs } = await maker.step(this.#served, { whole }, facts)
      makerSpare.charge(cpuMs)
      this.#recent.take(step)
      this.#rowsAtMs = step.rowsDueMs === null ? null : performance.now() + step.rowsDueMs
      this.#sendAll()
    } catch {
      // The maker has said why.
      this.#news.untake()
    } finally {
      this.#making = undefined
    }
  }

  /** The newest step to all who keep up. */
  #sendAll(): void {
    const { last, lastId } = this.#recent
    this.#sending++
    const send = (viewer: Viewer): void => {
      if (viewer.sentId === lastId) return
      if (last === undefined || viewer.sentId !== last.base) return void this.#bringUp(viewer)
      viewer.sentId = lastId
      this.crowd.send(viewer, [viewer.zipped ? last.delta.gzip : last.delta.plain])
    }
    this.crowd.forEach(last?.delta.plain.length ?? 1, send, () => {
      this.#sending--
      if (this.#news.hasChanged) this.schedule()
      else if (this.#rowsAtMs !== null) this.#scheduleAt(this.#rowsAtMs)
    })
  }
}
