/**
 * Starts engines for a benchmark with tools/engines in a temporary folder, and puts their addresses
 * into the environment.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Addresses } from '../tools/engines/addresses.ts'
import { ADDRESS_NAMES } from '../tools/engines/addresses.ts'

const MAIN = fileURLToPath(new URL('../tools/engines/main.ts', import.meta.url))

export interface BenchEngines extends Addresses {
  readonly dir: string
  readonly stop: () => Promise<void>
}

export async function benchEngines(): Promise<BenchEngines> {
  const dir = mkdtempSync(join(tmpdir(), 'elections-bench-engines-'))
  chmodSync(dir, 0o711)
  const child: ChildProcess = spawn(
    process.execPath,
    [MAIN, '--data', join(dir, 'engines'), '--ports', 'auto', '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the engines ended with ${code}`)
    }),
  ])) as [string]
  const addresses = JSON.parse(line) as Addresses
  for (const name of ADDRESS_NAMES) process.env[name] = addresses[name]
  return {
    ...addresses,
    dir: join(dir, 'engines'),
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
