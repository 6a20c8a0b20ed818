/**
 * How a stranger's server is read, by the command and the page alike: how long it may take, so that
 * none holds its reader, how often it is asked, and what its statuses come to.
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

/** Requests for a resource, the first one counted. */
export const ATTEMPTS = 4
/** Milliseconds before the second request; each later pause is twice the one before. */
export const FIRST_PAUSE_MS = 250

const NOT_THERE = new Set([403, 404, 410])
const AGAIN = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * What an HTTP status says of a resource: it is there; it is not, or not for everybody; asking
 * again may help; or asking again is of no use, redirects among it.
 */
export function statusMeans(status: number): 'there' | 'not-there' | 'again' | 'refused' {
  if (status === 200) return 'there'
  if (NOT_THERE.has(status)) return 'not-there'
  return AGAIN.has(status) ? 'again' : 'refused'
}

/** Milliseconds for a resource of so many bytes, all attempts and pauses in it. */
export function longestMs(mostBytes: number): number {
  return RESOURCE_MS + mostBytes / BYTES_PER_MS
}
