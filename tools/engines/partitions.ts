/** How many partitions `votes` gets where one machine is the whole cluster. */
import { availableParallelism } from 'node:os'
import { DEFAULT_PARTITIONS } from '../../src/core/log/topics.ts'

const FEW = 3

/**
 * Each batch of the count has a task for every partition, and two processors are shared with all
 * the rest.
 */
export function partitionsHere(processors = availableParallelism()): number {
  return processors <= 2 ? FEW : DEFAULT_PARTITIONS
}
