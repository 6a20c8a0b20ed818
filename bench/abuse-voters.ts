/**
 * Honest voters while an attacker abuses the server. Each casts one ballot after another,
 * reconnects when its connection is cut, and gives up on an answer after 10 s. Prints one line of
 * JSON.
 *
 * usage: abuse-voters.ts URL KEYS_FILE FIRST SECONDS VOTERS PATH CHOICES     CHOICES: a ballot's members beside the key
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { build } from 'hdr-histogram-js'

const [url, keysFile, first, seconds, voters, path, choices] = process.argv.slice(2) as [
  ...[string, string, string, string],
  ...[string, string, string],
]
const { hostname, port, host } = new URL(url)
const PATIENCE_MS = 10_000
const AGAIN_MS = 50

const keys = readFileSync(keysFile, 'latin1').split('\n')
const took = build({ lowestDiscernibleValue: 1, highestTrackableValue: 60_000_000 })
let next = 1 + Number(first)
let accepted = 0
let failed = 0
let isOver = false

function request(): string | undefined {
  const [personalId, guid] = keys[next]?.split(',') ?? []
  if (guid === undefined) return undefined
  next++
  const body = `{"personal_id":"${personalId}","guid":"${guid}",${choices}}`
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

/** Returns the status of the answer; undefined if none came in time. */
function answerOn(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = ''
    const done = (status?: string) => {
      clearTimeout(late)
      for (const name of ['data', 'close', 'error']) socket.removeAllListeners(name)
      socket.on('error', () => {})
      resolve(status)
    }
    const late = setTimeout(done, PATIENCE_MS)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0)
      if (head !== -1 && text.length >= head + 4 + length) done(text.slice(9, 12))
    })
    socket.on('error', () => done())
    socket.on('close', () => done())
  })
}

async function vote(): Promise<void> {
  let socket: Socket | undefined
  while (!isOver) {
    const sent = request()
    if (sent === undefined) break
    socket ??= connect({ host: hostname, port: Number(port), noDelay: true })
    const startMs = performance.now()
    socket.write(sent)
    const status = await answerOn(socket)
    if (isOver && status === undefined) break
    took.recordValue(Math.max(1, Math.round((performance.now() - startMs) * 1000)))
    if (status === '201') accepted++
    else failed++
    if (status !== undefined && !socket.destroyed) continue
    socket.destroy()
    socket = undefined
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
  socket?.destroy()
}

const startMs = performance.now()
setTimeout(() => {
  isOver = true
}, Number(seconds) * 1000)
await Promise.all(Array.from({ length: Number(voters) }, vote))
const ms = (percentile: number) => took.getValueAtPercentile(percentile) / 1000
const perSecond = accepted / ((performance.now() - startMs) / 1000)
console.log(
  JSON.stringify({ next: next - 1, perSecond, accepted, failed, p50: ms(50), p99: ms(99), max: ms(100) }),
)
process.exit()
