/**
 * How the page reads the count: publicly, or with an access token. A token is only in this page's
 * memory, never in an address or in storage, because browsers write both to the disk and others may
 * use the device.
 */

/** The part of EventSource that the page needs. */
export interface CountStream {
  readonly addEventListener: (name: string, heard: (event: Event) => void) => void
  readonly close: () => void
}

/** What only a page with a token needs, so that other pages do not load it. */
export interface ByToken {
  readonly token: string
  readonly stream: (address: string) => CountStream
  /** Follows a link to a file, because a browser's own request would not send the token. */
  readonly fetched: (link: Event) => void
  /** The server no longer accepts the token. */
  readonly onRefused: () => void
}

let held: ByToken | undefined

/** From now on the page reads with a token. */
export function readWith(by: ByToken): void {
  held = by
}

/** The handler of a click on a link to a file; undefined if the browser follows the link. */
export const onLink = (): ByToken['fetched'] | undefined => held?.fetched

export async function get(address: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(address, {
    ...(signal && { signal }),
    ...(held && { headers: { authorization: `Bearer ${held.token}` } }),
  })
  // These statuses refuse the token, not the request.
  if (held && (answer.status === 401 || answer.status === 403)) held.onRefused()
  return answer
}

export const streamAt = (address: string): CountStream =>
  held ? held.stream(address) : new EventSource(address)
