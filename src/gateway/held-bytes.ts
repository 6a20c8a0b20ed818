/**
 * Bounds the memory that readers hold: bytes that are on their way to somebody cannot be let go.
 * Many who read the same buffer hold it once. Where different buffers come to more than the limit,
 * readers of the oldest are cut off.
 */
export class HeldBytes {
  readonly #limit: number
  readonly #readers = new Map<Uint8Array, Set<() => void>>()
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Bytes held by now, each buffer once. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * A reader begins with a buffer.
   * @param cut ends the reader's connection
   * @returns to be called when the reader has it all, or is gone; more than once is no harm
   */
  hold(buffer: Uint8Array, cut: () => void): () => void {
    const readers = this.#readers.get(buffer) ?? this.#add(buffer)
    readers.add(cut)
    return () => {
      if (readers.delete(cut) && readers.size === 0 && this.#readers.get(buffer) === readers)
        this.#drop(buffer)
    }
  }

  #add(buffer: Uint8Array): Set<() => void> {
    const readers = new Set<() => void>()
    this.#readers.set(buffer, readers)
    this.#bytes += buffer.length
    for (const [oldest, others] of this.#readers) {
      if (this.#bytes <= this.#limit || oldest === buffer) break
      this.#drop(oldest)
      for (const cut of others) cut()
    }
    return readers
  }

  #drop(buffer: Uint8Array): void {
    this.#readers.delete(buffer)
    this.#bytes -= buffer.length
  }
}
