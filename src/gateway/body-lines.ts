/**
 * The lines of a body as it comes in, some hundred at a time, with an end: bytes, seconds and a
 * least speed bound it. Only time in which the sender is waited for counts towards speed.
 */
import type { Readable } from 'node:stream'
import { BodyBytes } from './body-bytes.ts'
import type { ImportLimits } from './import-budget.ts'

/** The media type of such a body. */
export const NDJSON = 'application/x-ndjson'
export const MAX_LINE_CHARACTERS = 65_536
/** Of one line, after which the body is not read on. */
const LONGEST_LINE = 4 * MAX_LINE_CHARACTERS
/** How long a sender may be silent, besides a second for every so many bytes it has sent. */
const SILENT_MS = 15_000
const LEAST_BYTES_PER_S = 1_000

export type LinesEnd = 'body-too-large' | 'too-slow'

/** `null` stands for a line that is too long, empty text for a blank one. */
export type Line = string | null

export class BodyLines {
  readonly #body: BodyBytes
  readonly #limits: ImportLimits
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #startMs = performance.now()
  #waitedMs = 0
  #bytes = 0
  /** The beginning of a line whose end has not come. */
  #rest = ''
  /** Characters of a line that is too long and goes on. */
  #skipped = 0
  #isAtEnd = false
  /** Why the body is not read to its end; null while it is. */
  ended: LinesEnd | null = null

  constructor(body: Readable, limits: ImportLimits) {
    this.#body = new BodyBytes(body)
    this.#limits = limits
  }

  /**
   * The next bytes; `undefined` at the end, `gone` where the connection ended before the body did.
   */
  async next(): Promise<Buffer | undefined | 'gone'> {
    if (performance.now() > this.#startMs + this.#limits.ms) this.ended ??= 'too-slow'
    if (this.ended !== null || this.#isAtEnd) return undefined
    const sinceMs = performance.now()
    const silentMs = SILENT_MS + (this.#bytes / LEAST_BYTES_PER_S) * 1000 - this.#waitedMs
    const restMs = this.#startMs + this.#limits.ms - sinceMs
    const bytes = await this.#body.next(Math.min(silentMs, restMs))
    this.#waitedMs += performance.now() - sinceMs
    if (bytes === 'gone') return bytes
    if (bytes === 'silent') this.ended = 'too-slow'
    else if (bytes === 'small-pieces') this.ended = 'body-too-large'
    else if (bytes === 'end') this.#isAtEnd = true
    else {
      this.#bytes += bytes.length
      if (this.#bytes > this.#limits.bytes) this.ended = 'body-too-large'
      return bytes
    }
    return undefined
  }

  /** Reads no more. */
  stop(): void {
    this.#body.stop()
  }

  /**
   * Gives each line that ends in these bytes to `take`, until it says that it wants no more. At the
   * end of a whole body (`undefined`) the last line ends too.
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
}
