/**
 * One step that takes whatever gathered while its last batch was under way: the busier, the larger
 * the batches.
 */

export interface Stage<Item> {
  readonly push: (item: Item) => void
  /** Starts a batch where none is under way. */
  readonly go: () => void
  readonly isIdle: () => boolean
}

/**
 * @param run never rejects
 * @param take how many of those waiting the next batch holds, at least one
 */
export function stage<Item>(
  run: (batch: readonly Item[]) => Promise<void>,
  take: (waiting: readonly Item[]) => number,
): Stage<Item> {
  let waiting: Item[] = []
  let busy = false
  const go = (): void => {
    if (busy || waiting.length === 0) return
    const size = take(waiting)
    const batch = size >= waiting.length ? waiting : waiting.slice(0, size)
    waiting = size >= waiting.length ? [] : waiting.slice(size)
    busy = true
    run(batch).then(() => {
      busy = false
      go()
    })
  }
  return {
    push: (item) => {
      waiting.push(item)
    },
    go,
    isIdle: () => !busy && waiting.length === 0,
  }
}
