/**
 * The lines of a body as it comes in, some hundred at a time, with an end: bytes, seconds and a least speed bound it. Only
 * time in which the sender is waited for counts towards speed.
 */
import type { Readable } from 'node:stream'
import type { ImportLimits } from './import-budget.ts'

export const MAX_LINE_CHARACTERS = 65_536
/** Of one line, after which the body is not read on. */
const LONGEST_LINE = 1_048_576
/** How long a sender may be silent, besides a second for every so many bytes it has sent. */
const SILENT_MS = 15_000
const LEAST_BYTES_PER_S = 1_000

export type LinesEnd = 'body-too-large' | 'too-slow'

/** `null` stands for a line that is too long, empty text for a blank one. */
export type Line = string | null

export class BodyLines {
  readonly #chunks: AsyncIterator<Buffer>
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
      if (this.#bytes > this.#limits.bytes) this.ended = 'body-too-large'
      return chunk.value
    }
    return undefined
  }

  /** The lines that end in these bytes; `undefined` at the end, which ends the last line where the body is whole. */
  split(bytes: Buffer | undefined): Line[] {
    const text = this.#decoder.decode(bytes, { stream: bytes !== undefined })
    const lines: Line[] = []
    // Without a line feed nothing is looked at twice, however small the pieces of a long line are.
    if (text.includes('\n')) {
      const pieces = text.split('\n')
      pieces[0] = this.#rest + pieces[0]!
      this.#rest = pieces.pop()!
      for (const piece of pieces) lines.push(this.#whole(piece))
    } else this.#rest += text
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      this.#skipped += this.#rest.length
      this.#rest = ''
    }
    const isEndless = this.#skipped > LONGEST_LINE
    if (isEndless) this.ended = 'body-too-large'
    if (isEndless || (this.#isAtEnd && (this.#rest !== '' || this.#skipped > 0)))
      lines.push(this.#whole(this.#rest))
    return lines
  }

  #whole(line: string): Line {
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
