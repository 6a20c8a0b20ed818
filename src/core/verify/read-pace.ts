/**
 * Limits for reading a log from a stranger's server, shared by command and page: how long a request
 * may take, how often it is repeated, and what an HTTP status means.
 */

/** The longest time from the request to the status line of the answer. */
export const ANSWER_MS = 20_000
/** In each span of 10 s the answer must deliver 80 KiB or end: about 8 KiB/s. */
export const SPAN_MS = 10_000
export const LEAST_SPAN_BYTES = 80 * 1024
/** After this number of answers that were too slow, the server is not asked again. */
export const MOST_SLOW = 2
/** The longest time for all attempts at a resource, plus 1 ms per 128 bytes of its limit. */
const RESOURCE_MS = 90_000
const BYTES_PER_MS = 128

/** Requests for one resource, including the first. */
export const ATTEMPTS = 4
/** Pause before the second request; each later pause is twice as long. */
export const FIRST_PAUSE_MS = 250

const NOT_THERE = new Set([403, 404, 410])
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * @returns what an HTTP status means: the resource exists; it does not exist or is not public; a
 *   later attempt may succeed; or further attempts are useless, which includes redirects
 */
export function statusMeans(status: number): 'there' | 'not-there' | 'again' | 'refused' {
  if (status === 200) return 'there'
  if (NOT_THERE.has(status)) return 'not-there'
  return AGAIN.has(status) ? 'again' : 'refused'
}

/**
 * @param mostBytes the limit with which a resource is read
 * @returns the longest time for all attempts and pauses, in milliseconds
 */
export function longestMs(mostBytes: number): number {
  return RESOURCE_MS + mostBytes / BYTES_PER_MS
}
