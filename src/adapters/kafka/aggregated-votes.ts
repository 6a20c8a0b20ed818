/** The tally engine's counts, read from Kafka (contract: ports/aggregated-votes.ts). */
import type { AggregatedVotes } from '../../ports/aggregated-votes.ts'
import { topicReader } from './topic-reader.ts'
import { AGGREGATED_VOTES } from './topics.ts'

export function aggregatedVotes(
  brokers: readonly string[],
): AggregatedVotes & { readonly close: () => Promise<void> } {
  const reader = topicReader(brokers, AGGREGATED_VOTES)
  return {
    read: async function* (from, signal) {
      for await (const { records, next } of reader.read(from, signal))
        yield {
          next,
          messages: records.map(({ partition, offset, value }) => ({
            partition,
            offset,
            text: value?.toString('utf8') ?? '',
          })),
        }
    },
    close: reader.close,
  }
}
