/**
 * The registrar's desk: a key is replaced by spending the old one on a void, changing its leaf of
 * the roll, and only then handing out the new one (docs/protocol.md, "Replacing and withdrawing
 * keys").
 */
import type { Faults } from './faults.ts'
import type { Answer, CastRequest, Gateway } from './gateway.ts'
import { type RollEntry, type RollUpdate, rollUpdate } from './roll.ts'
import type { Stores, VoteRecord } from './stores.ts'
import type { Chance, Process, Steps, World } from './world.ts'

interface Replacement {
  readonly id: string
  readonly person: number
  readonly district: number
  readonly oldTag: string
  readonly newTag: string
  state: 'asking' | 'voided' | 'gathered' | 'decided' | 'refused'
  process: Process | undefined
}

export interface GatheredUpdate {
  readonly record: string
  readonly effect: () => void
  readonly update: RollUpdate
  readonly replacements: readonly Replacement[]
}

export interface DeskDeps {
  readonly world: World
  readonly stores: Stores
  readonly chance: Chance
  readonly faults: Faults
  readonly roll: readonly RollEntry[]
  readonly participation: 'open' | 'secret'
  readonly gateways: () => readonly Gateway[]
  /** The new key reaches its voter. */
  readonly handOut: (person: number, tag: string) => void
}

export class Desk {
  readonly #deps: DeskDeps
  readonly #replacements: Replacement[] = []
  roll: readonly RollEntry[]
  /** As they were written into the log, oldest first. */
  readonly updates: { readonly update: RollUpdate; readonly count: number }[] = []

  constructor(deps: DeskDeps) {
    this.#deps = deps
    this.roll = deps.roll
  }
  replace(person: number, oldTag: string, newTag: string, district: number): void {
    const replacement: Replacement = {
      ...{ id: `void-${person}`, person, district, oldTag, newTag },
      ...{ state: 'asking', process: undefined },
    }
    this.#replacements.push(replacement)
    if (this.#deps.faults.keyBeforeVoid) this.#handOut(replacement)
    this.#work(replacement)
  }
  /**
   * The desk's machine is started again: what was not decided is asked once more, with the same
   * request ids.
   */
  restart(): void {
    for (const replacement of this.#replacements) {
      replacement.process?.kill()
      if (replacement.state === 'asking') this.#work(replacement)
    }
  }
  isReady(): boolean {
    return this.#replacements.some(({ state }) => state === 'voided')
  }
  gather(): GatheredUpdate {
    const replacements = this.#replacements.filter(({ state }) => state === 'voided')
    for (const replacement of replacements) replacement.state = 'gathered'
    const newTagOf = new Map(replacements.map(({ oldTag, newTag }) => [oldTag, newTag]))
    const to = this.roll.map((entry) => ({ ...entry, tag: newTagOf.get(entry.tag) ?? entry.tag }))
    const added = replacements.map(({ newTag, district }) => ({ tag: newTag, district }))
    const after = this.#deps.faults.addsLeaf ? [...this.roll, ...added] : to
    const update = rollUpdate(this.roll, after)
    const change = { size: update.size, root: update.to, replaced: replacements.length, withdrawn: 0 }
    return {
      record: JSON.stringify({
        v: 3,
        entry: 'amendment',
        election: 'model',
        change: { roll_update: change },
      }),
      effect: () => {
        this.roll = after
        this.updates.push({ update, count: replacements.length })
      },
      ...{ update, replacements },
    }
  }
  putBack({ replacements }: GatheredUpdate): void {
    for (const replacement of replacements) replacement.state = 'voided'
  }
  settled({ replacements }: GatheredUpdate): void {
    for (const replacement of replacements) {
      replacement.state = 'decided'
      if (!this.#deps.faults.keyBeforeVoid) this.#handOut(replacement)
    }
  }
  /** At the close the ballot log decides which requests were carried out. */
  settleBy(voids: readonly VoteRecord[]): void {
    const stored = new Set(voids.map(({ mark }) => mark))
    for (const replacement of this.#replacements) {
      if (replacement.state !== 'asking') continue
      replacement.process?.kill()
      replacement.state = stored.has(replacement.id) ? 'voided' : 'refused'
    }
  }
  #handOut({ person, newTag }: Replacement): void {
    const { stores, handOut } = this.#deps
    stores.issued.set(newTag, person)
    stores.keys.issue(newTag)
    handOut(person, newTag)
  }
  #work(replacement: Replacement): void {
    const self = this
    replacement.process = this.#deps.world.start(
      `desk ${replacement.id}`,
      (function* () {
        const { id, person, district, oldTag, newTag } = replacement
        const ask = (tag: string) => self.#ask({ tag, person, district, marks: null, mark: id })
        let said = yield* ask(oldTag)
        if (said === 'key-already-used' && self.#deps.participation === 'secret') said = yield* ask(newTag)
        if (said === 'key-already-used') replacement.state = 'refused'
        if (said === 'recorded') replacement.state = 'voided'
      })(),
    )
  }
  /** Asks until it knows. */
  *#ask(request: CastRequest): Steps<Answer['is']> {
    const { world, chance, gateways } = this.#deps
    for (;;) {
      let said: Answer['is'] | undefined
      const alive = gateways().filter(({ isAlive }) => isAlive)
      if (alive.length === 0) return 'polls-closed'
      alive[chance.below(alive.length)]!.ask(request, (answer) => {
        said = answer.is
      })
      const untilMs = world.nowMs() + 8000
      while (said === undefined && world.nowMs() < untilMs) yield 50
      if (said === 'recorded' || said === 'key-already-used' || said === 'polls-closed') return said
      yield 200 + chance.below(500)
    }
  }
}
