/**
 * Many viewers of compressed delta streams in one process. It only counts bytes, so that it takes
 * little processor time. It prints a line when all streams have started, and after a line on stdin
 * the number of bytes received since then.
 *
 * usage: feed-crowd.ts URL VIEWERS
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const [url, count] = process.argv.slice(2) as [string, string]
const { hostname, port, host } = new URL(url)
const viewers = Number(count)
const WAVE = 100
/** The buffer for all answers. */
const buffer = Buffer.alloc(262_144)

let bytes = 0
const begun = new Set<number>()
for (let i = 0; i < viewers; i++) {
  const onread = {
    buffer,
    callback: (read: number) => {
      bytes += read
      begun.add(i)
      return true
    },
  }
  const socket = connect({ host: hostname, port: Number(port), onread })
  socket.on('error', (error) => {
    console.error(`viewer ${i}: ${error.message}`)
    process.exit(1)
  })
  socket.write(`GET /results/stream?deltas=1 HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\n\r\n`)
  if (i % WAVE === WAVE - 1) await once(socket, 'connect')
}
while (begun.size < viewers) await new Promise((resolve) => setTimeout(resolve, 20))
console.log('watching')
bytes = 0
await once(createInterface(process.stdin), 'line')
console.log(String(bytes))
process.exit(0)
