/**
 * Witness: offers each published checkpoint to the witnesses and keeps their cosignatures. No I/O of its own.
 *
 * A checkpoint is published first and cosigned afterwards, so no witness ever holds publishing up. Offers go in rounds:
 * one checkpoint, the newest, to every witness that is free. The next round begins when all have answered, lest two
 * witnesses of different speed never cosign the same one; one that fails, or takes too long, is no longer waited for.
 */

import type { WitnessProblem, WitnessState } from '../../core/status/public-log-state.ts'
import { Malformed } from '../../core/tlog/malformed.ts'
import type { TreeHasher } from '../../core/tlog/merkle.ts'
import { formatNote, type NoteSignature, parseNote, signaturesBy, type Verify } from '../../core/tlog/note.ts'
import { parseVerifierKey } from '../../core/tlog/note-key.ts'
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
  /** How many of them are in `checkpoint`, while it is the newest, and in `checkpoint.witnessed`. */
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
  const { store, timer, hasher, verify, log, quorum } = deps
  const own = parseVerifierKey(hasher.sha256, log.verifierKey)
  const ask = offerStep({ store, hasher, verify })
  const all = deps.witnesses.map(
    (witness): Watching => ({
      ...{ witness, known: 0, cosigned: undefined, size: null },
      ...{ busy: false, failures: 0, dueMs: 0, problem: null },
    }),
  )
  let newest: Target | undefined
  /** The newest with a quorum. */
  let best: Target | undefined
  let loaded: Promise<void> | undefined
  let begun = false
  let waitedFor: Set<Watching> = new Set()
  let cancelWait = () => {}
  let cancelRetry = () => {}
  let stopped = false
  let writes: Promise<unknown> = Promise.resolve()

  /** One after the other, so that a cosigned checkpoint never replaces a newer one. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = writes.then(async () => {
      loaded ??= load()
      await loaded.catch((cause) => {
        loaded = undefined
        throw cause
      })
      await work()
    })
    writes = done.catch(() => {})
    return done
  }
  /** What was published and cosigned before. */
  const load = async (): Promise<void> => {
    const [witnessed, checkpoint] = [await store.witnessed(), await store.checkpoint()]
    const target = witnessed === undefined ? undefined : ofThisLog(witnessed, targetOf)
    if (target !== undefined) {
      target.inWitnessed = target.cosignatures.size
      considerBest(target)
    }
    newest = checkpoint === undefined ? undefined : ofThisLog(checkpoint, targetOf)
    if (newest === undefined) return
    newest.inCheckpoint = newest.cosignatures.size
    considerBest(newest)
  }
  const targetOf = (note: string): Target => {
    const { size } = openCheckpoint(hasher.sha256, verify, log, note)
    const parsed = parseNote(note)
    const { text } = parsed
    const signatures = signaturesBy(parsed, own)
    const cosignatures: Target['cosignatures'] =
      [newest, best].find((known) => known?.text === text)?.cosignatures ?? new Map()
    for (const each of all) {
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

  const storeCosigned = (): void => {
    inTurn(async () => {
      if (newest !== undefined && newest.cosignatures.size > newest.inCheckpoint) {
        const { size } = newest.cosignatures
        await store.writeCheckpoint(cosignedNote(newest))
        newest.inCheckpoint = size
      }
      const target = best
      if (target === undefined || target.cosignatures.size <= target.inWitnessed) return
      const { size } = target.cosignatures
      await store.writeWitnessed(cosignedNote(target))
      target.inWitnessed = size
      deps.onChange()
    }).catch((cause: Error) => {
      deps.onProblem('', 'not-stored', cause.message)
      if (!stopped) timer.after(FIRST_PAUSE_MS, storeCosigned)
    })
  }
  const considerBest = (target: Target): void => {
    if (target.cosignatures.size < quorum || target.size < (best?.size ?? 0)) return
    if (target.text !== best?.text) best = target
  }

  /** One witness, one checkpoint, until it has cosigned or failed. */
  const offer = async (each: Watching, target: Target): Promise<void> => {
    each.busy = true
    try {
      const signature = await ask(each, target)
      target.cosignatures.set(each, signature)
      Object.assign(each, { cosigned: target.text, size: target.size, failures: 0, problem: null })
      considerBest(target)
      storeCosigned()
    } catch (cause) {
      const problem = problemOf(cause)
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** each.failures, MOST_PAUSE_MS)
      each.failures++
      each.dueMs = timer.elapsedMs() + pauseMs
      each.problem = problem
      if (!stopped) deps.onProblem(each.witness.key.name, problem, (cause as Error).message)
    }
    each.busy = false
    waitedFor.delete(each)
    deps.onChange()
    look()
  }
  /** Begins a round where there is something to offer, or waits until there is. */
  const look = (): void => {
    cancelRetry()
    if (stopped || !begun || newest === undefined || waitedFor.size > 0) return
    const target = newest
    const nowMs = timer.elapsedMs()
    const wanting = all.filter((each) => !each.busy && each.cosigned !== target.text)
    const ready = wanting.filter(({ dueMs }) => dueMs <= nowMs)
    if (ready.length > 0) {
      cancelWait()
      // Whoever failed last time is offered it like the others, and not waited for.
      waitedFor = new Set(ready.filter(({ failures }) => failures === 0))
      cancelWait = timer.after(ROUND_MS, () => {
        waitedFor = new Set()
        look()
      })
      for (const each of ready) void offer(each, target)
    } else if (wanting.length > 0) {
      const dueMs = Math.min(...wanting.map((each) => each.dueMs))
      cancelRetry = timer.after(Math.max(0, dueMs - nowMs), look)
    }
  }

  return {
    store: {
      checkpoint: () => store.checkpoint(),
      writeCheckpoint: (note) =>
        inTurn(async () => {
          const target = targetOf(note)
          const { size } = target.cosignatures
          await store.writeCheckpoint(cosignedNote(target))
          target.inCheckpoint = size
          newest = target
          look()
        }),
    },
    begin: () =>
      inTurn(async () => {
        begun = true
        storeCosigned()
        look()
      }),
    states: () => all.map(({ witness, size, problem }) => ({ name: witness.key.name, size, problem })),
    witnessed: () => best?.size ?? null,
    stop: async () => {
      stopped = true
      cancelWait()
      cancelRetry()
      await writes
    },
  }
}

/** undefined for a note that is none of this log: what was stored is no more to be trusted than what is said. */
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
