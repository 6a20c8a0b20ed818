/**
 * What `POST /vote` is measured against: a bare node:http handler that parses the same body, hashes
 * the guid and answers without storing. Prints its URL.
 */
import { hash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const server = createServer({ keepAlive: true, noDelay: true }, (request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => {
    const { guid } = JSON.parse(text) as { guid: string }
    const body = `{"status":"recorded","election":"bench","tracker":"${hash('sha256', guid, 'base64url')}"}\n`
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  })
})
// The same as ours, so that waiting connections are not cut.
server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
)
process.on('SIGTERM', () => process.exit(0))
