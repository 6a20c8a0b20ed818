/**
 * A public log on a plain web server of somebody else, for tests of the verifier page. A test
 * chooses its files, changes them and delays them.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServedLog {
  /** The address that people type. */
  readonly url: string
  /** Below `log/`; a test may replace them at any time. */
  files: ReadonlyMap<string, Uint8Array>
  /** The published result; null if the server has none. */
  result: Uint8Array | null
  delayMs: number
  /** Paths that were requested so far. */
  readonly asked: string[]
}

export async function serveLog(t: TestContext, files: ReadonlyMap<string, Uint8Array>): Promise<ServedLog> {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname
    served.asked.push(path)
    if (served.delayMs > 0) await sleep(served.delayMs)
    const body = path === '/results.json' ? served.result : served.files.get(path.replace(/^\/log\//, ''))
    response.setHeader('access-control-allow-origin', '*')
    if (body === undefined || body === null) response.writeHead(404).end()
    else response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const served: ServedLog = { url, files, result: null, delayMs: 0, asked: [] }
  return served
}
