/**
 * The elections of one server: a registry that gains and loses elections while it runs. Whoever
 * keeps something of each election hears of every change.
 */
import type { ServedElection, ServedElections } from './served-election.ts'

export class ElectionRegistry implements ServedElections {
  readonly #byId = new Map<string, ServedElection>()
  readonly #listeners: (() => void)[] = []
  #default: ServedElection

  /** @throws RangeError where the default election is not among them */
  constructor(elections: readonly ServedElection[], defaultId: string) {
    for (const served of elections) this.#byId.set(served.election.id, served)
    const found = this.#byId.get(defaultId)
    if (found === undefined) throw new RangeError(`"${defaultId}" is not among the elections to serve`)
    this.#default = found
  }

  get byId(): ReadonlyMap<string, ServedElection> {
    return this.#byId
  }

  /** Of a registry that has lost its last election: that one, which takes no more ballots. */
  get default(): ServedElection {
    return this.#default
  }

  onChange = (listener: () => void): void => {
    this.#listeners.push(listener)
  }

  /** Adds an election, or puts it in the place of another of its id. */
  add(served: ServedElection): void {
    this.#byId.set(served.election.id, served)
    this.#changed()
  }

  /**
   * @param defaultId who takes its place where it was the default election; left out: the first
   *   that is left
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

  /** Without effect where there is no such election. */
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
 * Something for each election that is served, made when the election comes.
 * @param end called when the election goes
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
