/**
 * Ends a connection with an answer, so that no request behind it is cast and never answered (RFC
 * 9112 section 9.6).
 */
import type { ServerResponse } from 'node:http'
import { connectionOf } from './connections.ts'

/** The answer is the connection's last: what came behind its request is not heard. */
export function endAfter(response: ServerResponse): void {
  response.setHeader('connection', 'close')
  connectionOf(response.req).closing = true
}
