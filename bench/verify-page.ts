/**
 * Verifies a public log in a browser: the page's worker in an installed Chromium reads the log over
 * HTTP from this process. It uses Chromium's protocol only to start the worker, because watching
 * requests costs more than making them.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './elections.ts'
import { type Figure, median, whole } from './report.ts'
import { writeClosedLog } from './verify-log.ts'

const ASSETS = fileURLToPath(new URL('../dist/web/assets/', import.meta.url))
const BROWSERS = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser']
const ROUNDS = 3
const GOAL = 60_000

export async function benchVerifyPage(ballots: number): Promise<Figure[]> {
  const dir = temporaryFolder()
  writeClosedLog(dir, ballots)
  const server = await serve(dir)
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = await startBrowser(origin)
  try {
    const rates: Record<string, number[]> = { one: [], all: [] }
    for (let round = 0; round < ROUNDS; round++)
      for (const [way, processors] of [
        ['one', 1],
        ['all', 4],
      ] as const) {
        const seconds = await browser.verify(processors)
        rates[way]!.push(ballots / seconds)
      }
    return Object.entries(rates).flatMap(([way, rounds]) => [
      {
        what: `verified in Chromium, ${way === 'one' ? 'one worker' : 'four workers'}, ballots/s`,
        value: whole(median(rounds)),
        goal: `≥ ${whole(GOAL)}`,
        reached: median(rounds) >= GOAL,
      },
      { what: 'all rounds', value: rounds.map((rate) => whole(rate)).join(' ') },
    ])
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function serve(dir: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://any')
    try {
      if (pathname === '/') return response.setHeader('content-type', 'text/html').end('<!doctype html>')
      const asset = /^\/assets\/([\w.-]+\.js)$/.exec(pathname)?.[1]
      if (asset !== undefined) response.setHeader('content-type', 'text/javascript')
      response.end(readFileSync(asset === undefined ? join(dir, pathname) : join(ASSETS, asset)))
    } catch {
      response.writeHead(404).end()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

interface PageBrowser {
  /** @returns seconds by the worker's clock */
  readonly verify: (processors: number) => Promise<number>
  readonly close: () => Promise<void>
}

async function startBrowser(origin: string): Promise<PageBrowser> {
  const program = BROWSERS.find((path) => existsSync(path))
  if (program === undefined) throw new Error('Chromium is not installed; CHROMIUM may name its program')
  const profile = mkdtempSync(join(tmpdir(), 'elections-bench-chromium-'))
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run']
  const child = spawn(
    program,
    [...args, '--disable-background-networking', `--user-data-dir=${profile}`, '--remote-debugging-port=0'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const control = new URL((await debuggingAddress(child)).replace(/^ws/, 'http'))
  const target = await fetch(new URL(`/json/new?${origin}`, control), { method: 'PUT' })
  const { webSocketDebuggerUrl } = (await target.json()) as { webSocketDebuggerUrl: string }
  const socket = new WebSocket(webSocketDebuggerUrl)
  await once(socket, 'open')
  const worker = readdirSync(ASSETS).find((name) => /^verifier-worker-.*\.js$/.test(name))
  return {
    verify: (processors) => verifyIn(socket, worker!, `${origin}log/`, processors),
    close: async () => {
      socket.close()
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stderr!)) {
    const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('Chromium did not start')
}

async function verifyIn(
  socket: WebSocket,
  worker: string,
  base: string,
  processors: number,
): Promise<number> {
  const source = { kind: 'address', bases: [base] }
  const job = { source, nowMs: Date.now(), key: '', receipt: '', memory: { logs: [], places: [] } }
  const expression = `new Promise((resolve) => {
    const worker = new Worker('/assets/${worker}', { type: 'module' })
    const end = (said) => (worker.terminate(), resolve(said))
    worker.onerror = ({ message }) => end({ why: message })
    worker.onmessage = ({ data }) => {
      if (data.type === 'done') end({ seconds: data.outcome.seconds, verified: data.outcome.report.verified })
      else if (data.type !== 'progress') end({ why: JSON.stringify(data) })
    }
    worker.postMessage(${JSON.stringify({ type: 'check', run: 1, job, processors })})
  })`
  socket.send(
    JSON.stringify({
      ...{ id: 1, method: 'Runtime.evaluate' },
      params: { expression, awaitPromise: true, returnByValue: true },
    }),
  )
  const [event] = (await once(socket, 'message')) as [{ readonly data: string }]
  const { value } = (
    JSON.parse(event.data) as { result: { result: { value?: { seconds?: number; verified?: boolean } } } }
  ).result.result
  if (value?.verified !== true) throw new Error(`not verified: ${event.data.slice(0, 500)}`)
  return value.seconds!
}
