/**
 * Where a key lies: elections have their keys in a fixed number of shards, each with one hash tag.
 * Names hold the format and the number of shards, so that keys laid out otherwise are not there
 * rather than misread. No I/O.
 */
import type { Tag } from '../../ports/digest.ts'

export const SHARDS = 8
const FORMAT = 'e1'
/** Keys per bucket: enough to share a bucket's overhead, few enough to look through. */
export const KEYS_PER_BUCKET = 32

export interface Shard {
  readonly facts: string
  readonly outbox: string
  /** The buckets' names are this, the generation, ":" and a number. */
  readonly buckets: string
}

export function shardsOf(electionId: string): readonly Shard[] {
  return Array.from({ length: SHARDS }, (_, s) => {
    const tag = `{${FORMAT}:${electionId}:${SHARDS}:${s}}`
    return { facts: `${tag}f`, outbox: `${tag}o`, buckets: `${tag}k` }
  })
}

export function shardOf(tag: Tag): number {
  return tag.charCodeAt(3) % SHARDS
}

/** @returns per shard the places of its members in the list, where it has any */
export function byShard(items: readonly { readonly tag: Tag }[]): readonly (readonly number[])[] {
  const places: number[][] = Array.from({ length: SHARDS }, () => [])
  for (let i = 0; i < items.length; i++) places[shardOf(items[i]!.tag)]!.push(i)
  return places
}
