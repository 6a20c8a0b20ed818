/**
 * Instance metadata of version 2, in its own thread, because a test that waits for a command blocks
 * the main thread.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort } from 'node:worker_threads'

let instance = ''
let refused = 0
const server = createServer((request, response) => {
  if (request.url === '/refused') return response.end(String(refused))
  const isToken = request.method === 'PUT' && request.url === '/latest/api/token'
  if (isToken && request.headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined)
    return response.end('a-token')
  if (request.headers['x-aws-ec2-metadata-token'] !== 'a-token') {
    refused++
    return response.writeHead(401).end()
  }
  if (request.url === '/latest/meta-data/instance-id') return response.end(instance)
  return response.writeHead(404).end()
}).listen(0, '127.0.0.1')
parentPort!.on('message', (id: string) => {
  instance = id
})
await once(server, 'listening')
parentPort!.postMessage((server.address() as AddressInfo).port)
