/**
 * How long a stranger's server may take, so that none holds its reader: to begin an answer, to go on with it, and for a
 * resource in all. Pure.
 */

/** From the request to the answer's first line, whatever comes before it. */
export const ANSWER_MS = 20_000
/** In every span of an answer so many bytes come, or its end: about 8 KiB a second. */
export const SPAN_MS = 10_000
export const LEAST_SPAN_BYTES = 80 * 1024
/** Answers that were too slow, until it is not asked again. */
export const MOST_SLOW = 2
/** All attempts at a resource, and by its size besides. */
const RESOURCE_MS = 90_000
const BYTES_PER_MS = 128

/** Milliseconds for a resource of so many bytes, all attempts and pauses in it. */
export function longestMs(mostBytes: number): number {
  return RESOURCE_MS + mostBytes / BYTES_PER_MS
}
