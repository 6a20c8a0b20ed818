/**
 * Whether the page hears the server: a pure state machine, told what happens and what time it is (any clock, in ms).
 *
 * One way back for every kind of loss (refused, cut, gone silent, stopping): close the stream and open a new one.
 * Whole snapshots need no memory of the old stream, and a browser's own EventSource gives up for good on some answers.
 */
export interface Connection {
  /** `waiting` until the first snapshot; then `live` or `lost`. */
  readonly state: 'waiting' | 'live' | 'lost'
  /** The last sign of life, or when the stream was opened. */
  readonly heardAtMs: number
  /** Losses since the last snapshot. */
  readonly failures: number
  /** When to open a stream; null while one is open. */
  readonly reopenAtMs: number | null
}

/** `heard` is any sign of life; a `beat` is the server's own, which comes after whatever it has to tell. */
export type Signal = 'opening' | 'heard' | 'snapshot' | 'beat' | 'broken' | 'wake' | 'tick'

/** The server beats every 5 s; three missed beats are a silence. */
export const SILENCE_MS = 15_000
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 10_000

export function connectionAt(nowMs: number): Connection {
  return { state: 'waiting', heardAtMs: nowMs, failures: 0, reopenAtMs: nowMs }
}

/**
 * The connection after `signal`. `spread` in [0, 1) makes a retry up to a third later, so that a million pages that
 * lost the same server do not all come back in the same millisecond.
 */
export function step(connection: Connection, signal: Signal, nowMs: number, spread = 0): Connection {
  switch (signal) {
    case 'opening':
      return { ...connection, heardAtMs: nowMs, reopenAtMs: null }
    case 'snapshot':
      return { state: 'live', heardAtMs: nowMs, failures: 0, reopenAtMs: null }
    case 'heard':
      return { ...connection, heardAtMs: nowMs }
    case 'beat':
      // A stream resumed with nothing new to tell: the numbers here are the server's.
      return connection.state === 'waiting'
        ? step(connection, 'heard', nowMs)
        : step(connection, 'snapshot', nowMs)
    case 'broken':
      return connection.reopenAtMs === null ? lost(connection, nowMs, spread) : connection
    case 'wake':
      return connection.reopenAtMs === null
        ? step(connection, 'tick', nowMs, spread)
        : { ...connection, reopenAtMs: nowMs }
    case 'tick': {
      const silent = connection.reopenAtMs === null && nowMs - connection.heardAtMs >= SILENCE_MS
      return silent ? lost(connection, nowMs, spread) : connection
    }
  }
}

function lost(connection: Connection, nowMs: number, spread: number): Connection {
  const delayMs = Math.min(FIRST_RETRY_MS * 2 ** connection.failures, LAST_RETRY_MS)
  return {
    state: connection.state === 'waiting' ? 'waiting' : 'lost',
    heardAtMs: connection.heardAtMs,
    failures: connection.failures + 1,
    reopenAtMs: nowMs + delayMs * (1 + spread / 3),
  }
}
