/**
 * The lines of an arriving body, some hundred at a time, within limits: bytes, seconds and a least
 * speed. Only time spent waiting for the sender counts towards speed.
 */
import type { Readable } from 'node:stream'
import { BodyBytes } from './body-bytes.ts'
import type { ImportLimits } from './import-budget.ts'

/** The media type of such a body. */
export const NDJSON = 'application/x-ndjson'
export const MAX_LINE_CHARACTERS = 65_536
/** Characters of one line after which the body is not read further. */
const LONGEST_LINE = 4 * MAX_LINE_CHARACTERS
/**
 * A sender may be silent this long in all, plus 1 s for every {@link LEAST_BYTES_PER_S} bytes it
 * has sent.
 */
const SILENT_MS = 15_000
const LEAST_BYTES_PER_S = 1_000

export type LinesEnd = 'body-too-large' | 'too-slow'

/** `null` is a line that is too long, empty text a blank one. */
export type Line = string | null

export class BodyLines {
  readonly #body: BodyBytes
  readonly #limits: ImportLimits
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  readonly #startMs = performance.now()
  #waitedMs = 0
  #bytes = 0
  /** The beginning of a line whose end has not arrived. */
  #rest = ''
  /** Characters of an unfinished line that is too long. */
  #skipped = 0
  #isAtEnd = false
  /** Why the body is not read to its end; null while reading goes on. */
  ended: LinesEnd | null = null

  constructor(body: Readable, limits: ImportLimits) {
    this.#body = new BodyBytes(body)
    this.#limits = limits
  }

  /**
   * Returns the next bytes; `undefined` at the end, `gone` if the connection ended before the body
   * did.
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

  /** Stops reading. */
  stop(): void {
    this.#body.stop()
  }

  /**
   * Gives each line that ends in these bytes to `take`, until `take` returns false. At the end of a
   * complete body (`undefined`) the last line ends too.
   */
  each(bytes: Buffer | undefined, take: (line: Line) => boolean): void {
    const text = this.#decoder.decode(bytes, { stream: bytes !== undefined })
    let from = 0
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      const line = text.slice(from, at)
      from = at + 1
      if (!take(this.#whole(line))) return
    }
    // Nothing is scanned twice, however small the pieces of a long line are.
    this.#rest += text.slice(from)
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      this.#skipped += this.#rest.length
      this.#rest = ''
    }
    const isEndless = this.#skipped > LONGEST_LINE
    if (isEndless) this.ended = 'body-too-large'
    if (isEndless || (this.#isAtEnd && (this.#rest !== '' || this.#skipped > 0))) take(this.#whole(''))
  }

  /** @param end the rest of the line */
  #whole(end: string): Line {
    const line = this.#rest === '' ? end : this.#rest + end
    this.#rest = ''
    const isTooLong = this.#skipped > 0 || line.length > MAX_LINE_CHARACTERS
    this.#skipped = 0
    if (isTooLong) return null
    return line === '\r' ? '' : line
  }
}
