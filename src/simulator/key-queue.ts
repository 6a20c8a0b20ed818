/** Voter keys one by one from a stream of batches: at most two batches are in memory. */
import type { VoterKey } from '../adapters/files/key-file.ts'

export interface KeyQueue {
  /** The key that `take` will take; `wait` until the next batch is read, `end` after the last. */
  readonly peek: () => VoterKey | 'wait' | 'end'
  readonly take: () => void
  /** Returns the stream without reading it to the end. */
  readonly close: () => Promise<void>
}

/**
 * @param limit the most keys to give
 * @param onArrival called when `peek` no longer returns `wait`
 * @param onError called if the stream fails; the queue has then ended
 */
export function keyQueue(
  batches: AsyncIterable<readonly VoterKey[]>,
  limit: number,
  onArrival: () => void,
  onError: (error: unknown) => void,
): KeyQueue {
  const source = batches[Symbol.asyncIterator]()
  let batch: readonly VoterKey[] = []
  let following: readonly VoterKey[] | undefined
  let at = 0
  let left = limit
  let reading = false
  let ended = false

  const read = async (): Promise<void> => {
    if (reading || ended || following !== undefined) return
    reading = true
    try {
      // A stream may yield empty batches; they do not end it.
      let step = await source.next()
      while (!step.done && step.value.length === 0 && !ended) step = await source.next()
      if (step.done) ended = true
      else following = step.value
    } catch (error) {
      ended = true
      onError(error)
    }
    reading = false
    onArrival()
  }

  const peek = (): VoterKey | 'wait' | 'end' => {
    if (left === 0) return 'end'
    if (at === batch.length && following !== undefined) {
      batch = following
      following = undefined
      at = 0
    }
    void read()
    if (at < batch.length) return batch[at]!
    return ended && !reading && following === undefined ? 'end' : 'wait'
  }

  const take = (): void => {
    at++
    left--
  }

  const close = async (): Promise<void> => {
    ended = true
    await source.return?.()
  }

  return { peek, take, close }
}
