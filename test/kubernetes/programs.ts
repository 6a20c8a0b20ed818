/** Runs programs for the run on Kubernetes. If one fails, the error contains its output. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

const LAST_WORDS = 4_000

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Written to standard input, because every user of the machine can read arguments. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

export async function ran(file: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...said }
}

/**
 * @returns standard output
 * @throws {Error} with the end of its output unless it exits with 0
 */
export async function must(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await ran(file, args, options)
  if (code === 0) return stdout
  throw new Error(
    `${file} ${args.join(' ')}\nended with ${code}: ${(stderr + stdout).trim().slice(-LAST_WORDS)}`,
  )
}

export interface Running {
  /** The first line on standard output. */
  readonly line: string
  readonly stop: () => Promise<void>
}

/** Starts a program that prints a line when it is ready and keeps running. */
export async function started(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Running> {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS)
  })
  const ended = once(child, 'exit').then(() => undefined)
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    ended,
  ])
  if (line === undefined)
    throw new Error(`${file} ${args.join(' ')}\nended before it was ready: ${said.trim()}`)
  return { line, stop: () => stopped(child, ended) }
}

async function stopped(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  await ended
}
