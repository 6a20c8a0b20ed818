/**
 * An attacker in its own process that sends N wrong keys as `POST /vote` to several gateways, at a
 * given rate, from 10,000 addresses in X-Forwarded-For. It uses few connections with many open
 * requests each, and counts answers by their first bytes. It prints "ready" after the start, its
 * progress on stderr, and at the end one line of JSON: the number of answers by kind and its
 * processor time. It ends after SECONDS even if it is not done.
 *
 * usage: guess-attack.ts N RATE SECONDS URL…
 */
import { connect, type Socket } from 'node:net'

const [number, rateText, secondsText, ...urls] = process.argv.slice(2) as [
  string,
  string,
  string,
  ...string[],
]
const [many, perSecond, mostSeconds] = [Number(number), Number(rateText), Number(secondsText)]
const ADDRESSES = 10_000
const CONNECTIONS = 32
/** Largest number of open requests on a connection. */
const UNDER_WAY = 128
const TICK_MS = 10
const TELL_MS = 10_000
const HEAD = Buffer.from('HTTP/1.1 ')

let sent = 0
let answered = 0
const answers: Record<string, number> = {}
const startMs = performance.now()

function request(host: string, i: number): string {
  const address = i % ADDRESSES
  const from = `10.${address >> 8}.${address & 255}.7`
  const guid = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
  const body = `{"personal_id":"G${i}","guid":"${guid}","candidate":"ada"}`
  return (
    `POST /vote HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${from}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

interface Line {
  readonly socket: Socket
  readonly host: string
  underWay: number
}

function line(url: string): Line {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  const own: Line = { socket, host, underWay: 0 }
  // The end of a chunk, which may contain the beginning of a head.
  let rest: Buffer = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let from = 0
    for (;;) {
      const at = bytes.indexOf(HEAD, from)
      if (at === -1 || at + HEAD.length + 3 > bytes.length) {
        rest = bytes.subarray(at === -1 ? Math.max(from, bytes.length - HEAD.length + 1) : at)
        return
      }
      from = at + HEAD.length + 3
      const status = bytes.toString('latin1', from - 3, from)
      answers[status] = (answers[status] ?? 0) + 1
      answered++
      own.underWay--
    }
  })
  return own
}

const lines = urls.flatMap((url) => Array.from({ length: CONNECTIONS }, () => line(url)))
const secondsGone = () => (performance.now() - startMs) / 1000
const tell = (): void => {
  const seconds = Math.round(secondsGone())
  process.stderr.write(
    `guess: ${sent} of ${many} wrong keys sent, ${answered} answered, ` +
      `${seconds} s of ${mostSeconds} s at most\n`,
  )
}

function end(): void {
  tell()
  const { user, system } = process.cpuUsage()
  console.log(
    JSON.stringify({ sent, answered, answers, seconds: secondsGone(), cpuSeconds: (user + system) / 1e6 }),
  )
  process.exit()
}

let turn = 0
function tick(): void {
  const due = Math.min(many, Math.floor(secondsGone() * perSecond)) - sent
  const each = Math.ceil(due / lines.length)
  for (let i = 0; i < lines.length && sent < many; i++) {
    const own = lines[turn++ % lines.length]!
    const count = Math.min(each, UNDER_WAY - own.underWay, many - sent)
    if (count <= 0 || own.socket.destroyed) continue
    own.underWay += count
    own.socket.write(Array.from({ length: count }, () => request(own.host, sent++)).join(''))
  }
  if (
    (sent >= many && answered >= many) ||
    secondsGone() > mostSeconds ||
    lines.every((l) => l.socket.destroyed)
  )
    end()
}

console.log('ready')
setInterval(tick, TICK_MS)
setInterval(tell, TELL_MS)
