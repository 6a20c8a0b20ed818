/**
 * Project: stores the tally engine's messages in the result store, continuously. The offsets are
 * stored together with the counts, so the process may be killed at any moment and run twice at
 * once.
 */
import { type AggregatedRecord, parseAggregated } from '../core/tally/marks-count.ts'
import type { AggregatedBatch, AggregatedVotes } from '../ports/aggregated-votes.ts'
import type { Clock } from '../ports/clock.ts'
import type { ElectionCounts, NextOffsets, ResultSink } from '../ports/result-store.ts'

export interface ProjectorDeps {
  readonly source: AggregatedVotes
  readonly sink: ResultSink
  readonly clock: Clock
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /**
   * Called if a batch has messages that are not the engine's, with the place of the first; they are
   * skipped.
   */
  readonly onIgnored: (messages: number, partition: number, offset: bigint) => void
  /** Called with the error that stopped it; it starts again on its own. */
  readonly onTrouble: (cause: unknown) => void
  /** Called for every stored batch, with its number of messages. */
  readonly onStored?: (messages: number) => void
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000

/** Runs until the signal aborts; then resolves with no batch half stored. */
export async function project(deps: ProjectorDeps, signal: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS
  while (!signal.aborted) {
    try {
      if (await follow(deps, signal)) pauseMs = FIRST_PAUSE_MS
    } catch (cause) {
      if (!signal.aborted) deps.onTrouble(cause)
    }
    if (signal.aborted) return
    await deps.sleep(pauseMs, signal)
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
  }
}

/**
 * @returns whether anything was stored; returns when another process has read on, or the source has
 *   ended
 */
async function follow(deps: ProjectorDeps, signal: AbortSignal): Promise<boolean> {
  let stored = false
  let offsets = new Map(await deps.sink.nextOffsets())
  for await (const batch of deps.source.read(offsets, signal)) {
    const from: NextOffsets = new Map(
      [...batch.next.keys()].map((partition) => [partition, offsets.get(partition) ?? 0n]),
    )
    const ours = await deps.sink.store(countsOf(batch, deps.onIgnored), from, batch.next, deps.clock.nowMs())
    if (!ours) return stored
    stored = true
    offsets = new Map([...offsets, ...batch.next])
    deps.onStored?.(batch.messages.length)
  }
  return stored
}

/**
 * The last count of each kind, per election: counts are absolute, so earlier ones in the batch add
 * nothing.
 */
function countsOf(
  { messages }: AggregatedBatch,
  onIgnored: ProjectorDeps['onIgnored'],
): readonly ElectionCounts[] {
  const ignored: { readonly partition: number; readonly offset: bigint }[] = []
  const perElection = new Map<string, Map<string, AggregatedRecord>>()
  for (const { partition, offset, text } of messages) {
    const record = parseAggregated(text)
    if (record === undefined) {
      ignored.push({ partition, offset })
      continue
    }
    const counts = perElection.get(record.election) ?? new Map<string, AggregatedRecord>()
    perElection.set(record.election, counts)
    const key = `${record.district}|${record.contest}|${record.marks}`
    const before = counts.get(key)
    if (before === undefined || before.ballots < record.ballots) counts.set(key, record)
  }
  const first = ignored[0]
  if (first !== undefined) onIgnored(ignored.length, first.partition, first.offset)
  return [...perElection].map(([election, counts]) => ({ election, counts: [...counts.values()] }))
}
