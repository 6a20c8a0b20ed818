/**
 * A guesser in a process of its own: N wrong keys as `POST /vote` at several gateways, from ten thousand addresses by
 * X-Forwarded-For, at a given number a second. Says "ready" when it is under way, and at the end one line of JSON: how many were
 * answered what, and the processor time that took.
 *
 * usage: guess-attack.ts N RATE URL…
 */
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const [number, rateText, ...urls] = process.argv.slice(2) as [string, string, ...string[]]
const [many, perSecond] = [Number(number), Number(rateText)]
const ADDRESSES = 10_000
const CONNECTIONS = 32
/** Requests of one write, which is how many a connection has under way at once. */
const AT_ONCE = 8
let sent = 0
const answers: Record<string, number> = {}
const startMs = performance.now()

function request(host: string, i: number): string {
  const address = i % ADDRESSES
  const from = `10.${address >> 8}.${address & 255}.7`
  const guid = `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`
  const body = `{"personal_id":"G${i}","guid":"${guid}","candidate":"ada"}`
  return `POST /vote HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: ${from}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

async function guess(url: string): Promise<void> {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  let text = ''
  let wake = () => {}
  let ended = false
  socket.on('close', () => {
    ended = true
    wake()
  })
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    wake()
  })
  while (sent < many && !ended) {
    const aheadMs = startMs + (sent / perSecond) * 1000 - performance.now()
    if (aheadMs > 0) await sleep(aheadMs)
    const count = Math.min(AT_ONCE, many - sent)
    socket.write(Array.from({ length: count }, () => request(host, sent++)).join(''))
    for (let answered = 0; answered < count && !ended; ) {
      const found = /^HTTP\/1\.1 (\d+)[\s\S]*?content-length: (\d+)[\s\S]*?\r\n\r\n/i.exec(text)
      const end = found === null ? Number.POSITIVE_INFINITY : found[0].length + Number(found[2])
      if (text.length < end) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      text = text.slice(end)
      answers[found![1]!] = (answers[found![1]!] ?? 0) + 1
      answered++
    }
  }
  socket.destroy()
}

const guessing = urls.flatMap((url) => Array.from({ length: CONNECTIONS }, () => guess(url)))
console.log('ready')
await Promise.all(guessing)
const { user, system } = process.cpuUsage()
const seconds = (performance.now() - startMs) / 1000
console.log(JSON.stringify({ sent, answers, seconds, cpuSeconds: (user + system) / 1e6 }))
process.exit()
