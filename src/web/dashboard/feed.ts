/**
 * Supplies the page with snapshots: from a stream or, if the network lets no stream through, from
 * `/results`. connection.ts decides which.
 */
import type { Pulse } from '../../core/status/pulse.ts'
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { type Connection, connectionAt, type Signal, step } from './connection.ts'
import { incoming } from './incoming.ts'
import { type CountStream, get, streamAt } from './reading.ts'

const TICK_MS = 250
/** Time limit for the whole answer of `/results`. */
const ANSWER_MS = 30_000

export interface FeedListener {
  /**
   * Called at most once per frame, with the newest snapshot. Unchanged parts are the same objects
   * as before.
   */
  readonly snapshot: (snapshot: ResultsSnapshot) => void
  readonly state: (state: Connection['state']) => void
  /** Called every few seconds. */
  readonly pulse: (pulse: Pulse) => void
}

/**
 * @param results the address of `/results`; its stream is at a path below it @returns a function
 *   that ends the feed
 */
export function openFeed(results: string, listener: FeedListener): () => void {
  let connection = connectionAt(performance.now())
  let source: CountStream | null = null
  let asking = false

  const signal = (kind: Signal) => {
    const before = connection.state
    connection = step(connection, kind, performance.now(), Math.random())
    if (connection.reopenAtMs !== null) {
      source?.close()
      source = null
    }
    if (connection.state !== before) listener.state(connection.state)
  }
  const messages = incoming(listener.snapshot, () => signal('broken'))
  const open = () => {
    signal('opening')
    const last = messages.lastId()
    const opened = streamAt(`${results}/stream?deltas=1${last && `&last=${last}`}`)
    source = opened
    listen(opened, () => source === opened, { signal, messages, pulse: listener.pulse })
  }
  const ask = async () => {
    asking = true
    try {
      const answer = await get(results, AbortSignal.timeout(ANSWER_MS))
      const snapshot = answer.ok ? ((await answer.json()) as ResultsSnapshot) : null
      signal(snapshot ? 'answer' : 'no-answer')
      // If a stream has sent something in the meantime, that is newer.
      if (snapshot && connection.state === 'polled') messages.takeWhole(snapshot)
    } catch {
      signal('no-answer')
    }
    asking = false
  }
  const tick = () => {
    signal('tick')
    const nowMs = performance.now()
    if (connection.reopenAtMs !== null && nowMs >= connection.reopenAtMs) open()
    if (connection.askAtMs !== null && nowMs >= connection.askAtMs && !asking) void ask()
  }
  const wake = () => {
    signal('wake')
    tick()
  }
  const ticking = setInterval(tick, TICK_MS)
  const woken = new AbortController()
  for (const kind of ['online', 'pageshow']) addEventListener(kind, wake, woken)
  document.addEventListener('visibilitychange', wake, woken)
  tick()
  return () => {
    clearInterval(ticking)
    woken.abort()
    source?.close()
    source = null
  }
}

interface Told {
  readonly signal: (kind: Signal) => void
  readonly messages: Pick<ReturnType<typeof incoming>, 'take'>
  readonly pulse: FeedListener['pulse']
}

/**
 * @param isOurs whether the page still uses the stream: a closed stream may still deliver events
 */
function listen(stream: CountStream, isOurs: () => boolean, { signal, messages, pulse }: Told): void {
  const on = (name: string, heard: (event: MessageEvent<string>) => void) =>
    stream.addEventListener(name, (event) => {
      if (isOurs()) heard(event as MessageEvent<string>)
    })
  const take = (delta: boolean) => (event: MessageEvent<string>) => {
    signal('snapshot')
    messages.take({ id: event.lastEventId, delta, data: event.data })
  }
  on('message', take(false))
  on('delta', take(true))
  on('open', () => signal('heard'))
  on('error', () => signal('broken'))
  on('stopping', () => signal('broken'))
  on('beat', (event) => {
    signal('beat')
    try {
      pulse(JSON.parse(event.data) as Pulse)
    } catch {
      signal('broken')
    }
  })
}
