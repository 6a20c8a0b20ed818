/**
 * A map that knows its oldest entry at once. A plain Map looks for it past the places of all that
 * were deleted before it, which a flood of entries that come and go makes thousands.
 */
export class ByAge<T extends object> {
  readonly #entries = new Map<string, T>()
  /**
   * Walks on through what is added later; the entries it has passed are deleted ones and the
   * oldest.
   */
  #walk = this.#entries.entries()
  #oldest: readonly [string, T] | undefined

  get size(): number {
    return this.#entries.size
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)
  }

  /** As the newest; the key must not be there. */
  add(key: string, value: T): void {
    this.#entries.set(key, value)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  oldest(): readonly [string, T] | undefined {
    while (this.#oldest === undefined || this.#entries.get(this.#oldest[0]) !== this.#oldest[1]) {
      const next = this.#walk.next()
      if (next.done) {
        // A walk that has come to its end stays there.
        this.#walk = this.#entries.entries()
        this.#oldest = undefined
        return undefined
      }
      this.#oldest = next.value
    }
    return this.#oldest
  }
}
