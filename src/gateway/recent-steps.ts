/**
 * The last steps of a stream of deltas, for clients that missed some, and the newest whole state,
 * for clients that missed more or are new. Bounded: steps that exceed a whole state in size are
 * dropped.
 */
import type { StreamEvent, StreamStep } from './delta-chain.ts'

/** An event in both forms, as buffers that all clients share. */
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
 * A client may begin with an older whole state while the deltas since then have at most
 * FRESH_BYTES, or one FRESH_PART-th of its size.
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

  /** The newest delta, for clients that have its base. */
  get last(): KeptStep | undefined {
    return this.#steps.at(-1)
  }

  take({ id, base, delta, whole }: StreamStep): void {
    // A chain that began again does not continue the stored steps.
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
   * Returns the events that bring a client from `id` to the last step; undefined if a whole state
   * must be created first.
   * @param id '' or any unknown id for a client that has nothing
   * @param hurried there is no time to create a whole state: an older one will do
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
