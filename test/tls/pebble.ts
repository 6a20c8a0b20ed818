/**
 * A real ACME server for tests: Pebble on free loopback ports, with a DNS server that leads every
 * name to loopback.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pebbleTools } from '../go-tools.ts'

export interface Pebble {
  readonly directoryUrl: string
  /** Of the authority that signed Pebble's own certificate: for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string
  /** The certificate at the root of those it gives out, PEM; another after each start. */
  readonly root: () => Promise<string>
  readonly stop: () => Promise<void>
  /** On the same ports. It has forgotten every account and order. */
  readonly start: () => Promise<void>
  readonly remove: () => Promise<void>
}

export interface PebbleOptions {
  /** Where it looks for answers to challenges: "port 80". */
  readonly httpPort: number
  /** How long its certificates are valid. */
  readonly validityS?: number
  /** Whether to run at once. */
  readonly stopped?: boolean
}

export async function startPebble({
  httpPort,
  validityS = 7_776_000,
  stopped,
}: PebbleOptions): Promise<Pebble> {
  const { pebble, challtestsrv, sources } = pebbleTools()
  const dir = mkdtempSync(join(tmpdir(), 'pebble-'))
  const [port, management, dns] = [await freePort(), await freePort(), await freePort()]
  const certs = join(sources, 'test', 'certs')
  const config = {
    pebble: {
      ...{ listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${management}` },
      ...{
        certificate: join(certs, 'localhost', 'cert.pem'),
        privateKey: join(certs, 'localhost', 'key.pem'),
      },
      ...{ httpPort, tlsPort: await freePort(), ocspResponderURL: '', externalAccountBindingRequired: false },
      retryAfter: { authz: 1, order: 1 },
      ...{
        keyAlgorithm: 'ecdsa',
        profiles: { default: { description: 'as told', validityPeriod: validityS } },
      },
    },
  }
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config))
  const caFile = join(certs, 'pebble.minica.pem')
  const names = spawn(
    challtestsrv,
    [
      '-dnsserver',
      `127.0.0.1:${dns}`,
      '-defaultIPv6',
      '',
      '-management',
      '',
      '-http01',
      '',
      '-https01',
      '',
      '-tlsalpn01',
      '',
      '-doh',
      '',
    ],
    { stdio: 'ignore' },
  )
  let running: ChildProcess | undefined
  const ask = (path: string, at: number) => get(at, path, readFileSync(caFile, 'utf8'))
  const start = async (): Promise<void> => {
    const args = ['-config', join(dir, 'config.json'), '-dnsserver', `127.0.0.1:${dns}`]
    const env = { ...process.env, PEBBLE_VA_NOSLEEP: '1' }
    const child = spawn(pebble, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data) => {
        said = (said + String(data)).slice(-20_000)
      })
    running = child
    while ((await ask('/dir', port).catch(() => undefined)) === undefined) {
      if (child.exitCode !== null) throw new Error(`pebble ended: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const stop = async (): Promise<void> => {
    if (running !== undefined) await ended(running)
    running = undefined
  }
  if (!stopped) await start()
  return {
    ...{ directoryUrl: `https://localhost:${port}/dir`, caFile, start, stop },
    root: () => ask('/roots/0', management),
    remove: async () => {
      await stop()
      await ended(names)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function get(port: number, path: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', servername: 'localhost', port, path, ca }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    asked.on('error', reject)
    asked.end()
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
