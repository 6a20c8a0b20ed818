/**
 * A load generator that takes little processor time: raw sockets, prepared requests, one request at
 * a time per connection. It runs as a child process and prints one line of JSON.
 *
 * usage: load.ts URL KEYS_FILE FIRST COUNT CONNECTIONS RATE [HEADERS] [CA_FILE]
 *
 * RATE 0 sends as fast as possible. HEADERS is a file with more header lines. CA_FILE has the
 * authority for https addresses.
 *
 * At rate 0 latency counts from the send. At another rate it counts from the time at which the
 * request was due, so that a slow server cannot hide its queue (coordinated omission).
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { build } from 'hdr-histogram-js'

const [url, keysFile, first, count, connections, rate, headersFile = '', caFile = ''] = process.argv.slice(
  2,
) as [string, string, string, string, string, string, string?, string?]
const { hostname, port, host, protocol } = new URL(url)
const moreHeaders = headersFile === '' ? '' : readFileSync(headersFile, 'latin1')
const ca = caFile === '' ? undefined : readFileSync(caFile, 'utf8')
const from = Number(first)
const total = Number(count)
const perSecond = Number(rate)

const requests = requestsFrom(keysFile, from, total)
const histogram = build({
  lowestDiscernibleValue: 1,
  highestTrackableValue: 60_000_000,
  numberOfSignificantValueDigits: 3,
})
let next = 0
let answered = 0
let accepted = 0
const idle: Connection[] = []
let start = 0
let connected = 0

/** The buffer for all answers. Each is evaluated before the next one arrives. */
const incoming = Buffer.alloc(65_536)
/** Upper bound of an answer's head. */
const MOST_HEAD_BYTES = 1024

class Connection {
  readonly #socket: Socket
  #dueMs = 0
  /** Bytes of the answer that are still missing. */
  #missing = 0

  constructor() {
    // Avoids a stream's work per answer, which would be most of the client's.
    const onread = { buffer: incoming, callback: (bytes: number) => this.#onBytes(bytes) }
    const where = { host: hostname, port: Number(port), noDelay: true, onread }
    // A shared session would skip most handshakes, which browsers of different voters cannot.
    this.#socket =
      protocol === 'https:'
        ? connectTls({ ...where, servername: hostname, ca }, () => onConnected())
        : connect(where, () => onConnected())
    this.#socket.on('error', (error) => {
      console.error(error.message)
      process.exit(1)
    })
  }

  ready(): void {
    if (perSecond === 0) this.send(performance.now())
    else idle.push(this)
  }

  send(dueMs: number): void {
    if (next === total) return
    this.#dueMs = dueMs
    this.#socket.write(requests[next++]!)
  }

  end(): void {
    this.#socket.destroy()
  }

  #onBytes(bytes: number): boolean {
    if (this.#missing > 0) this.#missing -= bytes
    else this.#missing = this.#readHead(bytes) - bytes
    if (this.#missing > 0) return true
    histogram.recordValue(Math.max(1, Math.round((performance.now() - this.#dueMs) * 1000)))
    answered++
    if (answered === total) finish()
    else this.ready()
    return true
  }

  /** @returns the length of the whole answer, whose head must arrive in one piece */
  #readHead(bytes: number): number {
    const text = incoming.toString('latin1', 0, Math.min(bytes, MOST_HEAD_BYTES))
    const end = text.indexOf('\r\n\r\n')
    const length = /^content-length: (\d+)/im.exec(text)
    if (end === -1 || length === null) throw new Error('an answer without a head')
    if (text.startsWith('HTTP/1.1 201')) accepted++
    return end + 4 + Number(length[1])
  }
}

function requestsFrom(file: string, skip: number, take: number): Buffer[] {
  const text = readFileSync(file, 'latin1')
  let at = text.indexOf('\n') + 1
  const made: Buffer[] = []
  for (let i = 0; i < skip + take; i++) {
    const end = text.indexOf('\n', at)
    if (i >= skip) {
      const [personalId, guid] = text.slice(at, end).split(',')
      const choice = i % 3 === 0 ? 'ada' : 'Grace Hopper'
      const body = `{"personal_id":"${personalId}","guid":"${guid}","candidate":"${choice}"}`
      made.push(
        Buffer.from(
          `POST /vote HTTP/1.1\r\nHost: ${host}\r\n` +
            `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n${moreHeaders}\r\n${body}`,
        ),
      )
    }
    at = end + 1
  }
  return made
}

const all = Array.from({ length: Number(connections) }, () => new Connection())

/** The clock starts when all connections are open, because connecting is not measured. */
function onConnected(): void {
  connected++
  if (connected < all.length) return
  start = performance.now()
  for (const connection of all) connection.ready()
  if (perSecond > 0) sendInTime()
}

function sendInTime(): void {
  let due = 0
  const timer = setInterval(() => {
    const now = performance.now() - start
    while (due < total && (due * 1000) / perSecond <= now && idle.length > 0) {
      idle.shift()!.send(start + (due * 1000) / perSecond)
      due++
    }
    if (due === total) clearInterval(timer)
  }, 1)
}

function finish(): void {
  const seconds = (performance.now() - start) / 1000
  const cpu = process.cpuUsage()
  const ms = (percentile: number) => histogram.getValueAtPercentile(percentile) / 1000
  console.log(
    JSON.stringify({
      seconds,
      perSecond: total / seconds,
      accepted,
      cpuMicros: cpu.user + cpu.system,
      p50: ms(50),
      p99: ms(99),
      max: histogram.maxValue / 1000,
    }),
  )
  for (const connection of all) connection.end()
}
