/** The site that an operator names: a path, or the whole address that people open. */
import type { Site } from '../gateway/site.ts'

const SEGMENT = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/
const MOST_CHARACTERS = 200
/**
 * Addresses of the server begin so: what a proxy left of one could not be told from what it did
 * not.
 */
const TAKEN = ['assets', 'docs', 'e', 'elections', 'log', 'results']

/**
 * @param text `/vote/`, or such as `https://example.org/vote/` @returns what is wrong with it,
 *   where something is
 */
export function siteFrom(text: string): Site | { readonly problem: string } {
  const isAddress = /^https?:\/\//i.test(text)
  if (isAddress && !URL.canParse(text)) return { problem: 'is not an address' }
  const url = isAddress ? new URL(text) : undefined
  if (url !== undefined && (url.username !== '' || url.search !== '' || url.hash !== ''))
    return { problem: 'has more than a host and a path' }
  const path = url?.pathname ?? text
  if (path.length > MOST_CHARACTERS) return { problem: `is longer than ${MOST_CHARACTERS} characters` }
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/')
  if (segments.length === 1 && segments[0] === '') return { path: '/', origin: url?.origin ?? null }
  if (!segments.every((segment) => SEGMENT.test(segment)))
    return { problem: 'must be a path of letters, digits, - . _ ~ and slashes, such as /vote/' }
  if (TAKEN.includes(segments[0]!))
    return { problem: `must not begin with /${segments[0]}/: addresses of the server itself do` }
  return { path: `/${segments.join('/')}/`, origin: url?.origin ?? null }
}
