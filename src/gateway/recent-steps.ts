/**
 * The last steps of a stream in deltas, so that one who missed some is sent those; and the newest
 * whole state, for one who missed more, or begins. Bounded: what a reader would read faster as a
 * whole is not kept.
 */
import type { StreamEvent, StreamStep } from './delta-chain.ts'

/** Events in both forms, as buffers that all readers share. */
interface Forms {
  readonly plain: Buffer
  readonly gzip: Buffer
}

interface KeptStep {
  readonly id: string
  readonly base: string
  readonly delta: Forms
}

const MOST_STEPS = 600
const MOST_BYTES = 1_000_000
/**
 * A reader may begin at a whole state while the deltas since take at most FRESH_BYTES, or one
 * FRESH_PART-th of it.
 */
const FRESH_BYTES = 2_000
const FRESH_PART = 16

export class RecentSteps {
  #steps: KeptStep[] = []
  #bytes = 0
  #lastId = ''
  #whole: { readonly id: string; readonly event: Forms } | undefined

  get lastId(): string {
    return this.#lastId
  }

  /** The newest delta, for those who have its base. */
  get last(): KeptStep | undefined {
    return this.#steps.at(-1)
  }

  take({ id, base, delta, whole }: StreamStep): void {
    // A chain that began again has nothing to do with what was kept.
    if (base === null || delta === null || base !== this.#lastId) this.#forget()
    else {
      const kept = { id, base, delta: formsOf(delta) }
      this.#steps.push(kept)
      this.#bytes += bytesOf(kept)
      while (this.#steps.length > MOST_STEPS || this.#bytes > MOST_BYTES)
        this.#bytes -= bytesOf(this.#steps.shift()!)
    }
    this.#lastId = id
    if (whole !== null) this.#whole = { id, event: formsOf(whole) }
  }

  /**
   * What brings a reader who was last sent `id` up to the last step; undefined where a whole state
   * has to be made first.
   * @param id '' or any other that is not known, for one who has nothing
   * @param hurried there is no time to make one: an older one will do
   */
  after(id: string, form: keyof Forms, hurried = false): readonly Buffer[] | undefined {
    const missed = this.#deltas(id, form)
    const whole = this.#whole?.event[form]
    if (missed !== undefined && (whole === undefined || lengthOf(missed) < whole.length)) return missed
    const since = this.#whole && this.#deltas(this.#whole.id, form)
    if (whole === undefined || since === undefined) return missed
    const most = hurried ? MOST_BYTES : Math.max(FRESH_BYTES, whole.length / FRESH_PART)
    if (lengthOf(since) > most) return missed
    return [whole, ...since]
  }

  #deltas(id: string, form: keyof Forms): Buffer[] | undefined {
    if (id === this.#lastId) return []
    const from = this.#steps.findIndex(({ base }) => base === id)
    return from < 0 ? undefined : this.#steps.slice(from).map(({ delta }) => delta[form])
  }

  #forget(): void {
    this.#steps = []
    this.#bytes = 0
    this.#whole = undefined
  }
}

function formsOf({ plain, gzip }: StreamEvent): Forms {
  return { plain: Buffer.from(plain.buffer), gzip: Buffer.from(gzip.buffer) }
}

function bytesOf({ delta }: KeptStep): number {
  return delta.plain.length + delta.gzip.length
}

function lengthOf(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0)
}
