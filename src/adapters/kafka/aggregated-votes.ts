/** The tally engine's counts, read from Kafka (contract: ports/aggregated-votes.ts). */
import { AGGREGATED_VOTES } from '../../core/log/topics.ts'
import type { AggregatedVotes } from '../../ports/aggregated-votes.ts'
import type { KafkaAddress } from '../../ports/engine-address.ts'
import { topicFetcher } from './fetching.ts'
import { POLL_MS } from './patience.ts'

export function aggregatedVotes(
  kafka: KafkaAddress,
): AggregatedVotes & { readonly close: () => Promise<void> } {
  const fetcher = topicFetcher({ ...kafka, topic: AGGREGATED_VOTES })
  return {
    read: async function* (from, signal) {
      let at: readonly number[] = Array.from({ length: await fetcher.partitions() }, (_, partition) =>
        Number(from.get(partition) ?? 0n),
      )
      while (!signal.aborted) {
        const { records, next } = await fetcher.fetch(at, POLL_MS)
        const moved = [...next.entries()].filter(([partition, offset]) => offset !== at[partition])
        at = next
        if (signal.aborted || records.length === 0) continue
        yield {
          next: new Map(moved.map(([partition, offset]) => [partition, BigInt(offset)])),
          messages: records.map(({ partition, offset, value }) => ({
            partition,
            offset: BigInt(offset),
            text: value?.toString('utf8') ?? '',
          })),
        }
      }
    },
    close: fetcher.close,
  }
}
