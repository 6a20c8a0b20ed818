/**
 * Whether the page hears the server: a pure state machine, told what happens and what time it is
 * (any clock, in ms).
 *
 * One way back for every kind of loss (refused, cut, gone silent, stopping): close the stream and
 * open a new one; a browser's own EventSource gives up for good on some answers. Where streams say
 * nothing, since something on the way holds them back until they end, the page asks for snapshots
 * one by one, and tries a stream now and then.
 */
export interface Connection {
  /** `waiting` until the first snapshot; then `live`, `polled` (asked for one by one) or `lost`. */
  readonly state: 'waiting' | 'live' | 'polled' | 'lost'
  /** The last sign of life, or when the stream was opened. */
  readonly heardAtMs: number
  /** Losses since the last snapshot. */
  readonly failures: number
  /** When to open a stream; null while one is open. */
  readonly reopenAtMs: number | null
  /** Whether this stream has told anything. */
  readonly spoke: boolean
  /** Streams in a row that told nothing before they were given up. */
  readonly silent: number
  /** When to ask for a snapshot; null while streams do. */
  readonly askAtMs: number | null
}

/**
 * `heard` is any sign of life; a `beat` is the server's own, which comes after whatever it has to
 * tell; `answer` and `no-answer` are what became of asking for a snapshot.
 */
export type Signal =
  | ('opening' | 'heard' | 'snapshot' | 'beat' | 'broken' | 'wake' | 'tick')
  | ('answer' | 'no-answer')

/** The server beats every 5 s; three missed beats are a silence. */
export const SILENCE_MS = 15_000
/** It tells what there is when a stream begins. */
export const FIRST_SILENCE_MS = 8_000
/** So many silent streams in a row are no accident. */
const MOST_SILENT = 2
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 10_000
/** Between two snapshots that are asked for. */
const ASK_EVERY_MS = 5_000
/**
 * Between streams that are tried while snapshots are asked for: the reader may have gone to another
 * network.
 */
const TRY_EVERY_MS = 60_000

export function connectionAt(nowMs: number): Connection {
  return {
    ...{ state: 'waiting', heardAtMs: nowMs, failures: 0, reopenAtMs: nowMs },
    ...{ spoke: false, silent: 0, askAtMs: null },
  }
}

/**
 * The connection after `signal`. `spread` in [0, 1) makes a retry up to a third later, so that a
 * million pages that lost the same server do not all come back in the same millisecond.
 */
export function step(connection: Connection, signal: Signal, nowMs: number, spread = 0): Connection {
  const { state, reopenAtMs, askAtMs } = connection
  switch (signal) {
    case 'opening':
      return { ...connection, heardAtMs: nowMs, reopenAtMs: null, spoke: false }
    case 'snapshot':
      return { ...connectionAt(nowMs), state: 'live', reopenAtMs: null, spoke: true }
    case 'heard':
      return { ...connection, heardAtMs: nowMs }
    case 'beat':
      // A stream resumed with nothing new to tell: the numbers here are the server's.
      return state === 'waiting'
        ? { ...step(connection, 'heard', nowMs), spoke: true }
        : step(connection, 'snapshot', nowMs)
    case 'broken':
      return reopenAtMs === null ? lost(connection, false, nowMs, spread) : connection
    case 'wake':
      return reopenAtMs === null
        ? step(connection, 'tick', nowMs, spread)
        : { ...connection, reopenAtMs: nowMs, askAtMs: askAtMs && nowMs }
    case 'tick': {
      const limitMs = connection.spoke ? SILENCE_MS : FIRST_SILENCE_MS
      const silent = reopenAtMs === null && nowMs - connection.heardAtMs >= limitMs
      return silent ? lost(connection, true, nowMs, spread) : connection
    }
    case 'answer':
    case 'no-answer': {
      // A stream has spoken meanwhile.
      if (askAtMs === null) return connection
      const answered = signal === 'answer' ? 'polled' : state === 'waiting' ? 'waiting' : 'lost'
      return { ...connection, state: answered, askAtMs: nowMs + ASK_EVERY_MS * (1 + spread / 3) }
    }
  }
}

function lost(connection: Connection, silence: boolean, nowMs: number, spread: number): Connection {
  const { state, spoke, failures } = connection
  const silent = silence && !spoke ? connection.silent + 1 : connection.silent
  const asks = silent >= MOST_SILENT
  const delayMs = asks ? TRY_EVERY_MS : Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS)
  return {
    ...{ state: state === 'live' ? 'lost' : state, heardAtMs: nowMs, failures: failures + 1 },
    ...{ spoke, silent, reopenAtMs: nowMs + delayMs * (1 + spread / 3) },
    askAtMs: asks ? (connection.askAtMs ?? nowMs) : null,
  }
}
