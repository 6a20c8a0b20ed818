/**
 * Ends a connection with an answer, so that no request behind it is cast and never answered (RFC
 * 9112 section 9.6).
 */
import type { ServerResponse } from 'node:http'
import { connectionOf } from './connections.ts'

/** Makes the answer the connection's last: requests after it are ignored. */
export function endAfter(response: ServerResponse): void {
  response.setHeader('connection', 'close')
  connectionOf(response.req).closing = true
}
