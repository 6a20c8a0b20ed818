/**
 * A map that finds its oldest entry at once. A plain Map searches past the places of all entries
 * deleted before it; a flood of short-lived entries makes that thousands.
 */
export class ByAge<T extends object> {
  readonly #entries = new Map<string, T>()
  /** Continues through entries added later; it has passed only deleted entries and the oldest. */
  #walk = this.#entries.entries()
  #oldest: readonly [string, T] | undefined

  get size(): number {
    return this.#entries.size
  }

  get(key: string): T | undefined {
    return this.#entries.get(key)
  }

  /** Adds the newest entry; the key must not be in the map. */
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
        // A finished walk stays finished.
        this.#walk = this.#entries.entries()
        this.#oldest = undefined
        return undefined
      }
      this.#oldest = next.value
    }
    return this.#oldest
  }
}
