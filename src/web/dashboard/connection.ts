/**
 * Whether the page receives the count: a pure state machine that gets signals and the time (any
 * clock, in ms).
 *
 * After every kind of loss (refused, cut, silent, stopping) the page closes the stream and opens a
 * new one, because a browser's EventSource stops after some answers. If streams stay empty because
 * something on the way buffers them, the page requests single snapshots and tries a stream now and
 * then.
 */
export interface Connection {
  /**
   * `waiting` until the first snapshot; then `live`, `polled` (the page requests single snapshots)
   * or `lost`.
   */
  readonly state: 'waiting' | 'live' | 'polled' | 'lost'
  /** When the last message came, or when the stream was opened. */
  readonly heardAtMs: number
  /** Losses since the last snapshot. */
  readonly failures: number
  /** When to open a stream; null while one is open. */
  readonly reopenAtMs: number | null
  /** Whether this stream has sent anything. */
  readonly spoke: boolean
  /** Streams in a row that ended without a message. */
  readonly silent: number
  /** When to request a snapshot; null while streams work. */
  readonly askAtMs: number | null
}

/**
 * `heard` is any message. A `beat` is the server's heartbeat, which comes after all that the server
 * had to send. `answer` and `no-answer` are the outcomes of requesting a snapshot.
 */
export type Signal =
  | ('opening' | 'heard' | 'snapshot' | 'beat' | 'broken' | 'wake' | 'tick')
  | ('answer' | 'no-answer')

/** The server sends a beat every 5 s. Three missed beats count as silence. */
export const SILENCE_MS = 15_000
/** Shorter, because the server sends the current snapshot as soon as a stream begins. */
export const FIRST_SILENCE_MS = 8_000
/** After this many silent streams in a row the page requests snapshots. */
const MOST_SILENT = 2
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 10_000
/** Time between two requests for a snapshot. */
const ASK_EVERY_MS = 5_000
/**
 * Time between two attempts to open a stream while the page requests snapshots. The reader may have
 * moved to another network.
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
      // A stream resumed without news: the numbers shown here are the server's present ones.
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
      // A stream has sent something in the meantime.
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
