/**
 * Many viewers: result streams over raw sockets in one process, which reads only a snapshot's time
 * and number of ballots. Runs as a child process and prints lines of JSON.
 *
 * usage: viewers-crowd.ts URL VIEWERS     then on stdin: the number of ballots to wait for
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { build } from 'hdr-histogram-js'

const [url, count] = process.argv.slice(2) as [string, string]
const { hostname, port, host } = new URL(url)
const viewers = Number(count)
const WAVE = 100
const MADE = Buffer.from('"as_of":"')
const MADE_LENGTH = '2026-01-01T00:00:00.000Z'.length

const delays = build({
  lowestDiscernibleValue: 1,
  highestTrackableValue: 600_000,
  numberOfSignificantValueDigits: 3,
})
let snapshots = 0
let bytes = 0
let measuring = false
let wanted = Buffer.from('"cast":none')
const finished = new Set<number>()
let allFinished = () => {}

function onData(viewer: number, chunk: Buffer): void {
  bytes += chunk.length
  const at = chunk.indexOf(MADE)
  if (at >= 0 && chunk.length >= at + MADE.length + MADE_LENGTH) {
    snapshots++
    if (measuring) {
      const made = chunk.toString('latin1', at + MADE.length, at + MADE.length + MADE_LENGTH)
      delays.recordValue(Math.max(1, Date.now() - Date.parse(made)))
    }
  }
  if (chunk.includes(wanted)) {
    finished.add(viewer)
    if (finished.size === viewers) allFinished()
  }
}

const sockets = []
for (let i = 0; i < viewers; i++) {
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('data', (chunk) => onData(i, chunk as Buffer))
  socket.on('error', (error) => {
    console.error(`viewer ${i}: ${error.message}`)
    process.exit(1)
  })
  socket.write(`GET /results/stream HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  sockets.push(socket)
  if (i % WAVE === WAVE - 1) await once(socket, 'connect')
}
while (snapshots < viewers) await new Promise((resolve) => setTimeout(resolve, 20))
console.log(JSON.stringify({ event: 'watching' }))

measuring = true
const [line] = (await once(createInterface(process.stdin), 'line')) as [string]
wanted = Buffer.from(`"cast":${line},`)
const end = new Promise<void>((resolve) => {
  allFinished = resolve
})
await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 30_000))])
console.log(
  JSON.stringify({
    snapshots,
    bytes,
    sawTheLast: finished.size,
    p50: delays.getValueAtPercentile(50),
    p99: delays.getValueAtPercentile(99),
    max: delays.maxValue,
  }),
)
process.exit(0)
