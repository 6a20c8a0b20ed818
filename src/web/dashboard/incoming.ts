/**
 * Messages of streams on their way to the page: read when the page is drawn, for of ten snapshots
 * in a burst only the last is worth drawing. A page that is not drawn, in a tab behind, reads a
 * heap of them at once, so that it stays small.
 */
import type { ResultsSnapshot } from '../../core/status/snapshot.ts'
import { type Known, known, type StreamMessage } from './stream-reader.ts'

/** Messages that may wait for the page to be drawn. */
const HEAP = 50

export interface Incoming {
  readonly take: (message: StreamMessage) => void
  /** A snapshot that came without a stream: no delta follows it. */
  readonly takeWhole: (snapshot: ResultsSnapshot) => void
  /** The last message read, where a new stream goes on; '' where there is none. */
  readonly lastId: () => string
}

/** @param onBroken a message cannot be read, or one before it is missing */
export function incoming(onSnapshot: (snapshot: ResultsSnapshot) => void, onBroken: () => void): Incoming {
  let heap: StreamMessage[] = []
  let now: Known | null = null
  let asked = false

  const read = (): void => {
    const messages = heap
    heap = []
    // What came before a whole snapshot says nothing any more.
    const from = Math.max(
      0,
      messages.findLastIndex(({ delta }) => !delta),
    )
    try {
      for (const message of messages.slice(from)) {
        const next = known(now, message)
        // What is known stays: a new stream goes on from there.
        if (next === null) return onBroken()
        now = next
      }
    } catch {
      now = null
      onBroken()
    }
  }
  const draw = () => {
    asked = false
    read()
    if (now !== null) onSnapshot(now.snapshot)
  }
  return {
    take: (message) => {
      heap.push(message)
      if (heap.length >= HEAP) read()
      if (asked) return
      asked = true
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
