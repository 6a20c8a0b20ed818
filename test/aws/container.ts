/** What plays AWS for a machine in a container: moto for its interfaces, a server for instance metadata, and Docker. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
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
  /** Runs the AWS CLI against it, in the image that machines have. @returns what it printed */
  readonly aws: (args: readonly string[], mount?: string) => string
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
    aws: (args, mount) =>
      docker([
        ...[
          'run',
          '--rm',
          '--network=host',
          ...(mount === undefined ? [] : ['--volume', `${mount}:${mount}:ro`]),
        ],
        ...[
          '--env',
          `ENDPOINT=${url}`,
          IMAGE,
          'sh',
          '-c',
          'echo "$ENDPOINT" >/etc/aws-endpoint; exec aws "$@"',
          'aws',
        ],
        ...args,
      ]),
    stop: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}

export interface Metadata {
  readonly url: string
  /** Requests without a token, which version 2 refuses. */
  readonly refused: () => number
  /** Which instance it speaks to from now on. */
  setInstance(id: string): void
  stop(): void
}

/** Instance metadata of version 2: a token by PUT, then values for who has it. */
export async function startMetadata(): Promise<Metadata> {
  let instance = ''
  let refused = 0
  const server = createServer((request, response) => {
    const isToken = request.method === 'PUT' && request.url === '/latest/api/token'
    if (isToken && request.headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined)
      return response.end('a-token')
    if (request.headers['x-aws-ec2-metadata-token'] !== 'a-token') {
      refused++
      return response.writeHead(401).end()
    }
    if (request.url === '/latest/meta-data/instance-id') return response.end(instance)
    return response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    refused: () => refused,
    setInstance: (id) => {
      instance = id
    },
    stop: () => void server.close(),
  }
}

export interface Machine {
  /** Runs a shell command in it. @returns what it printed; @throws where it fails */
  readonly run: (command: string, input?: string) => string
  /** Waits until a line of its journal matches. */
  readonly says: (pattern: RegExp, seconds: number) => Promise<void>
  readonly journal: () => string
  /** As a machine dies: at once. */
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
