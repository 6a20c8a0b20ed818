/**
 * The elections of one server: a registry to which elections are added and removed while it runs.
 * Parts that keep something for each election are notified of every change.
 */
import type { ServedElection, ServedElections } from './served-election.ts'

export class ElectionRegistry implements ServedElections {
  readonly #byId = new Map<string, ServedElection>()
  readonly #listeners: (() => void)[] = []
  #default: ServedElection

  /** @throws RangeError if the default election is not among them */
  constructor(elections: readonly ServedElection[], defaultId: string) {
    for (const served of elections) this.#byId.set(served.election.id, served)
    const found = this.#byId.get(defaultId)
    if (found === undefined) throw new RangeError(`"${defaultId}" is not among the elections to serve`)
    this.#default = found
  }

  get byId(): ReadonlyMap<string, ServedElection> {
    return this.#byId
  }

  /** After the last election is removed it stays the default, and takes no more ballots. */
  get default(): ServedElection {
    return this.#default
  }

  onChange = (listener: () => void): void => {
    this.#listeners.push(listener)
  }

  /** Adds an election, or replaces one with the same id. */
  add(served: ServedElection): void {
    this.#byId.set(served.election.id, served)
    this.#changed()
  }

  /**
   * @param defaultId the new default election, if the removed one was; if left out, the first
   * remaining one
   */
  remove(id: string, defaultId?: string): void {
    const gone = this.#byId.get(id)
    if (gone === undefined) return
    this.#byId.delete(id)
    if (gone === this.#default) {
      const named = defaultId === undefined ? undefined : this.#byId.get(defaultId)
      this.#default = named ?? this.#byId.values().next().value ?? gone
    }
    this.#changed()
  }

  /** Does nothing if there is no such election. */
  makeDefault(id: string): void {
    const served = this.#byId.get(id)
    if (served === undefined || served === this.#default) return
    this.#default = served
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

export interface PerElection<T> {
  /** @throws RangeError for an election that is not served */
  readonly of: (served: ServedElection) => T
  readonly all: () => readonly T[]
}

/**
 * A value for each served election, created when the election is added.
 * @param end called when the election is removed
 */
export function perElection<T>(
  elections: ServedElections,
  make: (served: ServedElection) => T,
  end: (made: T) => void = () => {},
): PerElection<T> {
  const kept = new Map<ServedElection, T>()
  const follow = (): void => {
    const served = new Set(elections.byId.values())
    for (const each of served) if (!kept.has(each)) kept.set(each, make(each))
    for (const [each, made] of kept) {
      if (served.has(each)) continue
      kept.delete(each)
      end(made)
    }
  }
  follow()
  elections.onChange(follow)
  return {
    of: (served) => {
      const made = kept.get(served)
      if (made === undefined) throw new RangeError(`"${served.election.id}" is not served`)
      return made
    },
    all: () => [...kept.values()],
  }
}
