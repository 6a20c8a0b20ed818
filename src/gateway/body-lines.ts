/**
 * The lines of a body as it comes in, some hundred at a time, with an end: bytes, seconds and a least speed bound it. Only
 * time in which the sender is waited for counts towards speed.
 */
import type { Readable } from 'node:stream'
import type { ImportLimits } from './import-budget.ts'

export const MAX_LINE_CHARACTERS = 65_536
/** Of one line, after which the body is not read on. */
const LONGEST_LINE = 4 * MAX_LINE_CHARACTERS
/** How long a sender may be silent, besides a second for every so many bytes it has sent. */
const SILENT_MS = 15_000
const LEAST_BYTES_PER_S = 1_000
/** Bytes of the connection for one of the body, beyond those that came ahead: chunks of a few bytes cost too much. */
const MOST_WIRE_BYTES = 3
const AHEAD_BYTES = 200_000

export type LinesEnd = 'body-too-large' | 'too-slow'

/** `null` stands for a line that is too long, empty text for a blank one. */
export type Line = string | null

export class BodyLines {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #limits: ImportLimits
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #startMs = performance.now()
  readonly #wireBytes: () => number
  readonly #wireStart: number
  #waitedMs = 0
  #bytes = 0
  /** The beginning of a line whose end has not come. */
  #rest = ''
  /** Characters of a line that is too long and goes on. */
  #skipped = 0
  #isAtEnd = false
  /** Why the body is not read to its end; null while it is. */
  ended: LinesEnd | null = null

  /** @param wireBytes all that its connection has read so far */
  constructor(body: Readable, limits: ImportLimits, wireBytes: () => number) {
    this.#wireBytes = wireBytes
    this.#wireStart = wireBytes()
    // To end the body here would end the connection, and with it the answer.
    this.#chunks = body.iterator({ destroyOnReturn: false })
    this.#limits = limits
  }

  /**
   * The next bytes, or undefined at the end.
   * @throws what the connection ends with before the body does
   */
  async next(): Promise<Buffer | undefined> {
    if (performance.now() > this.#startMs + this.#limits.ms) this.ended ??= 'too-slow'
    if (this.ended !== null || this.#isAtEnd) return undefined
    const chunk = await this.#waitedFor(this.#chunks.next())
    if (chunk === 'too-slow') this.ended = chunk
    else if (chunk.done) this.#isAtEnd = true
    else {
      this.#bytes += chunk.value.length
      const wire = this.#wireBytes() - this.#wireStart
      if (this.#bytes > this.#limits.bytes || wire > MOST_WIRE_BYTES * this.#bytes + AHEAD_BYTES)
        this.ended = 'body-too-large'
      return chunk.value
    }
    return undefined
  }

  /**
   * Gives each line that ends in these bytes to `take`, until it says that it wants no more. At the end of a whole body
   * (`undefined`) the last line ends too.
   */
  each(bytes: Buffer | undefined, take: (line: Line) => boolean): void {
    const text = this.#decoder.decode(bytes, { stream: bytes !== undefined })
    let from = 0
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      const line = text.slice(from, at)
      from = at + 1
      if (!take(this.#whole(line))) return
    }
    // Nothing is looked at twice, however small the pieces of a long line are.
    this.#rest += text.slice(from)
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      this.#skipped += this.#rest.length
      this.#rest = ''
    }
    const isEndless = this.#skipped > LONGEST_LINE
    if (isEndless) this.ended = 'body-too-large'
    if (isEndless || (this.#isAtEnd && (this.#rest !== '' || this.#skipped > 0))) take(this.#whole(''))
  }

  /** @param end what comes after the part that came before */
  #whole(end: string): Line {
    const line = this.#rest === '' ? end : this.#rest + end
    this.#rest = ''
    const isTooLong = this.#skipped > 0 || line.length > MAX_LINE_CHARACTERS
    this.#skipped = 0
    if (isTooLong) return null
    return line === '\r' ? '' : line
  }

  async #waitedFor<T>(chunk: Promise<T>): Promise<T | 'too-slow'> {
    const sinceMs = performance.now()
    const silentMs = SILENT_MS + (this.#bytes / LEAST_BYTES_PER_S) * 1000 - this.#waitedMs
    const restMs = this.#startMs + this.#limits.ms - sinceMs
    let timer: NodeJS.Timeout | undefined
    const tooSlow = new Promise<'too-slow'>((resolve) => {
      timer = setTimeout(() => resolve('too-slow'), Math.max(0, Math.min(silentMs, restMs)))
    })
    try {
      return await Promise.race([chunk, tooSlow])
    } finally {
      clearTimeout(timer)
      this.#waitedMs += performance.now() - sinceMs
      // What comes after the end is nobody's.
      chunk.catch(() => {})
    }
  }
}
