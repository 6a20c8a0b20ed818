/**
 * Witness: offers each published checkpoint to the witnesses and keeps their cosignatures. No I/O
 * of its own.
 *
 * A checkpoint is published first and cosigned afterwards, so no witness ever holds publishing up.
 * Offers go in rounds: one checkpoint, the newest, to every witness that is free. The next round
 * begins when all have answered, lest two witnesses of different speed never cosign the same one;
 * one that fails, or takes too long, is no longer waited for.
 */

import type { WitnessProblem, WitnessState } from '../../core/status/public-log-state.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import type { TreeHasher } from '../../core/tlog/merkle.ts'
import { formatNote, type NoteSignature, parseNote, signaturesBy, type Verify } from '../../core/tlog/note.ts'
import { parseVerifierKey, type VerifierKey } from '../../core/tlog/note-key.ts'
import { type LogIdentity, openCheckpoint } from '../../core/tlog/signed-checkpoint.ts'
import type { LogStore } from '../../ports/log-store.ts'
import type { Timer } from '../../ports/timer.ts'
import type { Witness, WitnessedStore } from '../../ports/witness.ts'
import { type Asked, cosignatureBy, offerStep, problemOf } from './offer.ts'

export interface WitnessDeps {
  /** Each under a name of its own. */
  readonly witnesses: readonly Witness[]
  /** Cosignatures that make a checkpoint a witnessed one. */
  readonly quorum: number
  readonly store: WitnessedStore
  readonly log: LogIdentity
  readonly hasher: TreeHasher
  readonly verify: Verify
  readonly timer: Timer
  readonly onChange: () => void
  /** Told of each failure; `name` is the witness's. @param detail for the operator alone */
  readonly onProblem: (name: string, problem: WitnessProblem | 'not-stored', detail: string) => void
}

export interface Witnessing {
  /** What the publisher writes its checkpoints to: it keeps cosignatures, and never goes back. */
  readonly store: Pick<LogStore, 'checkpoint' | 'writeCheckpoint'>
  /** Offers what is published, from now on. */
  readonly begin: () => Promise<void>
  readonly states: () => readonly Omit<WitnessState, 'behind'>[]
  /** Size of the newest checkpoint with a quorum; null before the first. */
  readonly witnessed: () => number | null
  /** Begins nothing more; resolves when what was being written is. */
  readonly stop: () => Promise<void>
}

/** A round waits no longer for a witness that answers none. */
const ROUND_MS = 5_000
const FIRST_PAUSE_MS = 1_000
const MOST_PAUSE_MS = 60_000

/** A published checkpoint and who has cosigned it. */
interface Target {
  readonly text: string
  /** With the log's own signature alone. */
  readonly signed: string
  readonly own: readonly NoteSignature[]
  readonly size: number
  readonly cosignatures: Map<Watching, NoteSignature>
  /**
   * How many of them are in `checkpoint`, while it is the newest, and in `checkpoint.witnessed`.
   */
  inCheckpoint: number
  inWitnessed: number
}

interface Watching extends Asked {
  /** The text of the newest checkpoint it has cosigned, and its size. */
  cosigned: string | undefined
  size: number | null
  busy: boolean
  failures: number
  dueMs: number
  problem: WitnessProblem | null
}

export function witnessing(deps: WitnessDeps): Witnessing {
  const rounds = new Rounds(deps, new Cosigned(deps))
  return {
    store: { checkpoint: () => deps.store.checkpoint(), writeCheckpoint: rounds.publish },
    begin: rounds.begin,
    states: rounds.states,
    witnessed: rounds.witnessed,
    stop: rounds.stop,
  }
}

/** The newest checkpoint and the newest with a quorum, and what is stored of their cosignatures. */
class Cosigned {
  readonly #deps: WitnessDeps
  readonly #own: VerifierKey
  readonly all: readonly Watching[]
  newest: Target | undefined
  /** The newest with a quorum. */
  best: Target | undefined
  #loaded: Promise<void> | undefined
  #writes: Promise<unknown> = Promise.resolve()

  constructor(deps: WitnessDeps) {
    this.#deps = deps
    this.#own = parseVerifierKey(deps.hasher.sha256, deps.log.verifierKey)
    this.all = deps.witnesses.map(
      (witness): Watching => ({
        ...{ witness, known: 0, cosigned: undefined, size: null },
        ...{ busy: false, failures: 0, dueMs: 0, problem: null },
      }),
    )
  }

  /** One after the other, so that a cosigned checkpoint never replaces a newer one. */
  inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#writes.then(async () => {
      this.#loaded ??= this.#load()
      await this.#loaded.catch((cause) => {
        this.#loaded = undefined
        throw cause
      })
      await work()
    })
    this.#writes = done.catch(() => {})
    return done
  }

  /** Resolves when what was being written is. */
  async settled(): Promise<void> {
    await this.#writes
  }

  /** Publishes a checkpoint, with the cosignatures that are known of it. In turn. */
  async publish(note: string): Promise<void> {
    const target = this.#targetOf(note)
    await this.#writeCheckpoint(target)
    this.newest = target
  }

  /**
   * Stores cosignatures that are not stored yet. In turn. @returns whether the witnessed checkpoint
   * is another now
   */
  async store(): Promise<boolean> {
    const { newest } = this
    if (newest !== undefined && newest.cosignatures.size > newest.inCheckpoint)
      await this.#writeCheckpoint(newest)
    const target = this.best
    if (target === undefined || target.cosignatures.size <= target.inWitnessed) return false
    const { size } = target.cosignatures
    await this.#deps.store.writeWitnessed(cosignedNote(target))
    target.inWitnessed = size
    return true
  }

  considerBest(target: Target): void {
    if (target.cosignatures.size < this.#deps.quorum || target.size < (this.best?.size ?? 0)) return
    if (target.text !== this.best?.text) this.best = target
  }

  /** Cosignatures may come while it is written: those that were in it are counted. */
  async #writeCheckpoint(target: Target): Promise<void> {
    const { size } = target.cosignatures
    await this.#deps.store.writeCheckpoint(cosignedNote(target))
    target.inCheckpoint = size
  }

  /** What was published and cosigned before. */
  async #load(): Promise<void> {
    const { store } = this.#deps
    const [witnessed, checkpoint] = [await store.witnessed(), await store.checkpoint()]
    const targetOf = (note: string) => this.#targetOf(note)
    const target = witnessed === undefined ? undefined : ofThisLog(witnessed, targetOf)
    if (target !== undefined) {
      target.inWitnessed = target.cosignatures.size
      this.considerBest(target)
    }
    this.newest = checkpoint === undefined ? undefined : ofThisLog(checkpoint, targetOf)
    if (this.newest === undefined) return
    this.newest.inCheckpoint = this.newest.cosignatures.size
    this.considerBest(this.newest)
  }

  #targetOf(note: string): Target {
    const { hasher, verify, log } = this.#deps
    const { size } = openCheckpoint(hasher.sha256, verify, log, note)
    const parsed = parseNote(note)
    const { text } = parsed
    const signatures = signaturesBy(parsed, this.#own)
    const cosignatures: Target['cosignatures'] =
      [this.newest, this.best].find((known) => known?.text === text)?.cosignatures ?? new Map()
    for (const each of this.all) {
      const signature = cosignatureBy(note, each.witness.key, verify)
      if (signature === undefined) continue
      cosignatures.set(each, signature)
      if (size < (each.size ?? 0)) continue
      Object.assign(each, { size, known: size, cosigned: text })
    }
    return {
      ...{ text, own: signatures, size, cosignatures, inCheckpoint: 0, inWitnessed: 0 },
      signed: formatNote({ text, signatures }),
    }
  }
}

/** Offers in rounds: the newest checkpoint, to every witness that is free. */
class Rounds {
  readonly #deps: WitnessDeps
  readonly #cosigned: Cosigned
  readonly #ask: ReturnType<typeof offerStep>
  #begun = false
  #stopped = false
  #waitedFor: Set<Watching> = new Set()
  #cancelWait = () => {}
  #cancelRetry = () => {}

  constructor(deps: WitnessDeps, cosigned: Cosigned) {
    this.#deps = deps
    this.#cosigned = cosigned
    const { store, hasher, verify } = deps
    this.#ask = offerStep({ store, hasher, verify })
  }

  readonly publish = (note: string): Promise<void> =>
    this.#cosigned.inTurn(async () => {
      await this.#cosigned.publish(note)
      this.#look()
    })

  readonly begin = (): Promise<void> =>
    this.#cosigned.inTurn(async () => {
      this.#begun = true
      this.#storeCosigned()
      this.#look()
    })

  readonly states: Witnessing['states'] = () =>
    this.#cosigned.all.map(({ witness, size, problem }) => ({ name: witness.key.name, size, problem }))

  readonly witnessed = (): number | null => this.#cosigned.best?.size ?? null

  readonly stop = async (): Promise<void> => {
    this.#stopped = true
    this.#cancelWait()
    this.#cancelRetry()
    await this.#cosigned.settled()
  }

  readonly #storeCosigned = (): void => {
    const { onChange, onProblem, timer } = this.#deps
    this.#cosigned
      .inTurn(async () => {
        if (await this.#cosigned.store()) onChange()
      })
      .catch((cause: Error) => {
        onProblem('', 'not-stored', cause.message)
        if (!this.#stopped) timer.after(FIRST_PAUSE_MS, this.#storeCosigned)
      })
  }

  /** Begins a round where there is something to offer, or waits until there is. */
  readonly #look = (): void => {
    this.#cancelRetry()
    const { newest: target, all } = this.#cosigned
    if (this.#stopped || !this.#begun || target === undefined || this.#waitedFor.size > 0) return
    const { timer } = this.#deps
    const nowMs = timer.elapsedMs()
    const wanting = all.filter((each) => !each.busy && each.cosigned !== target.text)
    const ready = wanting.filter(({ dueMs }) => dueMs <= nowMs)
    if (ready.length > 0) this.#offerTo(ready, target)
    else if (wanting.length > 0) {
      const dueMs = Math.min(...wanting.map((each) => each.dueMs))
      this.#cancelRetry = timer.after(Math.max(0, dueMs - nowMs), this.#look)
    }
  }

  #offerTo(ready: readonly Watching[], target: Target): void {
    this.#cancelWait()
    // Whoever failed last time is offered it like the others, and not waited for.
    this.#waitedFor = new Set(ready.filter(({ failures }) => failures === 0))
    this.#cancelWait = this.#deps.timer.after(ROUND_MS, () => {
      this.#waitedFor = new Set()
      this.#look()
    })
    for (const each of ready) void this.#offer(each, target)
  }

  /** One witness, one checkpoint, until it has cosigned or failed. */
  async #offer(each: Watching, target: Target): Promise<void> {
    each.busy = true
    try {
      const signature = await this.#ask(each, target)
      target.cosignatures.set(each, signature)
      Object.assign(each, { cosigned: target.text, size: target.size, failures: 0, problem: null })
      this.#cosigned.considerBest(target)
      this.#storeCosigned()
    } catch (cause) {
      this.#failed(each, cause)
    }
    each.busy = false
    this.#waitedFor.delete(each)
    this.#deps.onChange()
    this.#look()
  }

  #failed(each: Watching, cause: unknown): void {
    const problem = problemOf(cause)
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** each.failures, MOST_PAUSE_MS)
    each.failures++
    each.dueMs = this.#deps.timer.elapsedMs() + pauseMs
    each.problem = problem
    if (!this.#stopped) this.#deps.onProblem(each.witness.key.name, problem, (cause as Error).message)
  }
}

/**
 * undefined for a note that is none of this log: what was stored is no more to be trusted than what
 * is said.
 */
function ofThisLog(note: string, targetOf: (note: string) => Target): Target | undefined {
  try {
    return targetOf(note)
  } catch (cause) {
    if (cause instanceof Malformed) return undefined
    throw cause
  }
}

function cosignedNote({ text, own, cosignatures }: Target): string {
  return formatNote({ text, signatures: [...own, ...cosignatures.values()] })
}
