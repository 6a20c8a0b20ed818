/**
 * Project: from the tally engine's messages into the result store, and on and on. How far it read
 * is stored with what it read, so it may be killed at any moment and run twice at once.
 */
import { type AggregatedRecord, parseAggregated } from '../core/tally/marks-count.ts'
import type { AggregatedBatch, AggregatedVotes } from '../ports/aggregated-votes.ts'
import type { Clock } from '../ports/clock.ts'
import type { ElectionCounts, NextOffsets, ResultSink } from '../ports/result-store.ts'

export interface ProjectorDeps {
  readonly source: AggregatedVotes
  readonly sink: ResultSink
  readonly clock: Clock
  /** Resolves after so long, or at once when the signal comes. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /**
   * Told of messages of a batch that are none of the engine's, and where the first lies; they are
   * passed over.
   */
  readonly onIgnored: (messages: number, partition: number, offset: bigint) => void
  /** Told of what stopped it; it begins again by itself. */
  readonly onTrouble: (cause: unknown) => void
  /** Told of every stored batch: messages in it. */
  readonly onStored?: (messages: number) => void
}

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 5_000

/** Runs until the signal; then resolves, nothing half done. */
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

/** @returns whether anything was stored, when somebody else has read on, or the source has ended */
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
 * The last count of each kind, per election: earlier ones in the batch say nothing that it does
 * not.
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
