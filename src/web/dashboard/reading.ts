/**
 * How the page reads the count: publicly, or with an access token. A token is only in this page's
 * memory, never in an address or in storage, because browsers write both to the disk and others may
 * use the device.
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
  /** The server no longer accepts the token. */
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
