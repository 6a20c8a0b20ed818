/**
 * Stands in for AWS around a machine in a container: moto for the APIs, a server for instance
 * metadata, and Docker.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { AWS_REQUIREMENTS, pythonTools } from '../python-tools.ts'

const IMAGE = 'elections-test-aws-machine'
const FOLDER = fileURLToPath(new URL('machine', import.meta.url))

/** For a test's `skip`. */
export function withoutDocker(): false | string {
  if (process.getuid?.() !== 0) return 'needs root, for a loop device'
  return spawnSync('docker', ['version']).status === 0 ? false : 'needs a Docker daemon'
}

export function docker(args: readonly string[], input?: string): string {
  return execFileSync('docker', args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'inherit'] }).trim()
}

export function buildImage(): void {
  const env = { ...process.env, DOCKER_BUILDKIT: '0' }
  execFileSync('docker', ['build', '--quiet', '--network=host', '--tag', IMAGE, FOLDER], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

export async function freePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export interface Moto {
  readonly url: string
  /** Calls an action of EC2. @returns its XML */
  readonly ec2: (action: string, parameters?: Readonly<Record<string, string>>) => Promise<string>
  /** Requests a bucket or an object. @returns the answer */
  readonly s3: (method: string, path: string, body?: Uint8Array<ArrayBuffer>) => Promise<string>
  readonly stop: () => Promise<void>
}

export async function startMoto(): Promise<Moto> {
  const port = await freePort()
  const child = spawn(
    join(pythonTools(AWS_REQUIREMENTS), 'moto_server'),
    ['-H', '127.0.0.1', '-p', String(port)],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      said += chunk
      if (said.includes('Running on')) resolve()
    })
    child.once('exit', () => reject(new Error(`moto_server ended: ${said}`)))
  })
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    ec2: (action, parameters = {}) => {
      const body = new URLSearchParams({ Action: action, Version: '2016-11-15', ...parameters })
      return answer(url, 'ec2', { method: 'POST', body })
    },
    s3: (method, path, body) => answer(`${url}/${path}`, 's3', { method, body }),
    stop: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** Moto uses only the service's name in the signature, and accepts any signature. */
async function answer(url: string, service: string, asked: RequestInit): Promise<string> {
  const region = service === 's3' ? 'us-east-1' : 'eu-central-1'
  const authorization =
    `AWS4-HMAC-SHA256 Credential=testing/20260101/${region}/${service}/aws4_request, ` +
    'SignedHeaders=host, Signature=0'
  const response = await fetch(url, { ...asked, headers: { authorization } })
  const text = await response.text()
  if (!response.ok) throw new Error(`${service} answered ${response.status}: ${text}`)
  return text
}

export interface Metadata {
  readonly url: string
  /** Number of requests without a token, which version 2 refuses. */
  refused(): Promise<number>
  /** Sets the instance that it answers for. */
  setInstance(id: string): void
  stop(): Promise<unknown>
}

export async function startMetadata(): Promise<Metadata> {
  const thread = new Worker(new URL('metadata-thread.ts', import.meta.url))
  const [port] = (await once(thread, 'message')) as [number]
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    refused: async () => Number(await (await fetch(`${url}/refused`)).text()),
    setInstance: (id) => thread.postMessage(id),
    stop: () => thread.terminate(),
  }
}

export interface Machine {
  /** Runs a shell command in the container. @returns its output @throws if it fails */
  readonly run: (command: string, input?: string) => string
  /** Waits until a line of the machine's journal matches. */
  readonly says: (pattern: RegExp, seconds: number) => Promise<void>
  readonly journal: () => string
  /** Kills the machine at once. */
  readonly die: () => void
}

/** A container with systemd as its first process, and one loop device for a volume. */
export async function startContainer(name: string, loop: string, endpoint: string): Promise<Machine> {
  docker([
    ...['run', '--detach', '--rm', '--name', name, '--network=host', '--cgroupns=private'],
    ...['--cap-add=SYS_ADMIN', '--security-opt=seccomp=unconfined', '--security-opt=apparmor=unconfined'],
    ...['--tmpfs', '/run', '--tmpfs', '/tmp', '--device', loop, IMAGE],
  ])
  const run = (command: string, input?: string) =>
    docker(['exec', '--interactive', name, 'bash', '-c', command], input ?? '')
  const journal = () => run('journalctl --no-pager --output=cat || true')
  const says = async (pattern: RegExp, seconds: number): Promise<void> => {
    const until = Date.now() + seconds * 1000
    while (!pattern.test(journal())) {
      if (Date.now() > until)
        throw new Error(`the machine never said ${pattern}:\n${journal().slice(-3_000)}`)
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }
  for (
    let tries = 0;
    spawnSync('docker', ['exec', name, 'systemctl', 'is-system-running', '--wait']).error;
    tries++
  )
    if (tries > 20) throw new Error('systemd did not start')
  run('cat >/etc/aws-endpoint', endpoint)
  return { run, journal, says, die: () => void spawnSync('docker', ['kill', name]) }
}
