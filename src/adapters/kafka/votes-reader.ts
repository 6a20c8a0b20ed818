/** Reads `votes`, or another topic of ours, record by record (contract: ports/votes-reader.ts). */
import { setTimeout as sleep } from 'node:timers/promises'
import { VOTES } from '../../core/log/topics.ts'
import { type Offsets, RAW_LIMIT_BYTES, type RawRecord, type VotesReader } from '../../ports/votes-reader.ts'
import { type FetchedRecord, type FetcherOptions, topicFetcher } from './fetching.ts'
import { partitionOf } from './partition.ts'
import { MOST_FAILED_ROUNDS, POLL_MS, ROUND_RETRY_MS } from './patience.ts'

export interface VotesReaderOptions extends Omit<FetcherOptions, 'topic'> {
  readonly topic?: string
  /** Called for each failed round of a read that continues. */
  readonly onFault?: (cause: unknown) => void
  /** Called for each successful round, even if there was nothing to read. */
  readonly onRead?: () => void
}

export function kafkaVotesReader(options: VotesReaderOptions): VotesReader {
  const { topic = VOTES, onFault = () => {}, onRead = () => {} } = options
  const fetcher = topicFetcher({ ...options, topic })

  const toRaw = ({ partition, offset, key, value }: FetchedRecord, partitions: number): RawRecord => ({
    partition,
    offset,
    isAtHome: key !== null && partitionOf(key, partitions) === partition,
    key: key === null ? null : key.toString('latin1', 0, RAW_LIMIT_BYTES),
    value: value === null ? null : value.toString('latin1', 0, RAW_LIMIT_BYTES),
    valueBytes: value?.length ?? 0,
  })

  const start = async (from: Offsets | undefined): Promise<number[]> => {
    const partitions = await fetcher.partitions()
    return Array.from({ length: partitions }, (_, partition) => from?.[partition] ?? 0)
  }

  return {
    toEnd: async function* (from, until) {
      let at: Offsets = await start(from)
      const stored = await fetcher.ends()
      if (until?.some((offset, partition) => offset > (stored[partition] ?? 0)))
        throw new Error(`${topic} ends before the offset that is to be read`)
      const ends = until === undefined ? stored : stored.map((_, partition) => until[partition] ?? 0)
      let failures = 0
      while (at.some((offset, partition) => offset < ends[partition]!)) {
        try {
          const { records, next } = await fetcher.fetch(at, POLL_MS)
          const partitions = at.length
          at = next
          failures = 0
          const wanted = records.filter(({ partition, offset }) => offset < ends[partition]!)
          if (wanted.length > 0) yield wanted.map((record) => toRaw(record, partitions))
        } catch (cause) {
          if (++failures === MOST_FAILED_ROUNDS) throw new Error(`${topic} cannot be read`, { cause })
          await sleep(ROUND_RETRY_MS)
        }
      }
    },
    follow: async function* (from, signal) {
      let at: Offsets | undefined
      while (!signal.aborted) {
        let records: readonly FetchedRecord[] = []
        try {
          at ??= await start(from)
          const round = await fetcher.fetch(at, POLL_MS)
          records = round.records
          at = round.next
          onRead()
        } catch (cause) {
          if (signal.aborted) return
          onFault(cause)
          await sleep(ROUND_RETRY_MS, undefined, { signal }).catch(() => {})
        }
        if (records.length > 0) yield records.map((record) => toRaw(record, at!.length))
      }
    },
    ends: () => fetcher.ends(),
    close: () => fetcher.close(),
  }
}
