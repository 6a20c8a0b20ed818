/**
 * How the page reads the count: as everybody does, or with an access token. A token is in this
 * page's memory alone: no address and no storage has it, for browsers keep both on the disk, and
 * others use the device, too.
 */

/** Of an EventSource, what the page needs. */
export interface CountStream {
  readonly addEventListener: (name: string, heard: (event: Event) => void) => void
  readonly close: () => void
}

/** What a page with a token has besides, and others need not load. */
export interface ByToken {
  readonly token: string
  readonly stream: (address: string) => CountStream
  /** Follows a link to a file: a browser's own request has no token. */
  readonly fetched: (link: Event) => void
  /** The server takes the token no longer. */
  readonly onRefused: () => void
}

let held: ByToken | undefined

/** From now on with a token. */
export function readWith(by: ByToken): void {
  held = by
}

/** What is done with a click on a link to a file; undefined where the browser does it. */
export const onLink = (): ByToken['fetched'] | undefined => held?.fetched

export async function get(address: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(address, {
    ...(signal && { signal }),
    ...(held && { headers: { authorization: `Bearer ${held.token}` } }),
  })
  // It is the token that is refused, not the request.
  if (held && (answer.status === 401 || answer.status === 403)) held.onRefused()
  return answer
}

export const streamAt = (address: string): CountStream =>
  held ? held.stream(address) : new EventSource(address)
