/** Makes elections for benchmarks with the product itself, in a new folder. */

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DefinitionFile } from '../src/core/election/definition.ts'
import { cli } from './processes.ts'

export const DEFINITION: DefinitionFile = {
  id: 'bench',
  title: 'Benchmark',
  opens_at: '2020-01-01T00:00:00Z',
  closes_at: '2099-01-01T00:00:00Z',
  results: 'live',
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
}

export interface BenchElection {
  readonly dir: string
  readonly dataDir: string
  readonly keysFile: string
  readonly remove: () => void
}

const FOLDERS = fileURLToPath(new URL('../.bench/', import.meta.url))

/**
 * Not the system's temporary folder, which is in memory on many systems: a sync would cost nothing.
 */
export function temporaryFolder(): string {
  mkdirSync(FOLDERS, { recursive: true })
  return mkdtempSync(join(FOLDERS, 'run-'))
}

/**
 * @param initArgs more arguments of `elections init`
 * @param definition if it has districts, voters are distributed over them evenly
 * @param dir a folder that may contain other elections of this function; they share its data folder
 */
export async function makeElection(
  voters: number,
  initArgs: readonly string[] = [],
  definition: DefinitionFile = DEFINITION,
  dir: string = temporaryFolder(),
): Promise<BenchElection> {
  const districts = definition.districts ?? []
  const dataDir = join(dir, 'data')
  const [definitionFile, rollFile, keysFile] = ['json', 'roll.csv', 'keys.csv'].map((name) =>
    join(dir, `${definition.id}.${name}`),
  ) as [string, string, string]
  writeFileSync(definitionFile, JSON.stringify(definition))
  const roll = createWriteStream(rollFile)
  roll.write(districts.length > 0 ? 'personal_id,district\n' : 'personal_id\n')
  const districtOf = (i: number) => (districts.length > 0 ? `,${districts[i % districts.length]!.id}` : '')
  for (let i = 0; i < voters; i += 10_000) {
    const lines = Array.from(
      { length: Math.min(10_000, voters - i) },
      (_, j) => `P${i + j}${districtOf(i + j)}\n`,
    )
    if (!roll.write(lines.join(''))) await once(roll, 'drain')
  }
  roll.end()
  await once(roll, 'finish')
  cli([
    'init',
    ...['--definition', definitionFile, '--roll', rollFile],
    ...['--data', dataDir, '--keys', keysFile, ...initArgs],
  ])
  // Pending writes must reach the disk before a measurement starts.
  spawnSync('sync')
  return { dir, dataDir, keysFile, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
