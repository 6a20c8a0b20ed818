/**
 * Queues messages of streams until the page is drawn, because only the last of ten snapshots in a
 * burst is worth drawing. A page in a background tab is not drawn: it reads the queue when the
 * queue is full, so that it stays small.
 */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { type Known, known, type StreamMessage } from './stream-reader.ts'

/** Most messages that wait for the page to be drawn. */
const HEAP = 50

export interface Incoming {
  readonly take: (message: StreamMessage) => void
  /** A snapshot that came without a stream: no delta follows it. */
  readonly takeWhole: (snapshot: ResultsSnapshot) => void
  /**
   * The id of the last message read, after which a new stream resumes; '' before the first message.
   */
  readonly lastId: () => string
}

/** @param onBroken a message cannot be read, or one before it is missing */
export function incoming(onSnapshot: (snapshot: ResultsSnapshot) => void, onBroken: () => void): Incoming {
  let heap: StreamMessage[] = []
  let now: Known | null = null
  let isScheduled = false

  const read = (): void => {
    const messages = heap
    heap = []
    // A whole snapshot replaces all earlier messages.
    const from = Math.max(
      0,
      messages.findLastIndex(({ delta }) => !delta),
    )
    try {
      for (const message of messages.slice(from)) {
        const next = known(now, message)
        // Keeps the last good state: a new stream resumes from it.
        if (next === null) return onBroken()
        now = next
      }
    } catch {
      now = null
      onBroken()
    }
  }
  const draw = () => {
    isScheduled = false
    read()
    if (now !== null) onSnapshot(now.snapshot)
  }
  return {
    take: (message) => {
      heap.push(message)
      if (heap.length >= HEAP) read()
      if (isScheduled) return
      isScheduled = true
      requestAnimationFrame(draw)
    },
    takeWhole: (snapshot) => {
      heap = []
      now = null
      onSnapshot(snapshot)
    },
    lastId: () => {
      read()
      return now?.id ?? ''
    },
  }
}
