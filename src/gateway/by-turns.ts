/**
 * A set that is gone through a few at a time, round and round, however many come and go meanwhile:
 * the hand of a clock.
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

  /** The next `most` members, from where the last turn ended. */
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
