/**
 * `elections rebuild-keys`: rebuilds the voter keys in Redis from the roll in PostgreSQL and the
 * ballots in Kafka.
 */
import { Command } from 'commander'
import { BadAddress } from '../organise/cluster/addresses.ts'
import type { Rebuilt } from '../pipeline/votes/rebuild-keys.ts'
import { type ClusterOptions, clusterAddresses, onCluster } from './cluster-options.ts'
import { EXIT_NO } from './exit.ts'

interface RebuildOptions extends ClusterOptions {
  readonly data: string
  readonly election?: string
  readonly json?: boolean
}

const PRINT_EVERY_MS = 2_000

export function rebuildKeysCommand(): Command {
  return onCluster(
    new Command('rebuild-keys')
      .summary('rebuild the voter keys in Redis from the roll and the ballots')
      .description(
        'Use this if Redis has lost its data. It reads the voter roll from PostgreSQL and every ' +
          'ballot from Kafka, and\n' +
          'writes the status of every voter key. Gateways may keep running: they refuse votes with 503 ' +
          'until it is done.\n' +
          'It is safe to repeat, also after an interruption.',
      )
      .requiredOption('--data <folder>', 'the data folder: it has the election secret')
      .option('--election <id>', 'one election (default: all of the folder’s)')
      .option('--json', 'print one line of JSON per election'),
  )
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 there are ballots from keys that were never issued, 2 refused or an engine
does not answer.

Example:
  $ elections rebuild-keys --cluster --data ./data`,
    )
    .action(rebuild)
}

async function rebuild(options: RebuildOptions): Promise<void> {
  const { clusterElectionIds } = await import('../organise/cluster/cluster-election.ts')
  const { rebuildClusterKeys } = await import('../organise/cluster/rebuilt-keys.ts')
  const ids = clusterElectionIds(options.data)
  const chosen = options.election === undefined ? ids : ids.filter((id) => id === options.election)
  if (chosen.length === 0)
    throw new BadAddress(
      `${options.data}: has no ` +
        `election${options.election === undefined ? '' : ` "${options.election}"`} of a cluster`,
    )
  for (const id of chosen) {
    const onProgress = everySoOften(id)
    const rebuilt = await rebuildClusterKeys(
      { dataDir: options.data, id, onProgress },
      clusterAddresses(options),
    )
    if (rebuilt.unissued > 0) process.exitCode = EXIT_NO
    if (options.json) console.log(JSON.stringify({ election: id, ...rebuilt }))
    else console.log(inWords(id, rebuilt))
  }
}

/** Prints the progress at most every 2 s. */
function everySoOften(id: string): (keys: number, ballots: number, issued: number) => void {
  let printedAtMs = performance.now()
  return (keys, ballots, issued) => {
    if (performance.now() - printedAtMs < PRINT_EVERY_MS) return
    printedAtMs = performance.now()
    console.error(`${id}: ${number(keys)} of ${number(issued)} keys, ${number(ballots)} ballots`)
  }
}

function inWords(id: string, { keys, used, swept, unissued }: Rebuilt): string {
  const alarm =
    unissued === 0 ? '' : `\n  ALARM: ${number(unissued)} ballots are from keys that were never issued`
  return (
    `${id}: ${number(keys)} keys loaded, ${number(used)} of them used; ` +
    `${number(swept)} unfinished ballots completed${alarm}`
  )
}

const number = (value: number) => value.toLocaleString('en')
