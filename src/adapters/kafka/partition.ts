/** Which partition a tag's records are in: Kafka's own rule (murmur2), so that other clients agree. No I/O. */
import { compatibilityPartitioner } from '@platformatic/kafka'

export function partitionOf(key: Buffer, partitions: number): number {
  return (compatibilityPartitioner as (message: unknown, key: Buffer) => number)(undefined, key) % partitions
}
