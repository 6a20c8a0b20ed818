/** Processes on this machine beside the cluster: the four engines, and the tally next to Spark. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Addresses } from '../../tools/engines/addresses.ts'
import { openElectionFile, SOURCE_MAIN } from '../server.ts'
import { must, started } from './programs.ts'

const ENGINES = fileURLToPath(new URL('../../tools/engines/main.ts', import.meta.url))

export interface Beside {
  readonly addresses: Addresses
  /** Runs a command of `elections` with the engines' addresses. */
  readonly cli: (...args: readonly string[]) => Promise<string>
  /**
   * Makes an election with this number of voters. @returns its Secrets as YAML, and the log's key
   */
  readonly init: (
    voters: number,
    closesAtMs: number,
  ) => Promise<{ readonly secrets: string; readonly logKey: string }>
  readonly countBesideSpark: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const ELECTION = 'on-kubernetes'

/** @param address of this machine, as seen from pods */
export async function beside(dir: string, address: string): Promise<Beside> {
  const args = [
    '--data',
    join(dir, 'engines'),
    '--ports',
    'auto',
    '--listen',
    address,
    '--open-kafka',
    '--json',
  ]
  const engines = await started(process.execPath, [ENGINES, ...args, '--while', String(process.pid)])
  const running = [engines]
  const { pids: _, ...addresses } = JSON.parse(engines.line) as Addresses & { readonly pids: unknown }
  const env = { ...addresses }
  const data = join(dir, 'data')
  const cli = (...args: readonly string[]) => must(process.execPath, [SOURCE_MAIN, ...args], { env })
  return {
    addresses,
    cli,
    init: async (voters, closesAtMs) => {
      mkdirSync(dir, { recursive: true })
      const [definition, roll] = [join(dir, 'election.json'), join(dir, 'voters.csv')]
      writeFileSync(definition, JSON.stringify(definitionUntil(closesAtMs)))
      const rows = Array.from(
        { length: voters },
        (_, i) => `V${String(i).padStart(7, '0')},${i % 3 ? 'north' : 'south'}`,
      )
      writeFileSync(roll, `personal_id,district\n${rows.join('\n')}\n`)
      await cli('prepare-cluster')
      const files = [
        '--definition',
        definition,
        '--roll',
        roll,
        '--data',
        data,
        '--keys',
        join(dir, 'keys.csv'),
      ]
      const secrets = join(dir, 'secrets.yaml')
      const said = await cli('init', '--cluster', ...files, '--emit-secret', secrets, '--json')
      return { secrets, logKey: (JSON.parse(said) as { readonly log_key: string }).log_key }
    },
    countBesideSpark: async () => {
      const args = ['serve', '--cluster', '--role', 'tally', '--data', data, '--port', '0', '--json']
      running.push(
        await started(process.execPath, [SOURCE_MAIN, ...args], { env: { ...env, LOG_LEVEL: 'warn' } }),
      )
    },
    stop: async () => {
      for (const one of running.reverse()) await one.stop()
    },
  }
}

/** Each ballot is published at once, so that the log's leaves can be counted after each phase. */
const definitionUntil = (closesAtMs: number) =>
  openElectionFile({
    ...{ id: ELECTION, title: 'A vote on Kubernetes', suppress_below: 1 },
    closes_at: new Date(closesAtMs).toISOString(),
  })
