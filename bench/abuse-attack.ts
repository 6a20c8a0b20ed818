/**
 * An attacker in its own process. It prints "ready" after the start, attacks until its input ends,
 * then prints one line of JSON with its requests and its processor time.
 *
 * usage: abuse-attack.ts URL KIND N [PATH…]
 *   rubbish N       N connections that send NDJSON lines which are not ballots
 *   readers N PATH… N readers of each path, one download after another
 *   unread N PATH   N downloads that are requested and never read
 *   wrong-keys N    N wrong keys, as NDJSON, from one address (X-Forwarded-For)
 *   slow-bodies N   N connections, from ten addresses, that send a body a byte at a time
 */
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'

const [url, kind, number, ...paths] = process.argv.slice(2) as [string, string, string, ...string[]]
const { hostname, port, host } = new URL(url)
const many = Number(number)
const done = { requests: 0, bytes: 0, lines: 0, open: 0 }
const AGAIN_MS = 100
const BLOCK_LINES = 8_192

const connected = (localAddress = '127.0.0.2'): Socket =>
  connect({ host: hostname, port: Number(port), localAddress }).on('error', () => {})
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const NDJSON =
  `POST /ballots HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-For: 198.51.100.7\r\n` +
  'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n'

/**
 * Sends requests with endless lines as fast as the server reads. `block` returns undefined when all
 * lines are sent.
 */
async function streamLines(block: () => string | undefined): Promise<void> {
  for (;;) {
    const socket = connected()
    socket.on('data', (chunk: Buffer) => {
      done.bytes += chunk.length
    })
    const gone = once(socket, 'close').catch(() => {})
    socket.write(NDJSON)
    done.requests++
    while (!socket.destroyed) {
      const text = block()
      if (text === undefined) return
      done.lines += BLOCK_LINES
      const taken = socket.write(`${text.length.toString(16)}\r\n${text}\r\n`)
      if (!taken) await Promise.race([once(socket, 'drain').catch(() => {}), gone])
    }
    await sleep(AGAIN_MS)
  }
}

function wrongKeys(): () => string | undefined {
  let left = many
  return () => {
    if (left <= 0) return undefined
    const lines = Array.from({ length: Math.min(BLOCK_LINES, left) }, (_, i) => {
      const guid = `00000000-0000-4000-8000-${String(left - i).padStart(12, '0')}`
      return `{"personal_id":"P${i}","guid":"${guid}","candidate":"ada"}\n`
    })
    left -= lines.length
    return lines.join('')
  }
}

function download(path: string, agent: Agent): Promise<void> {
  return new Promise((resolve) => {
    const asked = get(url + path, { agent, localAddress: '127.0.0.2' }, (answer) => {
      done.requests++
      answer.on('data', (chunk: Buffer) => {
        done.bytes += chunk.length
      })
      answer.on('error', () => {})
      answer.on('close', resolve)
    })
    asked.on('error', () => sleep(AGAIN_MS).then(() => resolve()))
  })
}

async function read(path: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (;;) await download(path, agent)
}

async function leaveUnread(path: string): Promise<void> {
  for (let i = 0; i < many; i++) {
    const socket = connected()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    socket.pause()
    done.requests++
    if (i % 20 === 19) await sleep(50)
  }
}

async function sendSlowly(): Promise<void> {
  const sockets = new Set<Socket>()
  const head =
    `POST /vote HTTP/1.1\r\nHost: ${host}\r\n` +
    'Content-Type: application/json\r\nContent-Length: 150\r\n\r\n{'
  const open = async (i: number): Promise<void> => {
    const socket = connected(`127.0.1.${1 + (i % 10)}`)
    socket.on('connect', () => {
      socket.write(head)
      sockets.add(socket)
      done.open = Math.max(done.open, sockets.size)
    })
    socket.on('close', () => sockets.delete(socket))
    if (i % 200 === 199) await sleep(50)
  }
  setInterval(() => {
    for (const socket of sockets) socket.write(' ')
  }, 5_000)
  for (let i = 0; i < many; i++) {
    await open(i)
    done.requests++
  }
}

const KINDS: Readonly<Record<string, () => Promise<unknown>>> = {
  rubbish: async () => {
    const block = '{\n'.repeat(BLOCK_LINES)
    for (let i = 0; i < many; i++) void streamLines(() => block)
  },
  readers: async () => {
    for (const path of paths) for (let i = 0; i < many; i++) void read(path)
  },
  unread: () => leaveUnread(paths[0]!),
  'wrong-keys': async () => {
    void streamLines(wrongKeys())
  },
  'slow-bodies': sendSlowly,
}

await KINDS[kind]!()
console.log('ready')
process.stdin.resume()
await once(process.stdin, 'end')
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ ...done, cpuSeconds: (user + system) / 1e6 }))
process.exit()
