/** The operator's site setting: a path, or the complete address for people. */
import type { Site } from '../gateway/site.ts'

const SEGMENT = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/
const MOST_CHARACTERS = 200
/**
 * The server's own addresses begin so: with such a site, it would be ambiguous whether a proxy had
 * removed the site's path.
 */
const TAKEN = ['assets', 'docs', 'e', 'elections', 'log', 'results']

/**
 * @param text `/vote/`, or for example `https://example.org/vote/`
 * @returns the site, or the problem with the text
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
    return { problem: `must not begin with /${segments[0]}/: the server’s own addresses begin so` }
  return { path: `/${segments.join('/')}/`, origin: url?.origin ?? null }
}
