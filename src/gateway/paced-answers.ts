/**
 * Sends large answers slice by slice: the next slice when the reader has taken the last one, all
 * readers in turn, in a tenth of the thread's time (spare-time.ts: votes come first) and within a
 * rate for all of them together: on a line or a machine that they share with voters, readers as
 * fast as they can be would leave little to votes. An answer in hand holds no copy of its document.
 * A reader who takes less than a slice in the time allowed is cut off, and only so many are served
 * at once.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { HeldBytes } from './held-bytes.ts'
import { refuseInstead } from './problem.ts'
import { SpareTime } from './spare-time.ts'

const SLICE_BYTES = 65_536
/** Slices sent before anybody else has a turn: a fraction of a millisecond. */
const SLICES_A_TURN = 4
const PLACES = 256
/**
 * Of all large answers together: a line of 160 Mbit/s. Some documents may go out at once before it
 * counts.
 */
const BYTES_PER_SECOND = 20_000_000
const BURST_BYTES = 20_000_000
/** Where all places are taken, a reader who has taken nothing for so long makes way. */
const MAKES_WAY_MS = 5_000

export interface PacedOptions {
  /** In which a reader is to take a slice. */
  readonly unreadMs: number
  readonly held: HeldBytes
}

/** Call before routes are added: it takes over what they send. */
export function paceLargeAnswers(app: FastifyInstance, { unreadMs, held }: PacedOptions): void {
  const pace = new Pace()
  const answers = new Set<PacedAnswer>()
  const stalledLongest = (): PacedAnswer | undefined =>
    [...answers].reduce<PacedAnswer | undefined>(
      (found, answer) => (answer.stalledMs() > (found?.stalledMs() ?? 0) ? answer : found),
      undefined,
    )
  const hasPlace = (): boolean => {
    if (answers.size < PLACES) return true
    const longest = stalledLongest()
    if (longest === undefined || longest.stalledMs() < MAKES_WAY_MS) return false
    longest.cut()
    return true
  }
  const look = setInterval(() => {
    for (const answer of answers) if (answer.stalledMs() > unreadMs) answer.cut()
  }, unreadMs / 4).unref()
  app.addHook('onClose', async () => clearInterval(look))

  app.addHook('onSend', (request, reply, payload, done) => {
    const isText = typeof payload === 'string'
    if (!(isText || Buffer.isBuffer(payload)) || payload.length <= SLICE_BYTES || request.method === 'HEAD')
      return done(null, payload)
    if (!hasPlace()) return done(null, refuseInstead(reply, 'too-busy'))
    const bytes = isText ? Buffer.from(payload) : payload
    const answer = new PacedAnswer(bytes, pace, () => reply.raw.destroy())
    answers.add(answer)
    const release = held.hold(bytes, () => answer.cut())
    reply.raw.once('close', () => {
      answers.delete(answer)
      release()
      answer.destroy()
    })
    reply.header('content-length', bytes.length)
    done(null, answer)
  })
}

class PacedAnswer extends Readable {
  readonly #bytes: Buffer
  readonly #pace: Pace
  readonly #cut: () => void
  #at = 0
  /** Since when it waits for its reader; undefined while the reader waits for it. */
  #stalledSinceMs: number | undefined

  /** @param cut ends the connection */
  constructor(bytes: Buffer, pace: Pace, cut: () => void) {
    super({ highWaterMark: SLICE_BYTES })
    this.#bytes = bytes
    this.#pace = pace
    this.#cut = cut
  }

  stalledMs(): number {
    return this.#stalledSinceMs === undefined ? 0 : performance.now() - this.#stalledSinceMs
  }

  cut(): void {
    this.#cut()
  }

  override _read(): void {
    this.#stalledSinceMs = undefined
    this.#pace.ask(() => this.#send())
  }

  /** @returns bytes sent */
  #send(): number {
    if (this.destroyed) return 0
    const slice = this.#bytes.subarray(this.#at, this.#at + SLICE_BYTES)
    this.#at += slice.length
    this.#stalledSinceMs = performance.now()
    this.push(slice)
    if (this.#at === this.#bytes.length) this.push(null)
    return slice.length
  }
}

/** Whose slice is next, and when. */
class Pace {
  readonly #spare = new SpareTime()
  #asked: (() => number)[] = []
  #isDue = false
  /** Bytes that may be sent; below zero, and it is waited for. */
  #bytes = BURST_BYTES
  #countedMs = performance.now()

  /** @param send returns how many bytes it sent */
  ask(send: () => number): void {
    this.#asked.push(send)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isDue || this.#asked.length === 0) return
    this.#isDue = true
    const waitMs = Math.max(this.#spare.waitMs(), this.#rateWaitMs())
    if (waitMs === 0) setImmediate(() => this.#turn())
    else setTimeout(() => this.#turn(), waitMs)
  }

  #rateWaitMs(): number {
    const nowMs = performance.now()
    this.#bytes += ((nowMs - this.#countedMs) / 1000) * BYTES_PER_SECOND
    this.#bytes = Math.min(this.#bytes, BURST_BYTES)
    this.#countedMs = nowMs
    return this.#bytes > 0 ? 0 : Math.ceil((-this.#bytes / BYTES_PER_SECOND) * 1000) + 1
  }

  #turn(): void {
    const end = this.#spare.begin()
    for (const send of this.#asked.splice(0, SLICES_A_TURN)) this.#bytes -= send()
    // What is written goes to the sockets when this turn ends, which is most of the cost.
    process.nextTick(() => {
      end()
      this.#isDue = false
      this.#schedule()
    })
  }
}
