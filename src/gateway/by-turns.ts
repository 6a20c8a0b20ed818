/**
 * A set that is iterated a few members at a time, round and round, however many are added and
 * deleted meanwhile.
 */
export class ByTurns<T> implements Iterable<T> {
  readonly #members = new Set<T>()
  #walk = this.#members.values()

  get size(): number {
    return this.#members.size
  }

  add(member: T): void {
    this.#members.add(member)
  }

  delete(member: T): void {
    this.#members.delete(member)
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#members.values()
  }

  /** Yields the next `most` members, beginning where the last call ended. */
  *next(most: number): Generator<T> {
    for (let i = 0; i < Math.min(most, this.#members.size); i++) {
      let step = this.#walk.next()
      if (step.done) {
        this.#walk = this.#members.values()
        step = this.#walk.next()
        if (step.done) return
      }
      yield step.value
    }
  }
}
