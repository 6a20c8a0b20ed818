/** Installs what the engines need and is not there: packages of the system, jars by Maven. */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { classPath, hasClassPath } from './class-path.ts'
import { findJava, OLDEST_JAVA } from './java.ts'
import { findProgram, postgresPrograms } from './programs.ts'
import { ClusterRefusal } from './refusal.ts'

interface Need {
  /** As people call it. */
  readonly title: string
  readonly isThere: () => boolean
  /** Debian's packages that bring it, the first that the system has. */
  readonly debian: readonly string[]
  readonly brew: string
}

const NEEDS: readonly Need[] = [
  {
    title: 'Redis',
    isThere: () => findProgram('redis-server') !== undefined,
    debian: ['redis-server'],
    brew: 'redis',
  },
  {
    title: 'PostgreSQL',
    isThere: () => postgresPrograms() !== undefined,
    debian: ['postgresql'],
    brew: 'postgresql',
  },
  {
    title: `Java ${OLDEST_JAVA} or newer`,
    isThere: () => findJava() !== undefined,
    debian: ['openjdk-21-jre-headless', 'openjdk-17-jre-headless', 'default-jre-headless'],
    brew: 'openjdk',
  },
  {
    title: 'Maven',
    // Only to fetch the jars.
    isThere: () => (hasClassPath('kafka') && hasClassPath('spark')) || findProgram('mvn') !== undefined,
    debian: ['maven'],
    brew: 'maven',
  },
]

const POLICY = '/usr/sbin/policy-rc.d'

/**
 * @param say told what takes long
 * @throws {ClusterRefusal} naming what to install, where this process may not
 */
export async function install(say: (text: string) => void, signal?: AbortSignal): Promise<void> {
  if (process.platform === 'win32')
    throw new ClusterRefusal('the engines do not run natively on Windows: use WSL, or docker compose up')
  const missing = NEEDS.filter(({ isThere }) => !isThere())
  if (missing.length > 0) installPackages(missing, say)
  for (const engine of ['kafka', 'spark'] as const) await classPath(engine, say, signal)
}

function installPackages(missing: readonly Need[], say: (text: string) => void): void {
  const titles = missing.map(({ title }) => title).join(', ')
  const isDebian = existsSync('/usr/bin/apt-get')
  if (!isDebian || process.getuid?.() !== 0) {
    const how = isDebian
      ? `sudo apt-get install ${missing.map(({ debian }) => available(debian)).join(' ')}`
      : process.platform === 'darwin'
        ? `brew install ${missing.map(({ brew }) => brew).join(' ')}`
        : 'install it with your package manager'
    throw new ClusterRefusal(`missing: ${titles}. ${how}`)
  }
  say(`installing ${titles} (apt-get)`)
  const restorePolicy = keepServicesDown()
  try {
    apt(['update', '-qq'])
    apt([
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      ...missing.map(({ debian }) => available(debian)),
    ])
  } finally {
    restorePolicy()
  }
  const still = missing.filter(({ isThere }) => !isThere())
  if (still.length > 0)
    throw new ClusterRefusal(
      `apt-get did not bring ${still.map(({ title }) => title).join(', ')}: install it by hand`,
    )
}

function available(packages: readonly string[]): string {
  const has = (name: string): boolean => {
    const { stdout } = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' })
    return /Candidate: (?!\(none\))/.test(stdout ?? '')
  }
  return packages.find(has) ?? packages.at(-1)!
}

function apt(args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const done = spawnSync('apt-get', args, { env, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
  if (done.status === 0) return
  const why = done.stderr.trim().split('\n').at(-1) ?? ''
  throw new ClusterRefusal(`"apt-get ${args.join(' ')}" failed: ${why}`)
}

/**
 * Debian starts a service as soon as its package is there; ours are started by us, in their own
 * folder, and the usual ports are to stay free.
 */
function keepServicesDown(): () => void {
  if (existsSync(POLICY)) return () => {}
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return () => rmSync(POLICY, { force: true })
}
