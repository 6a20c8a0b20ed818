/** Keeps a stream of snapshots open: EventSource and timers around the state machine of connection.ts. */
import type { Pulse } from '../../core/status/pulse.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { type Connection, connectionAt, type Signal, step } from './connection.ts'

const TICK_MS = 250

export interface FeedListener {
  /** At most once per frame, always the newest. */
  readonly snapshot: (snapshot: ResultsSnapshot) => void
  readonly state: (state: Connection['state']) => void
  /** Every few seconds. */
  readonly pulse: (pulse: Pulse) => void
}

/** Opens the feed for the life of the page. */
export function openFeed(url: string, listener: FeedListener): void {
  let connection = connectionAt(performance.now())
  let source: EventSource | null = null
  let pending: string | null = null
  /** The id of the snapshot shown: a new stream goes on from there. */
  let lastId = ''
  let pendingId = ''

  const signal = (kind: Signal) => {
    const before = connection.state
    connection = step(connection, kind, performance.now(), Math.random())
    if (connection.reopenAtMs !== null && source !== null) {
      source.close()
      source = null
    }
    if (connection.state !== before) listener.state(connection.state)
  }

  // Parsing waits for the frame: of ten snapshots that arrive in a burst only the last is worth reading.
  const deliver = () => {
    const text = pending
    pending = null
    if (text === null) return
    let snapshot: ResultsSnapshot
    try {
      snapshot = JSON.parse(text) as ResultsSnapshot
    } catch {
      signal('broken')
      return
    }
    lastId = pendingId
    listener.snapshot(snapshot)
  }

  const open = () => {
    signal('opening')
    const opened = new EventSource(lastId === '' ? url : `${url}?last=${lastId}`)
    source = opened
    const from = (kind: Signal) => () => {
      if (source === opened) signal(kind)
    }
    opened.onmessage = (event: MessageEvent<string>) => {
      if (source !== opened) return
      signal('snapshot')
      if (pending === null) requestAnimationFrame(deliver)
      pending = event.data
      pendingId = event.lastEventId
    }
    opened.onopen = from('heard')
    opened.onerror = from('broken')
    opened.addEventListener('beat', (event: MessageEvent<string>) => {
      if (source !== opened) return
      signal('beat')
      try {
        listener.pulse(JSON.parse(event.data) as Pulse)
      } catch {
        signal('broken')
      }
    })
    opened.addEventListener('stopping', from('broken'))
  }

  const tick = () => {
    signal('tick')
    if (connection.reopenAtMs !== null && performance.now() >= connection.reopenAtMs) open()
  }
  const wake = () => {
    signal('wake')
    tick()
  }
  setInterval(tick, TICK_MS)
  addEventListener('online', wake)
  addEventListener('pageshow', wake)
  document.addEventListener('visibilitychange', wake)
  tick()
}
