/** A real server for tests: the CLI on a free loopback port with its own folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DefinitionFile } from '../src/core/election/definition.ts'
import { makeElection } from '../src/organise/new-election.ts'
import { PROGRAM_VARIABLE } from './program-variable.ts'

/** The program's sources. */
export const SOURCE_MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
/** The program that tests start. In a whole run it is the bundle of the sources. */
export const MAIN = process.env[PROGRAM_VARIABLE] ?? SOURCE_MAIN

/** Many times the duration of any command here on a busy machine. */
const COMMAND_LIMIT_MS = 180_000
/** Time for a server to finish its open requests and stop. */
const STOP_LIMIT_MS = 60_000

export interface Key {
  readonly personal_id: string
  readonly guid: string
  readonly district: string
}

export interface TestServer {
  url: string
  readonly dir: string
  readonly dataDir: string
  readonly keysFile: string
  readonly keys: readonly Key[]
  /** Address of health and metrics, if they have their own port. */
  metricsPort?: number
  /** The port without TLS, if there is one. */
  httpPort?: number
  /** The port where every client needs a certificate, if there is one. */
  clientPort?: number
  /** The server's process id. */
  pid: number
  /** Stops the server and removes its folder; resolves to the exit code. */
  readonly stop: () => Promise<number | null>
  /** Whether the process has ended. */
  readonly hasEnded: () => boolean
  /** Sends SIGTERM and keeps the folder; resolves to the exit code. */
  readonly terminate: () => Promise<number | null>
  /** Sends SIGKILL and keeps the folder. */
  readonly kill: () => Promise<void>
  /** Starts the server again with the same folder and port. */
  readonly restart: () => Promise<void>
  /** All output on stderr so far. */
  readonly stderr: () => string
}

export interface TestElection {
  readonly definition: DefinitionFile
  readonly roll: readonly { readonly personal_id: string; readonly district?: string }[]
  /** A folder with files for the definition's folder, such as pictures. */
  readonly beside?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The program to start instead of MAIN. */
  readonly main?: string
  /** Moves the data folder before the first start and returns its new path. */
  readonly moveDataTo?: (dataDir: string) => string
}

/** Returns the definition of an election that is open now, with overridden members. */
export function openElectionFile(changes: Partial<DefinitionFile> = {}): DefinitionFile {
  return {
    id: 'test-election',
    title: 'Test election',
    opens_at: '2020-01-01T00:00:00Z',
    closes_at: '2099-01-01T00:00:00Z',
    results: 'live',
    suppress_below: 1,
    districts: [
      { id: 'north', name: 'North' },
      { id: 'south', name: 'South' },
    ],
    contests: [
      {
        id: 'mayor',
        title: 'Mayor',
        options: [
          { id: 'ada', name: 'Ada Lovelace' },
          { id: 'grace', name: 'Grace Hopper' },
          { id: 'alan', name: 'Alan Turing' },
        ],
      },
    ],
    ...changes,
  }
}

export function rollOf(
  voters: number,
  districts: readonly string[] = ['north', 'south'],
): TestElection['roll'] {
  return Array.from({ length: voters }, (_, i) => ({
    personal_id: `P${String(i).padStart(7, '0')}`,
    district: districts[i % districts.length]!,
  }))
}

export interface RunEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a CLI command until it ends.
 *
 * @throws Error with the output if the command has not ended after COMMAND_LIMIT_MS, such as a
 *   server that should have refused to start
 */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  main = MAIN,
): Promise<RunEnd> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  // Some commands kill themselves on purpose, so a signal alone proves no hang.
  let isOver = false
  const limit = setTimeout(() => {
    isOver = true
    child.kill('SIGKILL')
  }, COMMAND_LIMIT_MS)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(limit)
  if (isOver)
    throw new Error(
      `elections ${args[0]} had not ended after ${COMMAND_LIMIT_MS / 1000} s: ${stdout}${stderr}`,
    )
  return { code, stdout, stderr }
}

/** Makes a data folder with one election, as `elections init` does. */
export async function initElection(
  dir: string,
  { definition, roll, beside }: TestElection,
): Promise<{ keysFile: string }> {
  const dataDir = join(dir, 'data')
  const keysFile = join(dir, 'keys.csv')
  if (beside !== undefined) cpSync(beside, dir, { recursive: true })
  writeFileSync(join(dir, 'election.json'), JSON.stringify(definition, null, 2))
  const lines = roll.map(({ personal_id, district }) => `${personal_id},${district ?? ''}`)
  const withDistrict = roll[0]?.district !== undefined
  writeFileSync(
    join(dir, 'voters.csv'),
    withDistrict
      ? `personal_id,district\n${lines.join('\n')}\n`
      : `personal_id\n${roll.map((voter) => voter.personal_id).join('\n')}\n`,
  )
  await makeElection(
    {
      ...{ definition: join(dir, 'election.json'), roll: join(dir, 'voters.csv'), keys: keysFile, dataDir },
      ...{ makeDefault: false, cluster: null, replace: false },
      // In some tests voting has already ended.
      alreadyOver: true,
    },
    {
      signal: new AbortController().signal,
      progress: (_what, _signal, work) => work(() => {}),
      note: () => {},
    },
  )
  return { keysFile }
}

export function readKeys(keysFile: string): Key[] {
  return readFileSync(keysFile, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => {
      const [personal_id, guid, district] = line.split(',') as [string, string, string]
      return { personal_id, guid, district }
    })
}

export async function startServer(election: TestElection): Promise<TestServer> {
  const dir = mkdtempSync(join(tmpdir(), 'elections-test-'))
  await initElection(dir, election)
  const server = serverIn(dir, election)
  await server.restart()
  return server
}

/**
 * Returns a server that is not running yet, on a copy of a stopped server's folder.
 */
export function stoppedServer(election: TestElection, left: string): TestServer {
  const dir = mkdtempSync(join(tmpdir(), 'elections-test-'))
  cpSync(left, dir, { recursive: true })
  return serverIn(dir, election)
}

type Started = Pick<TestServer, 'url' | 'pid' | 'metricsPort' | 'httpPort' | 'clientPort'>

interface ReadyLine {
  readonly url: string
  readonly metrics_port?: number
  readonly http_port?: number
  readonly client_port?: number
}

function serverIn(dir: string, election: TestElection): TestServer {
  const keysFile = join(dir, 'keys.csv')
  const dataDir = election.moveDataTo?.(join(dir, 'data')) ?? join(dir, 'data')
  let process_: ChildProcess | undefined
  let stderr = ''

  const start = async (port: number): Promise<Started> => {
    const args = [
      election.main ?? MAIN,
      'serve',
      '--data',
      dataDir,
      '--port',
      String(port),
      '--json',
      ...(election.args ?? []),
    ]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LOG_LEVEL: 'info', ...election.env },
    })
    process_ = child
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const ready = await Promise.race([
      once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line as string) as ReadyLine),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the server ended with ${code}: ${stderr}`)
      }),
    ])
    const { url, metrics_port: metricsPort, http_port: httpPort, client_port: clientPort } = ready
    return {
      ...{ url, pid: child.pid! },
      ...(metricsPort !== undefined && { metricsPort }),
      ...(httpPort !== undefined && { httpPort }),
      ...(clientPort !== undefined && { clientPort }),
    }
  }
  const hasEnded = () =>
    process_ !== undefined && (process_.exitCode !== null || process_.signalCode !== null)
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (process_ === undefined || hasEnded()) return process_?.exitCode ?? null
    const child = process_
    const exited = once(child, 'exit')
    child.kill(signal)
    let isOver = false
    const limit = setTimeout(() => {
      isOver = true
      child.kill('SIGKILL')
    }, STOP_LIMIT_MS)
    const [code] = (await exited) as [number | null]
    clearTimeout(limit)
    if (isOver)
      throw new Error(`the server had not ended ${STOP_LIMIT_MS / 1000} s after ${signal}: ${stderr}`)
    return code
  }

  const server: TestServer = {
    ...{ url: '', pid: 0 },
    dir,
    dataDir,
    keysFile,
    keys: readKeys(keysFile),
    stop: async () => {
      const code = await end('SIGTERM')
      rmSync(dir, { recursive: true, force: true })
      return code
    },
    hasEnded,
    terminate: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
    restart: async () => {
      await end('SIGTERM')
      const port = server.url === '' ? 0 : Number(new URL(server.url).port)
      Object.assign(server, await start(port))
    },
    stderr: () => stderr,
  }
  return server
}

/** Sends `POST /vote`. */
export function vote(
  url: string,
  key: { readonly personal_id: string; readonly guid: string },
  candidate: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/vote`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ personal_id: key.personal_id, guid: key.guid, candidate }),
  })
}
