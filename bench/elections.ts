/** Elections for benchmarks: made by the product itself, in a folder of their own. */

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
 * Not among the system's temporary files: on many systems those lie in memory, where a sync costs
 * nothing.
 */
export function temporaryFolder(): string {
  mkdirSync(FOLDERS, { recursive: true })
  return mkdtempSync(join(FOLDERS, 'run-'))
}

/**
 * @param initArgs more arguments of `elections init`
 * @param definition where it has districts, voters are spread over them evenly
 * @param dir a folder that may hold others made by this: they share its data folder
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
  // What was just written must not be on its way to the disk while something is measured.
  spawnSync('sync')
  return { dir, dataDir, keysFile, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
