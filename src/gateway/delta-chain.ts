/**
 * The steps of one election's stream in deltas, as they are made in the result thread: each says
 * what changed since the step before it. A chain that begins again, in another process say, has
 * another name: nobody goes on in the wrong one.
 */
import { randomBytes } from 'node:crypto'
import { patchBetween } from '../core/status/patch.ts'
import type { ResultsSnapshot } from '../core/status/snapshot.ts'
import { rowsGoAlong, withRowsOf } from '../core/status/stream-state.ts'
import { gzipPiece } from './gzip-pieces.ts'
import { snapshotEvent } from './snapshot-event.ts'

/** An event, as text and as a piece of a compressed stream (gzip-pieces.ts). */
export interface StreamEvent {
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
}

export interface StreamStep {
  readonly id: string
  /** The step before it; null for the first one. */
  readonly base: string | null
  /** What changed since; null for the first step. */
  readonly delta: StreamEvent | null
  /** The state after it; null unless it was asked for. */
  readonly whole: StreamEvent | null
  /** In how many milliseconds the rows that stayed behind are due; null where none did. */
  readonly rowsDueMs: number | null
}

/** Rows of districts follow the totals at most so late. */
const ROWS_EVERY_MS = 1_000
/** Deltas are small, and made ten times a second; a whole state is sent to everybody who comes. */
const DELTA_LEVEL = 4
const WHOLE_LEVEL = 7

export class DeltaChain {
  readonly #name = randomBytes(6).toString('base64url').replace(/-/g, '.')
  #length = 0
  #state: ResultsSnapshot | null = null
  #rowsAtMs = 0

  /** @param nowMs of any clock that does not jump */
  next(snapshot: ResultsSnapshot, wantsWhole: boolean, nowMs: number): StreamStep {
    const before = this.#state
    const base = before === null ? null : this.#id()
    const behind = before !== null && nowMs < this.#rowsAtMs + ROWS_EVERY_MS && !rowsGoAlong(snapshot, before)
    const state = behind ? withRowsOf(snapshot, before) : snapshot
    if (!behind) this.#rowsAtMs = nowMs
    this.#length++
    this.#state = state
    const id = this.#id()
    return {
      ...{ id, base },
      delta:
        before &&
        streamEvent(deltaEvent(id, { base, patch: patchBetween(before, state) ?? {} }), DELTA_LEVEL),
      whole: wantsWhole ? streamEvent(snapshotEvent(id, JSON.stringify(state)).join(''), WHOLE_LEVEL) : null,
      rowsDueMs: behind ? this.#rowsAtMs + ROWS_EVERY_MS - nowMs : null,
    }
  }

  #id(): string {
    return `${this.#name}-${this.#length}`
  }
}

function deltaEvent(id: string, data: object): string {
  return `event: delta\n${snapshotEvent(id, JSON.stringify(data)).join('')}`
}

/** Each in a buffer of its own, which can be handed over. */
function streamEvent(text: string, level: number): StreamEvent {
  const plain = new TextEncoder().encode(text)
  return { plain, gzip: new Uint8Array(gzipPiece(plain, level)) }
}
