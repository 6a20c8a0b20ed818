/**
 * The bytes of a body as they come in, all that have come at a time, and no more held than a few
 * buffers.
 *
 * Pieces are taken as the parser makes them: a stream's own reading would cost several times as
 * much per piece, which is what somebody who sends one byte per chunk is after.
 */
import type { Readable } from 'node:stream'

const HELD_LIMIT = 65_536
/** After so many pieces, a body of smaller ones than so on average is not taken. */
const PIECES = 1_024
const LEAST_PIECE = 16

export type BodyEnd = 'end' | 'gone' | 'small-pieces' | 'silent'

export class BodyBytes {
  readonly #body: Readable
  #held: Buffer[] = []
  #heldBytes = 0
  #pieces = 0
  #bytes = 0
  #end: BodyEnd | null = null
  #wake: (() => void) | null = null

  constructor(body: Readable) {
    this.#body = body
    body.on('data', (piece: Buffer) => this.#take(piece))
    body.once('end', () => this.#endWith('end'))
    body.once('error', () => this.#endWith('gone'))
    body.once('close', () => this.#endWith('gone'))
  }

  /** @param ms how long to wait for more, where nothing has come */
  async next(ms: number): Promise<Buffer | BodyEnd> {
    if (this.#held.length === 0 && this.#end === null) await this.#more(ms)
    if (this.#held.length === 0 || this.#end === 'small-pieces') return this.#end ?? 'silent'
    const bytes = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    if (this.#end === null) this.#body.resume()
    return bytes
  }

  /**
   * Takes no more; the body stays as it is, for to end it would end its connection and the answer
   * with it.
   */
  stop(): void {
    this.#body.pause()
  }

  #take(piece: Buffer): void {
    this.#held.push(piece)
    this.#heldBytes += piece.length
    this.#bytes += piece.length
    if (++this.#pieces >= PIECES && this.#bytes < this.#pieces * LEAST_PIECE) this.#endWith('small-pieces')
    if (this.#heldBytes >= HELD_LIMIT || this.#end !== null) this.#body.pause()
    this.#wake?.()
  }

  #endWith(end: BodyEnd): void {
    this.#end ??= end
    this.#wake?.()
  }

  #more(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, Math.max(0, ms))
      this.#wake = done
      const clear = (): void => {
        clearTimeout(timer)
        this.#wake = null
      }
      function done(): void {
        clear()
        resolve()
      }
    })
  }
}
