/**
 * Starts the program without the right to listen on ports below 1024: as another account, and in
 * its own network namespace if a test asks for that. Linux only.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { MAIN, type RunEnd } from './server.ts'

const NOBODY = 65_534
/** The lowest port on which every account may listen. */
const LOWEST = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
const RIGHT = 'net_bind_service'
const isRoot = process.getuid?.() === 0

const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const
/** The account for a checkout that the user `nobody` cannot read: root without that capability. */
const AS_ROOT_WITHOUT = [`--bounding-set=-${RIGHT}`, `--inh-caps=-${RIGHT}`] as const
const isReadByNobody = () =>
  [MAIN, process.execPath].every(
    (file) => spawnSync('setpriv', [...AS_NOBODY, '--', 'test', '-r', file]).status === 0,
  )

export interface Restricted {
  /**
   * Whether to use a new network namespace, in which accounts may use ports from 1024, Linux'
   * default.
   */
  readonly ownNetwork?: boolean
  /** A command that root runs in the namespace first. */
  readonly first?: string
  /** Whether to pass the capability, as AmbientCapabilities of a systemd unit does. */
  readonly ambient?: boolean
  /** A Node other than this process's. */
  readonly node?: string
}

/**
 * Whether this machine lets every account listen on port 443. Then a refusal needs a new network
 * namespace.
 */
export const isOpenToAll = (): boolean => Number(readFileSync(LOWEST, 'utf8')) <= 443

/** Makes the account the owner of a folder and its contents. */
export function handOver(dir: string): void {
  if (!isRoot || !isReadByNobody()) return
  for (const name of ['', ...readdirSync(dir, { recursive: true, encoding: 'utf8' })])
    chownSync(join(dir, name), NOBODY, NOBODY)
}

/** Starts `elections …` without the capability. */
export function startRestricted(args: readonly string[], how: Restricted = {}): ChildProcess {
  const [file, ...before] = [...network(how), ...account(how)] as [string, ...string[]]
  return spawn(file, [...before, how.node ?? process.execPath, MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function network({ ownNetwork, first = 'true' }: Restricted): readonly string[] {
  if (!ownNetwork) return []
  const root = isRoot ? [] : ['--user', '--map-root-user']
  return ['unshare', ...root, '--net', '--', 'sh', '-ec', `${first} >&2; exec "$@"`, 'sh']
}

function account({ ownNetwork, ambient }: Restricted): readonly string[] {
  // An account other than root has no capability to drop; in a new namespace it is root there.
  if (!isRoot && !ownNetwork) return ['env']
  const right = ambient ? [`--inh-caps=+${RIGHT}`, `--ambient-caps=+${RIGHT}`, '--no-new-privs'] : []
  if (isRoot && isReadByNobody()) return ['setpriv', ...AS_NOBODY, ...right, '--']
  return ['setpriv', ...(ambient ? [`--bounding-set=-all,+${RIGHT}`] : AS_ROOT_WITHOUT), '--']
}

/** Runs `elections …` until it ends. */
export async function runRestricted(args: readonly string[], how?: Restricted): Promise<RunEnd> {
  const child = startRestricted(args, how)
  let [stdout, stderr] = ['', '']
  child.stdout!.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr!.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/**
 * Starts `elections serve … --json`. @returns its line, and a function that stops it and returns
 * the exit code
 */
export async function serveRestricted(args: readonly string[], how?: Restricted) {
  const child = startRestricted([...args, '--json'], how)
  let stderr = ''
  child.stderr!.on('data', (chunk) => {
    stderr += chunk
  })
  const exit = once(child, 'exit') as Promise<[number | null]>
  const line = await Promise.race([
    once(createInterface(child.stdout!), 'line').then(([text]) => text as string),
    exit.then(([code]) => assert.fail(`the server ended with ${code}: ${stderr}`)),
  ])
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    return (await exit)[0]
  }
  return { ready: JSON.parse(line) as { readonly url: string; readonly http_port?: number }, stop }
}
